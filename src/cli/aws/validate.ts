// Checks an input against the service model before anything is sent, as far as AWS's command line
// does: required and unknown members, types, lengths and lower bounds. Enums and patterns are the
// service's business. All mistakes are reported together, in model order.

import * as client from '../../wire/index.ts'
import { generalFailure, parameterFailure } from './failure.ts'
import { isRecord, keyOf, PythonDate, PythonFloat, represent, show, typeName } from './python.ts'

/** Throws CommandFailure (252) with one line for each mistake. */
export function validateInput(
  shape: client.ModelShape,
  input: Readonly<Record<string, unknown>>,
): void {
  const mistakes: string[] = []
  checkStructure(shape, input, '', mistakes)
  if (mistakes.length === 0) return
  throw parameterFailure(`Parameter validation failed:\n${mistakes.join('\n')}`)
}

function check(shape: client.ModelShape, value: unknown, path: string, mistakes: string[]): void {
  if (!checkType(shape, value, path, mistakes)) return
  if (shape.type === 'structure') {
    checkStructure(shape, value as Record<string, unknown>, path, mistakes)
  } else if (shape.type === 'list') {
    const items = value as unknown[]
    checkSize('length', shape, items.length, path, mistakes)
    const member = client.shapeOf(shape.member?.shape ?? '')
    for (const [index, item] of items.entries()) check(member, item, `${path}[${index}]`, mistakes)
  } else if (shape.type === 'map') {
    const key = client.shapeOf(shape.key?.shape ?? '')
    const member = client.shapeOf(shape.value?.shape ?? '')
    for (const [name, item] of Object.entries(value as object)) {
      check(key, keyOf(value as object, name), `${path} (key: ${name})`, mistakes)
      check(member, item, `${path}.${name}`, mistakes)
    }
  } else if (shape.type === 'string') {
    checkSize('length', shape, [...(value as string)].length, path, mistakes)
  } else if (shape.type === 'integer' || shape.type === 'long') {
    checkSize('value', shape, Number(value), path, mistakes, show(value))
  }
}

function checkStructure(
  shape: client.ModelShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  mistakes: string[],
): void {
  const name = path === '' ? 'input' : path
  for (const required of shape.required ?? []) {
    if (value[required] === undefined) {
      mistakes.push(`Missing required parameter in ${name}: "${required}"`)
    }
  }
  const members = new Map(client.membersOf(shape))
  for (const key of Object.keys(value)) {
    if (!members.has(key)) {
      const known = [...members.keys()].join(', ')
      mistakes.push(`Unknown parameter in ${name}: "${key}", must be one of: ${known}`)
    }
  }
  for (const [key, member] of members) {
    if (value[key] === undefined) continue
    const where = path === '' ? key : `${path}.${key}`
    check(client.shapeOf(member.shape), value[key], where, mistakes)
  }
}

function checkSize(
  what: 'length' | 'value',
  shape: client.ModelShape,
  size: number,
  path: string,
  mistakes: string[],
  shown = String(size),
): void {
  if (shape.min === undefined || size >= shape.min) return
  mistakes.push(
    `Invalid ${what} for parameter ${path}, value: ${shown}, valid min ${what}: ${shape.min}`,
  )
}

const VALID_TYPES: Readonly<Record<client.ModelShape['type'], string>> = {
  structure: "<class 'dict'>",
  map: "<class 'dict'>",
  list: "<class 'list'>, <class 'tuple'>",
  string: "<class 'str'>",
  integer: "<class 'int'>",
  long: "<class 'int'>",
  boolean: "<class 'bool'>",
  timestamp: "<class 'datetime.datetime'>, timestamp-string",
}

function checkType(
  shape: client.ModelShape,
  value: unknown,
  path: string,
  mistakes: string[],
): boolean {
  if (hasType(shape.type, value)) return true
  const shown = isRecord(value) || Array.isArray(value) ? represent(value) : show(value)
  mistakes.push(
    `Invalid type for parameter ${path}, value: ${shown}, type: ${typeName(value)}, ` +
      `valid types: ${VALID_TYPES[shape.type]}`,
  )
  return false
}

function hasType(type: client.ModelShape['type'], value: unknown): boolean {
  if (type === 'structure' || type === 'map') return isRecord(value)
  if (type === 'list') return Array.isArray(value)
  if (type === 'string') return typeof value === 'string'
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'timestamp') return isMoment(value)
  // A boolean is an integer where Python looks.
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
}

function isMoment(value: unknown): boolean {
  const number = value instanceof PythonFloat ? value.value : value
  if (['number', 'bigint', 'boolean'].includes(typeof number)) {
    return (
      !Number.isFinite(Number(number)) || client.parseMoment(String(Number(number))) !== undefined
    )
  }
  if (value instanceof PythonDate) return value.kind === 'datetime'
  if (typeof value !== 'string') return false
  if (client.parseMoment(value) !== undefined) return true
  // Milliseconds are a day that no calendar counts to, other long numbers a date.
  const uncountable =
    /^\s*\d{11}(?:\d{2}|\d{4,})\s*$/.test(value) || /^\s*[+-]?inf(?:inity)?\s*$/i.test(value)
  if (!uncountable) return false
  throw generalFailure(`Unable to calculate correct timezone offset for "${value}"`)
}
