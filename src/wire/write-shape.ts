// Output: what an operation answers becomes JSON with its members in the order of the service
// model, and anything that is not what the model says is a bug, caught here before a client meets
// it. A page may have thousands of rows, so each shape is looked at once and kept as its writer.

import { type MapShape, type StructureShape, shapeNamed, structureNamed } from './service-model.ts'

/**
 * `value` as JSON of that structure: timestamps (milliseconds here) as seconds with a fraction,
 * absent and null members left out. A wrong type, an unknown member or a required one missing
 * throws.
 */
export function jsonOf(structure: string, value: unknown): string {
  try {
    return writerOf(structure)(value)
  } catch (error) {
    if (error instanceof WrongOutput) error.message = `${structure}${error.message}`
    throw error
  }
}

type Writer = (value: unknown) => string

const writers = new Map<string, Writer>()

function writerOf(shapeName: string): Writer {
  const known = writers.get(shapeName)
  if (known) return known
  const made = makeWriter(shapeName)
  writers.set(shapeName, made)
  return made
}

function makeWriter(shapeName: string): Writer {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      return structureWriter(structureNamed(shapeName))
    case 'list':
      return listWriter(shape.member.shape)
    case 'map':
      return mapWriter(shape)
    case 'string':
      return writeString
    case 'boolean':
      return writeBoolean
    case 'integer':
    case 'long':
      return writeWhole
    case 'timestamp':
      return writeTime
  }
}

/** A member of a structure. */
interface Member {
  readonly name: string
  /** The name as JSON, with its colon. */
  readonly key: string
  readonly isRequired: boolean
  readonly shape: string
  /** Found when it is first needed, for shapes hold themselves. */
  write: Writer | undefined
  /** Rows of a page have much in common: the text of the last value, if it was a plain one. */
  last: unknown
  text: string
}

function structureWriter(shape: StructureShape): Writer {
  const names = new Set(Object.keys(shape.members))
  const members = Object.entries(shape.members).map(
    ([name, member]): Member => ({
      ...{ name, key: `${JSON.stringify(name)}:`, shape: member.shape, write: undefined },
      isRequired: shape.required?.includes(name) ?? false,
      ...{ last: undefined, text: '' },
    }),
  )
  return (value) => {
    const given = checkedMembers(value, names)
    let text = ''
    for (const member of members) {
      const item = given[member.name]
      if (item === undefined || item === null) {
        if (member.isRequired) throw new WrongOutput('present', item).in(`.${member.name}`)
        continue
      }
      if (item !== member.last) {
        member.text = member.key + writeMember(member, item)
        // What lies in an object may change; texts and numbers stay what they are.
        member.last = typeof item === 'object' ? undefined : item
      }
      text += text === '' ? member.text : `,${member.text}`
    }
    return `{${text}}`
  }
}

function checkedMembers(value: unknown, names: ReadonlySet<string>) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongOutput('a structure', value)
  }
  for (const name in value) {
    if (!names.has(name)) throw new WrongOutput('known to the service model', value).in(`.${name}`)
  }
  return value as Readonly<Record<string, unknown>>
}

function writeMember(member: Member, item: unknown): string {
  member.write ??= writerOf(member.shape)
  try {
    return member.write(item)
  } catch (error) {
    throw error instanceof WrongOutput ? error.in(`.${member.name}`) : error
  }
}

function listWriter(member: string): Writer {
  return (value) => {
    if (!Array.isArray(value)) throw new WrongOutput('a list', value)
    const write = writerOf(member)
    let text = ''
    for (const [i, item] of value.entries()) {
      try {
        text += i === 0 ? write(item) : `,${write(item)}`
      } catch (error) {
        throw error instanceof WrongOutput ? error.in(`[${i}]`) : error
      }
    }
    return `[${text}]`
  }
}

function mapWriter(shape: MapShape): Writer {
  return (value) => {
    if (typeof value !== 'object' || value === null) throw new WrongOutput('a map', value)
    const write = writerOf(shape.value.shape)
    const texts = Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => {
        try {
          return `${JSON.stringify(key)}:${write(item)}`
        } catch (error) {
          throw error instanceof WrongOutput ? error.in(`.${key}`) : error
        }
      })
    return `{${texts.join()}}`
  }
}

/** Nothing in it that JSON would escape. */
const PLAIN = /^[ !#-[\]-~]*$/

function writeString(value: unknown): string {
  if (typeof value !== 'string') throw new WrongOutput('a string', value)
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value)
}

function writeBoolean(value: unknown): string {
  if (typeof value !== 'boolean') throw new WrongOutput('a boolean', value)
  return String(value)
}

function writeWhole(value: unknown): string {
  if (!Number.isSafeInteger(value)) throw new WrongOutput('a whole number', value)
  return String(value)
}

function writeTime(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new WrongOutput('a time in milliseconds', value)
  }
  const ms = Math.round(value)
  if (ms < 0) return String(ms / 1000)
  const seconds = Math.floor(ms / 1000)
  return `${seconds}${FRACTIONS[ms - seconds * 1000]}`
}

/** Of a second, as a number ends in: making them anew costs most of what a time costs. */
const FRACTIONS = Array.from({ length: 1000 }, (_, ms) => String(ms / 1000).slice(1))

/** An answer that is not what the service model says: a bug of the operation. */
class WrongOutput extends Error {
  constructor(expected: string, value: unknown) {
    super(` is not ${expected} but ${value === null ? 'null' : typeof value}`)
    this.name = 'WrongOutput'
  }

  /** The same, of what lies in there. */
  in(place: string): this {
    this.message = place + this.message
    return this
  }
}
