// What was typed for an option, as a value of the type the model gives it: files read, JSON or
// shorthand parsed, numbers and booleans converted. Whether the value is allowed is said later.

import * as client from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import { CommandFailure, EXIT, unparsableParameter } from './failure.ts'
import { ParameterFileMissing, readParameterFile } from './parameter-file.ts'
import { bareTypeName, isRecord, toInteger } from './python.ts'
import { JsonMistake, parseOrderedJson } from './python-json.ts'
import { parseShorthand, ShorthandMistake } from './shorthand.ts'

/** One option's value. Throws CommandFailure in AWS's words. */
export function typedValue(
  option: string,
  shape: client.ModelShape,
  typed: unknown,
  surroundings: Surroundings,
): unknown {
  const value = loaded(option, typed, surroundings)
  try {
    return convert(shape, value, surroundings)
  } catch (error) {
    if (error instanceof ShorthandMistake || error instanceof InvalidJson) {
      throw unparsableParameter(option, error.message)
    }
    if (error instanceof CommandFailure) throw error
    throw new CommandFailure((error as Error).message, EXIT.general, { cause: error })
  }
}

class InvalidJson extends Error {
  override readonly name = 'InvalidJson'
}

// A single argument that names a file is replaced by what the file holds.
function loaded(option: string, typed: unknown, surroundings: Surroundings): unknown {
  const single = Array.isArray(typed) && typed.length === 1 ? typed[0] : typed
  return typeof single === 'string' ? (fileText(option, single, surroundings) ?? typed) : typed
}

/** The content of the file an option names; undefined when it names none. Throws CommandFailure. */
export function fileText(option: string, typed: string, surroundings: Surroundings) {
  try {
    return readParameterFile(typed, surroundings)
  } catch (error) {
    if (error instanceof ParameterFileMissing) throw unparsableParameter(option, error.message)
    throw error
  }
}

function convert(shape: client.ModelShape, value: unknown, surroundings: Surroundings): unknown {
  if (isNested(shape)) {
    if (isShorthand(shape, value)) return fromShorthand(shape, value, surroundings)
    return fromJson(shape, value)
  }
  return fromScalar(shape, value)
}

const isNested = ({ type }: client.ModelShape) =>
  type === 'structure' || type === 'map' || type === 'list'

const memberOf = (shape: client.ModelShape) => client.shapeOf(shape.member?.shape ?? '')

function isShorthand(shape: client.ModelShape, value: unknown): boolean {
  if (shape.type === 'list' && !isNested(memberOf(shape))) return false
  const first = Array.isArray(value) ? value[0] : value
  if (first instanceof Uint8Array) {
    throw new TypeError(`'in <string>' requires string as left operand, not int`)
  }
  return typeof first === 'string' && !/^[ \t\n\r\f\v]*[[{]/.test(first)
}

function fromShorthand(
  shape: client.ModelShape,
  value: unknown,
  surroundings: Surroundings,
): unknown {
  const read = (text: string) => readParameterFile(text, surroundings)
  const parse = (text: unknown) => parseShorthand(String(text), read)
  return settle(shape, Array.isArray(value) ? value.map(parse) : parse(value))
}

// Shorthand knows only texts and lists: here the model's types come in.
function settle(shape: client.ModelShape, value: unknown): unknown {
  if (shape.type === 'list') {
    const member = memberOf(shape)
    return (Array.isArray(value) ? value : [value]).map((item) => settle(member, item))
  }
  if (shape.type === 'structure' && isRecord(value)) {
    const settled: Record<string, unknown> = { ...value }
    for (const [name, member] of client.membersOf(shape)) {
      if (Object.hasOwn(value, name))
        settled[name] = settle(client.shapeOf(member.shape), value[name])
    }
    return settled
  }
  if (shape.type === 'map' && isRecord(value)) {
    const member = client.shapeOf(shape.value?.shape ?? '')
    return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, settle(member, item)]))
  }
  if (shape.type === 'boolean') return asBoolean(value)
  return shape.type === 'integer' || shape.type === 'long' ? toInteger(value) : value
}

function asBoolean(value: unknown): unknown {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') {
    throw new TypeError(`'${bareTypeName(value)}' object has no attribute 'lower'`)
  }
  const word = value.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : value
}

function fromJson(shape: client.ModelShape, value: unknown): unknown {
  if (shape.type !== 'list') {
    const text = String(value)
    if (!/^(?:(?!\ufeff)\s)*\{/.test(text)) throw new InvalidJson(`Invalid JSON:\n${text}`)
    return parseJson(text)
  }
  const member = memberOf(shape)
  const texts = Array.isArray(value) ? value : [value]
  const [first] = texts
  if (texts.length === 1 && typeof first === 'string' && /^(?:(?!\ufeff)\s)*\[/.test(first)) {
    return parseJson(first)
  }
  if (isNested(member)) {
    return typeof value === 'string'
      ? parseJson(value)
      : texts.map((item) => fromJson(member, item))
  }
  if (typeof value === 'string' && value.trim() === '') throw new Error('string index out of range')
  // What a file holds is one text here: its characters, or its bytes.
  const items = value instanceof Uint8Array || typeof value === 'string' ? [...value] : texts
  return items.map((item) => fromScalar(member, item))
}

function parseJson(text: string): unknown {
  try {
    return parseOrderedJson(text)
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error
    throw new InvalidJson(`Invalid JSON: ${error.message}\nJSON received: ${text}`, {
      cause: error,
    })
  }
}

function fromScalar(shape: client.ModelShape, value: unknown): unknown {
  if (shape.type === 'integer' || shape.type === 'long') return toInteger(value)
  return value
}
