// Types: a JSON value, or the text of a label, query or header, becomes the value its shape says
// it is, or is refused with SerializationException. Rules on values are `validate.ts`'s.

import { isObject, type JsonValue, unserializable } from './read-json.ts'
import { type Shape, type StructureShape, shapeNamed } from './service-model.ts'

/** What an operation is handed: only types of the service model; timestamps in milliseconds. */
export type InputValue = boolean | number | string | readonly InputValue[] | Input
export interface Input {
  readonly [member: string]: InputValue
}

/** A list or map is longer than any may be; its members were not looked at. */
export class TooManyMembers extends Error {
  readonly path: string
  readonly count: number
  readonly max = MEMBERS_MAX
  constructor(count: number, path: string) {
    super('too many members')
    this.path = path
    this.count = count
  }
}

/** Of one list or map, whatever its own rule says: ten times what any of AWS's quotas allows. */
const MEMBERS_MAX = 1000

function checkCount(count: number, path: string): void {
  if (count > MEMBERS_MAX) throw new TooManyMembers(count, path)
}

/** The value of a member in the body. `path` names it in refusals. */
export function fromJson(shapeName: string, value: JsonValue, path: string): InputValue {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      return structureFrom(shape, value, path)
    case 'list':
      if (!Array.isArray(value)) throw wrongType(shape, value, path)
      checkCount(value.length, path)
      return value.map((item, i) => fromJson(shape.member.shape, item, `${path}[${i}]`))
    case 'map':
      if (!isObject(value)) throw wrongType(shape, value, path)
      checkCount(Object.keys(value).length, path)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          wellFormed(key, path),
          fromJson(shape.value.shape, item, `${path}.${key.slice(0, 80)}`),
        ]),
      )
    case 'string':
      if (typeof value !== 'string') throw wrongType(shape, value, path)
      return wellFormed(value, path)
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(shape, value, path)
      return value
    case 'integer':
    case 'long':
      if (!isWhole(shape, value)) throw wrongType(shape, value, path)
      return value
    case 'timestamp': {
      const atMs = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN
      if (!isInstant(atMs)) throw wrongType(shape, value, path)
      return atMs
    }
  }
}

/** The value of a member outside the body, from every text given for it; undefined for none. */
export function fromText(
  shapeName: string,
  texts: readonly string[],
  path: string,
): InputValue | undefined {
  const shape = shapeNamed(shapeName)
  if (shape.type === 'list') {
    if (texts.length === 0) return undefined
    checkCount(texts.length, path)
    return texts.map((text, i) => scalarFrom(shapeNamed(shape.member.shape), text, `${path}[${i}]`))
  }
  const [text, ...more] = texts
  if (text === undefined) return undefined
  if (more.length > 0) throw unserializable(`${path} is given more than once.`)
  return scalarFrom(shape, text, path)
}

function structureFrom(shape: StructureShape, value: JsonValue, path: string): Input {
  if (!isObject(value)) throw wrongType(shape, value, path)
  const members: [string, InputValue][] = []
  for (const [name, member] of Object.entries(shape.members)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    if (given === undefined || given === null) continue
    members.push([name, fromJson(member.shape, given, `${path}.${name}`)])
  }
  return Object.fromEntries(members)
}

function scalarFrom(shape: Shape, text: string, path: string): InputValue {
  switch (shape.type) {
    case 'string':
      return text
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw wrongText(shape, text, path)
      return text === 'true'
    case 'integer':
    case 'long': {
      const number = /^-?[0-9]{1,19}$/.test(text) ? Number(text) : Number.NaN
      if (!isWhole(shape, number)) throw wrongText(shape, text, path)
      return number
    }
    case 'timestamp': {
      const atMs = instantFrom(text)
      if (!isInstant(atMs)) throw wrongText(shape, text, path)
      return atMs
    }
    default:
      throw new Error(`a ${shape.type} cannot travel outside the body: ${path}`)
  }
}

// ISO 8601 as botocore and the SDKs write it, or seconds since 1970.
function instantFrom(text: string): number {
  if (/^-?[0-9]{1,12}(\.[0-9]{1,9})?$/.test(text)) return Math.round(Number(text) * 1000)
  return ISO_8601.test(text) ? Date.parse(text) : Number.NaN
}

const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const TIME = '[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?'
const ISO_8601 = new RegExp(`^${DAY}(T${TIME}(Z|[+-][0-9]{2}:[0-9]{2}))?$`)

// Years 1 to 9999, what every client can print again.
function isInstant(atMs: number): boolean {
  return atMs >= -62_135_596_800_000 && atMs <= 253_402_300_799_999
}

function isWhole(shape: Shape, value: JsonValue): value is number {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return Math.abs(value) <= (shape.type === 'integer' ? 0x7fff_ffff : Number.MAX_SAFE_INTEGER)
}

// A lone surrogate cannot be stored or answered as UTF-8.
function wellFormed(text: string, path: string): string {
  if (!text.isWellFormed()) throw unserializable(`${path.slice(0, 80)} is not well-formed Unicode.`)
  return text
}

function wrongType(shape: Shape, value: JsonValue, path: string) {
  return unserializable(`${path} must be ${named(shape)}, and not ${kindOf(value)}.`)
}

function wrongText(shape: Shape, text: string, path: string) {
  return unserializable(`${path} must be ${named(shape)}, and not '${text.slice(0, 80)}'.`)
}

function named(shape: Shape): string {
  if (shape.type === 'structure' || shape.type === 'map') return 'an object'
  return `${shape.type === 'integer' ? 'an' : 'a'} ${shape.type}`
}

// The kind and not the value: a body may hold secrets.
function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'boolean') return 'a boolean'
  return typeof value === 'string' ? 'a string' : 'this number'
}
