// Whether a statement speaks of a request: of its principal, its action, its resource and its
// circumstances, each of which must match.

import type { Principal } from '../principal.ts'
import type { Ask, ContextKeys } from './ask.ts'
import { conditionsHold } from './condition.ts'
import { tokensOf, VALUE_LENGTH_MAX } from './pattern.ts'
import type { Elements, Policy, PrincipalPattern, Principals, Statement } from './policy.ts'
import { COLONS_IN_ARN, matches, ofArn, partsOf, wildcard } from './wildcard.ts'

/**
 * How a policy of a resource meant a principal, strongest first: by its own ARN, as one of
 * everybody, by its session's role, or by its account, which is then to say who. Policies of
 * identities mean their holder: `self`.
 */
export const WAYS = ['self', 'everyone', 'role', 'account'] as const
export type Way = (typeof WAYS)[number]

/** How the statement meant who asks; undefined when it does not speak of the request. */
export function wayOf(statement: Statement, ask: Ask, version: Policy['version']): Way | undefined {
  const { principals, actions, resources, effect } = statement
  const way = principals ? meant(principals, ask.principal, effect) : 'self'
  if (way === undefined || !speaksOfAction(actions, ask.action)) return undefined
  const given = { keys: ask.keys, version }
  if (resources && !speaksOfResource(resources, ask.resource.arn, { ...given, effect })) {
    return undefined
  }
  return conditionsHold(statement.conditions, given) ? way : undefined
}

function speaksOfAction({ not, patterns }: Elements, action: string): boolean {
  const asked = action.toLowerCase()
  return patterns.some((pattern) => matches(wildcard(pattern), asked)) !== not
}

function speaksOfResource(
  { not, patterns }: Elements,
  arn: string,
  given: {
    readonly keys: ContextKeys
    readonly version: Policy['version']
    readonly effect: Statement['effect']
  },
): boolean {
  const expanded = patterns.map((pattern) => tokensOf(pattern, { ...given, wildcards: true }))
  // What is excepted from an Allow cannot be told: nothing is allowed.
  if (not && given.effect === 'Allow' && expanded.includes(undefined)) return false
  const isNamed = expanded.some(
    (tokens) =>
      tokens !== undefined && arn.length <= VALUE_LENGTH_MAX && matches(whole(tokens), arn),
  )
  return isNamed !== not
}

/** An ARN's pattern with the parts it lacks, which may be anything. */
function whole(tokens: readonly number[]): number[] {
  const isPartial = tokens.length > 1 && partsOf(tokens) <= COLONS_IN_ARN
  const completed = isPartial ? [...tokens, ...wildcard(':*')] : tokens
  return ofArn(completed, { mayLeave: true })
}

function meant(
  { not, patterns }: Principals,
  principal: Principal,
  effect: Statement['effect'],
): Way | undefined {
  const ways = patterns
    .map((pattern) => wayOfPattern(pattern, principal))
    .filter((way) => way !== undefined)
  if (!not) return WAYS.find((way) => ways.includes(way))
  // Excepted from an Allow is whoever is named in any way; from a Deny only who is named in every
  // way: session, role and account (IAM user guide, "NotPrincipal").
  const isExcepted =
    effect === 'Allow'
      ? ways.length > 0
      : ways.includes('everyone') || waysToName(principal).every((way) => ways.includes(way))
  return isExcepted ? undefined : 'everyone'
}

function waysToName(principal: Principal): readonly Way[] {
  switch (principal.kind) {
    case 'root':
      return ['account']
    case 'user':
      return ['self', 'account']
    case 'assumed-role':
      return ['self', 'role', 'account']
    case 'service':
      return ['self']
  }
}

function wayOfPattern(pattern: PrincipalPattern, principal: Principal): Way | undefined {
  switch (pattern.kind) {
    case 'everyone':
      return 'everyone'
    case 'account':
      if (principal.kind === 'service') return undefined
      return pattern.account === principal.account ? 'account' : undefined
    case 'service': {
      const isIt = pattern.name === '*' || pattern.name === principal.arn
      return principal.kind === 'service' && isIt ? 'self' : undefined
    }
    case 'one':
      return wayOfId(pattern.id, principal)
    case 'foreign':
      return undefined
  }
}

function wayOfId(id: string, principal: Principal): Way | undefined {
  if (principal.kind === 'service') return undefined
  if (id === principal.arn || id === principal.userId) return 'self'
  if (principal.kind !== 'assumed-role') return undefined
  const roleId = principal.userId.split(':', 1)[0]
  return id === principal.roleArn || id === roleId ? 'role' : undefined
}
