// Reads Condition: operators with their prefixes and suffixes, keys, and values that suit the
// operator (IAM user guide, "Condition operators").

import { isDateValue, isNumber } from './condition-values.ts'
import { parseRange } from './ip-range.ts'
import { List, Members } from './parse-parts.ts'
import type { Condition, OperatorName } from './policy.ts'

type Check = (value: string) => string | undefined

const anyText: Check = () => undefined
const numeric: Check = (value) => (isNumber(value) ? undefined : 'it must be a number')
const date: Check = (value) =>
  isDateValue(value) ? undefined : 'it must be a date such as 2026-01-31T12:00:00Z, or seconds'
const bool: Check = (value) =>
  /^(true|false)$/i.test(value) ? undefined : 'it must be true or false'
const binary: Check = (value) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
    ? undefined
    : 'it must be base64'
const ip: Check = (value) =>
  parseRange(value) ? undefined : 'it must be an address or a range such as 203.0.113.0/24'
const arn: Check = (value) =>
  value === '*' || value.startsWith('arn:') || value.startsWith('${')
    ? undefined
    : 'it must be an ARN, with wildcards in its parts if need be'

/** What values of an operator must be. Null's tell whether the key is to be absent. */
const OPERATORS: ReadonlyMap<OperatorName, Check> = new Map<OperatorName, Check>([
  ['StringEquals', anyText],
  ['StringNotEquals', anyText],
  ['StringEqualsIgnoreCase', anyText],
  ['StringNotEqualsIgnoreCase', anyText],
  ['StringLike', anyText],
  ['StringNotLike', anyText],
  ['NumericEquals', numeric],
  ['NumericNotEquals', numeric],
  ['NumericLessThan', numeric],
  ['NumericLessThanEquals', numeric],
  ['NumericGreaterThan', numeric],
  ['NumericGreaterThanEquals', numeric],
  ['DateEquals', date],
  ['DateNotEquals', date],
  ['DateLessThan', date],
  ['DateLessThanEquals', date],
  ['DateGreaterThan', date],
  ['DateGreaterThanEquals', date],
  ['Bool', bool],
  ['BinaryEquals', binary],
  ['IpAddress', ip],
  ['NotIpAddress', ip],
  ['ArnEquals', arn],
  ['ArnLike', arn],
  ['ArnNotEquals', arn],
  ['ArnNotLike', arn],
  ['Null', bool],
])

const BY_LOWER_CASE = new Map([...OPERATORS.keys()].map((name) => [name.toLowerCase(), name]))
const SETS: ReadonlyMap<string, Condition['set']> = new Map([
  ['forallvalues', 'all'],
  ['foranyvalue', 'any'],
])
const KEY = /^[A-Za-z0-9-]+:[^\s]{1,256}$/

/** The conditions of a statement, all of which must hold. */
export function parseConditions(members: Members): Condition[] {
  if (!members.has('Condition')) return []
  const { problems } = members.site
  const path = members.pathOf('Condition')
  const operators = new Members(members.take('Condition'), { path, problems })
  return operators.takeAll().flatMap(([written, keys]) => {
    const operator = operatorOf(written)
    if (operator === undefined) {
      operators.add(written, 'there is no such condition operator')
      return []
    }
    const byKey = new Members(keys, { path: operators.pathOf(written), problems })
    return byKey.takeAll().map(([key, value]) => {
      if (!KEY.test(key)) byKey.add(key, 'a key is written service:Name')
      const at = { path: byKey.pathOf(key), problems }
      return { ...operator, key: key.toLowerCase(), values: valuesOf(value, operator.operator, at) }
    })
  })
}

/** `ForAllValues:StringLikeIfExists`, taken apart. The names of operators have no case. */
function operatorOf(written: string): Pick<Condition, 'operator' | 'set' | 'ifExists'> | undefined {
  const colon = written.indexOf(':')
  const set = colon < 0 ? 'single' : SETS.get(written.slice(0, colon).toLowerCase())
  const name = written.slice(colon + 1).toLowerCase()
  const plain = BY_LOWER_CASE.get(name)
  const operator = plain ?? BY_LOWER_CASE.get(name.replace(/ifexists$/, ''))
  if (set === undefined || operator === undefined) return undefined
  const ifExists = plain === undefined
  // Null asks whether there is a key at all: neither of these makes sense with it.
  if (operator === 'Null' && (ifExists || set !== 'single')) return undefined
  return { operator, set, ifExists }
}

function valuesOf(
  value: unknown,
  operator: OperatorName,
  site: ConstructorParameters<typeof List>[1],
): string[] {
  const check = OPERATORS.get(operator) ?? anyText
  return new List(value, site).map((item, path) => {
    // Of an object even its own text can be made to fail.
    const text = PLAIN.has(typeof item) ? String(item) : undefined
    const problem = text === undefined ? 'it must be a text, a number or a boolean' : check(text)
    if (problem !== undefined) site.problems.add(path, problem)
    return text ?? ''
  })
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean'])
