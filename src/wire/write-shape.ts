// Output: what an operation answers becomes JSON members in the order of the service model, and
// anything that is not what the model says is a bug, caught here before a client meets it.

import { type Shape, type StructureShape, shapeNamed } from './service-model.ts'

/**
 * `value` as JSON-ready data of that structure: timestamps (milliseconds here) as seconds with a
 * fraction, absent and null members left out. A wrong type, an unknown member or a required one
 * missing throws.
 */
export function toJson(shape: StructureShape, value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongOutput(path, 'a structure', value)
  }
  const given = new Map(Object.entries(value))
  for (const name of given.keys()) {
    if (!Object.hasOwn(shape.members, name)) throw new Error(`${path} has no member ${name}`)
  }
  const members: [string, unknown][] = []
  for (const [name, member] of Object.entries(shape.members)) {
    const item: unknown = given.get(name)
    if (item !== undefined && item !== null) {
      members.push([name, anyToJson(shapeNamed(member.shape), item, `${path}.${name}`)])
    } else if (shape.required?.includes(name)) {
      throw new WrongOutput(`${path}.${name}`, 'present', item)
    }
  }
  return Object.fromEntries(members)
}

function anyToJson(shape: Shape, value: unknown, path: string): unknown {
  switch (shape.type) {
    case 'structure':
      return toJson(shape, value, path)
    case 'list': {
      if (!Array.isArray(value)) throw new WrongOutput(path, 'a list', value)
      const member = shapeNamed(shape.member.shape)
      return value.map((item, i) => anyToJson(member, item, `${path}[${i}]`))
    }
    case 'map': {
      if (typeof value !== 'object' || value === null) throw new WrongOutput(path, 'a map', value)
      const item = shapeNamed(shape.value.shape)
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => each !== undefined && each !== null)
          .map(([key, each]) => [key, anyToJson(item, each, `${path}.${key}`)]),
      )
    }
    case 'string':
      if (typeof value !== 'string') throw new WrongOutput(path, 'a string', value)
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw new WrongOutput(path, 'a boolean', value)
      return value
    case 'integer':
    case 'long':
      if (!Number.isSafeInteger(value)) throw new WrongOutput(path, 'a whole number', value)
      return value
    case 'timestamp':
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new WrongOutput(path, 'a time in milliseconds', value)
      }
      return Math.round(value) / 1000
  }
}

/** An answer that is not what the service model says: a bug of the operation. */
class WrongOutput extends Error {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path} is not ${expected} but ${value === null ? 'null' : typeof value}`)
    this.name = 'WrongOutput'
  }
}
