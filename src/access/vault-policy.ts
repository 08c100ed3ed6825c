// What the access policy of a vault may say (AWS Backup developer guide, "Vault access policies"):
// actions of AWS Backup, each named whole, and nothing for other accounts but copying into the
// vault, which nothing else in a policy can widen.

import type { AccountId, Failure } from '../model/index.ts'
import { parsePolicy } from './iam/parse-policy.ts'
import type { Policy, PrincipalPattern, Statement } from './iam/policy.ts'

/** The one action that other accounts may be given. */
const COPY_INTO = 'backup:copyintobackupvault'
const EXAMPLE = 'backup:StartCopyJob'

/** A policy that a vault of `account` may have, or why it may not have it. */
export function checkVaultPolicy(
  text: string,
  account: AccountId,
): { readonly policy: Policy; readonly refused?: undefined } | { readonly refused: Failure } {
  const { policy, problems } = parsePolicy(text, { kind: 'resource', name: 'the vault policy' })
  if (!policy) {
    const [{ path, problem }] = problems
    return { refused: invalid(path === '' ? problem : `${path}: ${problem}`) }
  }
  for (const [at, statement] of policy.statements.entries()) {
    const problem = problemOfActions(statement)
    if (problem) return { refused: invalid(`Statement[${at}]: ${problem}`) }
    if (reachesOthers(statement, account)) return { refused: { code: 'VaultPolicyCrossAccount' } }
  }
  return { policy }
}

/** A stored policy, which was checked when it was put. Throws when it cannot be read any more. */
export function readVaultPolicy(text: string, vaultArn: string): Policy {
  const { policy, problems } = parsePolicy(text, { kind: 'resource', name: vaultArn })
  if (policy) return policy
  const [{ path, problem }] = problems
  // Whoever went on without it would let in whom it keeps out.
  throw new Error(`the access policy of ${vaultArn} cannot be read: ${path}: ${problem}`)
}

function problemOfActions({ actions, effect }: Statement): string | undefined {
  if (actions.not && effect === 'Allow') {
    return 'an Allow of a vault policy names its actions and cannot have NotAction'
  }
  const wild = actions.patterns.find((action) => /[*?]/.test(action))
  if (wild !== undefined)
    return `a vault policy names actions whole, without wildcards, not ${wild}`
  const foreign = actions.patterns.find((action) => !action.startsWith('backup:'))
  if (foreign === undefined) return undefined
  return `a vault policy speaks of actions of AWS Backup, such as ${EXAMPLE}, not ${foreign}`
}

/** Whether it allows another account more than to copy into the vault. */
function reachesOthers({ effect, principals, actions }: Statement, account: AccountId): boolean {
  if (effect === 'Deny' || !principals) return false
  if (actions.patterns.every((action) => action === COPY_INTO)) return false
  return principals.not || principals.patterns.some((pattern) => isOther(pattern, account))
}

function isOther(pattern: PrincipalPattern, account: AccountId): boolean {
  switch (pattern.kind) {
    case 'everyone':
    case 'foreign':
      return true
    case 'account':
      return pattern.account !== account
    case 'one':
      // A unique id says nothing of its account.
      return pattern.id.split(':', 5)[4] !== account
    case 'service':
      return false
  }
}

function invalid(reason: string): Failure {
  return { code: 'InvalidParameter', parameter: 'Policy', reason }
}
