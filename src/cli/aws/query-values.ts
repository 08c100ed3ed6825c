// Values of a query as Python sees them: their types, order, equality and spelling.

import { isRecord, PythonDate, PythonFloat, showFloat, toInteger } from './python.ts'

/** Anything JSON can say, or an expression handed to a function. */
export type Argument = unknown

/** An expression handed to a function (`&name`). */
export interface QueryExpression {
  visit(value: unknown): unknown
}

export function isExpression(value: Argument): value is QueryExpression {
  return typeof value === 'object' && value !== null && 'visit' in value && isFunction(value.visit)
}

const isFunction = (value: unknown) => typeof value === 'function'

/** JMESPath's name of the type. */
export function typeOf(value: Argument): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return 'number'
  if (typeof value !== 'object') return typeof value
  if (value instanceof PythonFloat) return 'number'
  if (value instanceof PythonDate) return 'datetime'
  return isExpression(value) ? 'expref' : 'object'
}

/** A checked argument as a list. */
export const listsOf = (value: Argument) => value as readonly Argument[]

/** A checked argument as a number. */
export const numberOf = (value: Argument) =>
  value instanceof PythonFloat ? value.value : Number(value)

/** Order of two numbers, or of two texts by code points. */
export function compareScalars(a: Argument, b: Argument): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return compareNumbers(a, b)
}

// Integers may be larger than a float holds.
function compareNumbers(a: Argument, b: Argument): number {
  const [left, right] = [a, b].map((value) => (typeof value === 'bigint' ? value : numberOf(value)))
  if (left === undefined || right === undefined || left === right) return 0
  return left < right ? -1 : left > right ? 1 : 0
}

// UTF-16 puts characters beyond the basic plane before the last ones within it.
function compareTexts(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

export function contains(subject: Argument, wanted: Argument): boolean {
  if (typeof subject === 'string') return subject.includes(String(wanted))
  return listsOf(subject).some((item) => equal(item, wanted))
}

// Within lists Python's own equality holds: true is 1, false is 0, 1.0 is 1.
function equal(a: Argument, b: Argument): boolean {
  if (isScalarNumber(a) && isScalarNumber(b)) return compareNumbers(a, b) === 0
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]))
  }
  if (!isRecord(a) || !isRecord(b)) return (a ?? null) === (b ?? null)
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && equal(a[name], b[name]))
  )
}

/** Equality of an expression, where a boolean is no number. */
export function sameValue(a: Argument, b: Argument): boolean {
  if ((typeof a === 'boolean') !== (typeof b === 'boolean')) return false
  return equal(a, b)
}

const isScalarNumber = (value: Argument) => typeof value === 'boolean' || typeOf(value) === 'number'

/** Reads a number as Python's `int` or else `float` does; null for what is none. */
export function toNumber(value: Argument): Argument {
  if (typeOf(value) === 'number') return value
  if (typeof value !== 'string') return null
  const text = value.trim()
  if (/^[+-]?\d+(_\d+)*$/.test(text)) return toInteger(text)
  if (/^[+-]?inf(inity)?$/i.test(text)) {
    return new PythonFloat(text.startsWith('-') ? -Infinity : Infinity)
  }
  if (/^[+-]?nan$/i.test(text)) return new PythonFloat(Number.NaN)
  if (!/^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$/i.test(text)) return null
  return new PythonFloat(Number(text.replaceAll('_', '')))
}

/** A value as Python's `json.dumps` spells it without spaces. */
export function toText(value: Argument): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return asciiQuoted(value)
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN'
    if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity'
    return Number.isInteger(value) ? String(value) : showFloat(value)
  }
  if (value instanceof PythonFloat) return showFloat(value.value)
  if (value instanceof PythonDate) return asciiQuoted(value.text)
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`
  if (isExpression(value)) return asciiQuoted('<expression>')
  if (!isRecord(value)) return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${asciiQuoted(key)}:${toText(item)}`)
  return `{${pairs.join(',')}}`
}

function asciiQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
