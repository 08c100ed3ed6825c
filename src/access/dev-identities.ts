// The identities of `copyhold dev`: every account is in one organization, every role that is asked
// for exists, AWS Backup may assume it, and it may do everything. Nobody holds a key: `dev` takes
// each caller for the root of the account its key names.

import { parseAccountId } from '../model/index.ts'
import { allowAll, type Policy, trustOf } from './iam/policy.ts'
import type { Identities, Role } from './identities.ts'

const ORGANIZATION = {
  id: 'o-copyhold00',
  path: 'o-copyhold00/r-dev0/ou-dev0-accounts/',
  managementAccount: parseAccountId('000000000000'),
}

const EVERYTHING: Policy = allowAll('everything, in dev')
const TRUST: Policy = trustOf('backup.amazonaws.com', 'AWS Backup, in dev')
const ROLE = /^arn:[\w-]+:iam::([0-9]{12}):role\/[\w+=,.@/-]{1,512}$/

export const devIdentities: Identities = {
  organization: () => ORGANIZATION,
  role: (arn) => devRole(arn),
  accessKey: () => undefined,
  keyPolicy: () => undefined,
}

function devRole(arn: string): Role | undefined {
  const account = ROLE.exec(arn)?.[1]
  if (account === undefined) return undefined
  return {
    arn,
    account: parseAccountId(account),
    roleId: `AROADEV${account}XX`,
    trust: TRUST,
    policies: [EVERYTHING],
    tags: {},
  }
}
