// Whether a statement's conditions hold in a request (IAM user guide, "Condition operators",
// "Conditions with multiple context keys or values", "Single-valued vs. multivalued context keys").

import type { ContextKeys } from './ask.ts'
import { dateOf, numberOf } from './condition-values.ts'
import { isInRange, parseRange } from './ip-range.ts'
import { tokensOf, VALUE_LENGTH_MAX } from './pattern.ts'
import type { Condition, OperatorName, Policy } from './policy.ts'
import { COLONS_IN_ARN, matches, ofArn, partsOf } from './wildcard.ts'

/** The request a condition is judged in. */
export interface Circumstances {
  readonly keys: ContextKeys
  readonly version: Policy['version']
}

/** Whether all of them hold. */
export function conditionsHold(conditions: readonly Condition[], given: Circumstances): boolean {
  return conditions.every((condition) => holds(condition, given))
}

function holds(condition: Condition, given: Circumstances): boolean {
  const values = given.keys.get(condition.key) ?? []
  const isThere = values.length > 0
  if (condition.operator === 'Null') {
    return condition.values.some((wanted) => (wanted.toLowerCase() === 'true') !== isThere)
  }
  const { match, negated } = OPERATORS[condition.operator]
  if (!isThere) {
    if (condition.ifExists) return true
    // Without values every one of them matches, and not any does.
    return condition.set === 'single' ? negated : condition.set === 'all'
  }
  const passes = (value: string) =>
    condition.values.some((wanted) => match(value, wanted, given)) !== negated
  if (condition.set === 'all') return values.every(passes)
  if (condition.set === 'any') return values.some(passes)
  // A key with several values under an operator for one: any may match, none may be excluded.
  return negated ? values.every(passes) : values.some(passes)
}

/** Whether a value of the request is what the policy wants. */
type Match = (value: string, wanted: string, given: Circumstances) => boolean

const plain = (match: Match) => ({ match, negated: false })
const not = (match: Match) => ({ match, negated: true })

const equals: Match = (value, wanted, given) => text(value, wanted, { ...given, wildcards: false })
const like: Match = (value, wanted, given) => text(value, wanted, { ...given, wildcards: true })

function text(value: string, wanted: string, how: Circumstances & { wildcards: boolean }) {
  const tokens = value.length > VALUE_LENGTH_MAX ? undefined : tokensOf(wanted, how)
  return tokens !== undefined && matches(tokens, value)
}

const equalsIgnoreCase: Match = (value, wanted, { keys, version }) => {
  const tokens = tokensOf(wanted, { keys, version, wildcards: false })
  if (tokens === undefined) return false
  return String.fromCharCode(...tokens).toLowerCase() === value.toLowerCase()
}

/** ArnEquals and ArnLike are the same: each part of the ARN by itself, wildcards in any. */
const arnLike: Match = (value, wanted, { keys, version }) => {
  if (value.length > VALUE_LENGTH_MAX || !value.startsWith('arn:')) return false
  if (wanted === '*') return true
  const tokens = tokensOf(wanted, { keys, version, wildcards: true })
  if (tokens === undefined || partsOf(tokens) <= COLONS_IN_ARN) return false
  return matches(ofArn(tokens, { mayLeave: false }), value)
}

const bool: Match = (value, wanted) => value.toLowerCase() === wanted.toLowerCase()

const binaryEquals: Match = (value, wanted) =>
  Buffer.from(value, 'base64').equals(Buffer.from(wanted, 'base64'))

const inRange: Match = (value, wanted) => {
  const range = parseRange(wanted)
  return range !== undefined && isInRange(value, range)
}

/** Compares as numbers or dates; what cannot be read as one compares with nothing. */
function compared(
  read: (text: string) => number | undefined,
  fits: (difference: number) => boolean,
): Match {
  return (value, wanted) => {
    const [left, right] = [read(value), read(wanted)]
    return left !== undefined && right !== undefined && fits(left - right)
  }
}

const isZero = (difference: number) => difference === 0
const isNegative = (difference: number) => difference < 0
const isPositive = (difference: number) => difference > 0
const isNotPositive = (difference: number) => difference <= 0
const isNotNegative = (difference: number) => difference >= 0

const OPERATORS: Readonly<
  Record<Exclude<OperatorName, 'Null'>, { readonly match: Match; readonly negated: boolean }>
> = {
  StringEquals: plain(equals),
  StringNotEquals: not(equals),
  StringEqualsIgnoreCase: plain(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: not(equalsIgnoreCase),
  StringLike: plain(like),
  StringNotLike: not(like),
  NumericEquals: plain(compared(numberOf, isZero)),
  NumericNotEquals: not(compared(numberOf, isZero)),
  NumericLessThan: plain(compared(numberOf, isNegative)),
  NumericLessThanEquals: plain(compared(numberOf, isNotPositive)),
  NumericGreaterThan: plain(compared(numberOf, isPositive)),
  NumericGreaterThanEquals: plain(compared(numberOf, isNotNegative)),
  DateEquals: plain(compared(dateOf, isZero)),
  DateNotEquals: not(compared(dateOf, isZero)),
  DateLessThan: plain(compared(dateOf, isNegative)),
  DateLessThanEquals: plain(compared(dateOf, isNotPositive)),
  DateGreaterThan: plain(compared(dateOf, isPositive)),
  DateGreaterThanEquals: plain(compared(dateOf, isNotNegative)),
  Bool: plain(bool),
  BinaryEquals: plain(binaryEquals),
  IpAddress: plain(inRange),
  NotIpAddress: not(inRange),
  ArnEquals: plain(arnLike),
  ArnLike: plain(arnLike),
  ArnNotEquals: not(arnLike),
  ArnNotLike: not(arnLike),
}
