// The principals of the cases: users, roots and sessions of two accounts, and AWS Backup.

import type { Policy } from '../../src/access/iam/policy.ts'
import { type Principal, rootPrincipal, servicePrincipal } from '../../src/access/principal.ts'
import { parseAccountId } from '../../src/model/index.ts'
import { HERE, type Name, THERE } from './case.ts'

/** What is attached to whoever asks. */
export interface Attached {
  readonly policies: readonly Policy[]
  readonly boundary: Policy | undefined
  readonly sessionPolicies: readonly Policy[]
}

/** The principal of that name, with what is attached to it. */
export function principalOf(name: Name, attached: Attached): Principal {
  const { policies, boundary, sessionPolicies } = attached
  const account = parseAccountId(name.startsWith('stranger') ? THERE : HERE)
  const tags = { team: 'blue' }
  switch (name) {
    case 'root':
    case 'strangerRoot':
      return rootPrincipal(account)
    case 'backup':
      return servicePrincipal('backup.amazonaws.com')
    case 'session':
      return {
        kind: 'assumed-role',
        arn: `arn:aws:sts::${account}:assumed-role/copier/night`,
        account,
        userId: 'AROACOPIER0000000001:night',
        roleArn: `arn:aws:iam::${account}:role/ops/copier`,
        ...{ policies, boundary, sessionPolicies, tags },
      }
    default:
      return {
        kind: 'user',
        arn: `arn:aws:iam::${account}:user/${name}`,
        account,
        userId: `AIDA${name.toUpperCase()}0000000001`,
        name,
        ...{ policies, boundary, tags },
      }
  }
}
