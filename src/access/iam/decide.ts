// Joins all policies that bear on a request into one decision, as AWS does (IAM user guide, "Policy
// evaluation logic"): a Deny anywhere wins; then the organization must allow; then, within an
// account, either the resource's policy or the identity's must allow, across accounts both. What an
// identity is allowed ends at its permissions boundary and at its session's policies.

import type { DenialSource } from '../../model/index.ts'
import type { AccountPrincipal } from '../principal.ts'
import type { Ask } from './ask.ts'
import { allowed, type Decision, deniedBy, type Ground, unallowed } from './decision.ts'
import type { Policy } from './policy.ts'
import { WAYS, type Way, wayOf } from './statement.ts'

/** Whether what is asked may be done, and which policy decided. */
export function decide(ask: Ask): Decision {
  return explicitDeny(ask) ?? limitOfOrganization(ask) ?? allowance(ask)
}

function explicitDeny(ask: Ask): Decision | undefined {
  for (const { source, policies } of bearing(ask)) {
    const found = find(policies, ask, 'Deny')
    if (found) return deniedBy(ask, { source, ...found.ground })
  }
  return undefined
}

interface Bearing {
  readonly source: DenialSource
  readonly policies: readonly Policy[]
}

/** All policies that may deny, in the order in which a denial is told. */
function bearing({ principal, resource, controls = [] }: Ask): Bearing[] {
  const attached = { source: sourceOf(resource.kind), policies: listed(resource.policy) }
  const organization: Bearing = { source: 'service control policy', policies: controls.flat() }
  if (principal.kind === 'service') return [attached]
  if (principal.kind === 'root') return [organization, attached]
  return [
    organization,
    attached,
    { source: 'identity-based policy', policies: principal.policies },
    { source: 'permissions boundary', policies: listed(principal.boundary) },
    { source: 'session policy', policies: sessionPolicies(principal) },
  ]
}

function limitOfOrganization(ask: Ask): Decision | undefined {
  if (ask.principal.kind === 'service') return undefined
  const isShut = (ask.controls ?? []).some((level) => !find(level, ask, 'Allow'))
  return isShut ? unallowed(ask, 'service control policy') : undefined
}

function allowance(ask: Ask): Decision {
  const { principal, resource } = ask
  const source = sourceOf(resource.kind)
  const grant = strongestGrant(listed(resource.policy), ask)
  const granted = grant && allowed({ source, ...grant.ground })
  if (principal.kind === 'service') return granted ?? unallowed(ask, source)
  if (resource.account !== principal.account) {
    return granted ? ownAllowance(principal, ask) : unallowed(ask, source)
  }
  const isNeeded = resource.kind !== 'resource'
  if (isNeeded && !granted) return unallowed(ask, source)
  // An account that is named is to say itself who of it may.
  if (!grant || !granted || grant.way === 'account') return ownAllowance(principal, ask)
  return (grant.way === 'role' ? limitOf(principal, ask) : undefined) ?? granted
}

/** What the principal's own account allows it. */
function ownAllowance(principal: AccountPrincipal, ask: Ask): Decision {
  if (principal.kind === 'root') return allowed({ source: 'account root' })
  const found = find(principal.policies, ask, 'Allow')
  if (!found) return unallowed(ask, 'identity-based policy')
  return limitOf(principal, ask) ?? allowed({ source: 'identity-based policy', ...found.ground })
}

/** The denial by a boundary or a session's policy that does not reach so far. */
function limitOf(principal: AccountPrincipal, ask: Ask): Decision | undefined {
  if (principal.kind === 'root') return undefined
  if (principal.boundary && !find([principal.boundary], ask, 'Allow')) {
    return unallowed(ask, 'permissions boundary')
  }
  const session = sessionPolicies(principal)
  const isShut = session.length > 0 && !find(session, ask, 'Allow')
  return isShut ? unallowed(ask, 'session policy') : undefined
}

interface Found {
  readonly way: Way
  readonly ground: Omit<Ground, 'source'>
}

/** The first statement of that effect that speaks of the request. */
function find(policies: readonly Policy[], ask: Ask, effect: 'Allow' | 'Deny'): Found | undefined {
  for (const found of speaking(policies, ask, effect)) return found
  return undefined
}

function strongestGrant(policies: readonly Policy[], ask: Ask): Found | undefined {
  const found = [...speaking(policies, ask, 'Allow')]
  const [best] = WAYS.flatMap((way) => found.filter((one) => one.way === way))
  return best
}

function* speaking(
  policies: readonly Policy[],
  ask: Ask,
  effect: 'Allow' | 'Deny',
): Generator<Found> {
  for (const { name, version, statements } of policies) {
    for (const [at, statement] of statements.entries()) {
      if (statement.effect !== effect) continue
      const way = wayOf(statement, ask, version)
      if (!way) continue
      yield { way, ground: { policy: name, statement: statement.sid || `Statement[${at}]` } }
    }
  }
}

function sourceOf(kind: Ask['resource']['kind']): DenialSource {
  return kind === 'role' ? 'role trust policy' : 'resource-based policy'
}

function sessionPolicies(principal: AccountPrincipal): readonly Policy[] {
  return principal.kind === 'assumed-role' ? (principal.sessionPolicies ?? []) : []
}

function listed(policy: Policy | undefined): readonly Policy[] {
  return policy ? [policy] : []
}
