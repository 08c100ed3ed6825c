// How a value of a shape is written and what it may be: type, limits, choices, shorthand, JSON.

import { type Shape, shapeNamed } from '../../wire/index.ts'
import { MEMBERS } from './descriptions/members.ts'
import type { Block } from './page.ts'

/** Structures deeper than this are cut short: the answer has them all. */
const DEPTH_MAX = 6

/** `string`, `list`, … and `timestamp`. */
export const typeOf = (shapeName: string): string => shapeNamed(shapeName).type

/** What a value is held to, one line each. */
export function limits(shapeName: string): Block[] {
  const shape = shapeNamed(shapeName)
  const blocks: Block[] = []
  if (shape.type === 'list') blocks.push(...limits(shape.member.shape))
  if (shape.type === 'string' && shape.enum) {
    blocks.push({ text: `One of: ${shape.enum.join(', ')}` })
  }
  if (shape.type === 'string' && shape.pattern !== undefined) {
    blocks.push({ lines: [`Pattern: ${shape.pattern}`] })
  }
  const { min, max } = shape as { min?: number; max?: number }
  const unit = shape.type === 'string' ? ' characters' : shape.type === 'list' ? ' values' : ''
  if (min !== undefined && max !== undefined) blocks.push({ text: `${min} to ${max}${unit}` })
  else if (min !== undefined) blocks.push({ text: `At least ${min}${unit}` })
  else if (max !== undefined) blocks.push({ text: `At most ${max}${unit}` })
  return blocks
}

/** The members of a structure, a list's or a map's values, each with its type and meaning. */
export function members(shapeName: string, meaning: MeaningOf, indent = 0): Block[] {
  const inner = structureWithin(shapeName)
  if (!inner || indent > DEPTH_MAX * 3) return []
  return Object.entries(inner.members).flatMap(([name, member]): Block[] => {
    const known = meaning(name)
    const text = `${name} -> (${typeOf(member.shape)})`
    return [
      { lines: [text], indent },
      ...(known === undefined ? [] : [{ text: known, indent: indent + 3 }]),
      ...limits(member.shape).map((block) => indented(block, indent + 3)),
      ...members(member.shape, meaning, indent + 3),
    ]
  })
}

/** What a member means, by name. */
export type MeaningOf = (member: string) => string | undefined

/** The meaning a member has everywhere; for others nothing, their name has to do. */
export const usualMeaning: MeaningOf = (member) =>
  Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined

/** The block further to the right. */
export function indented(block: Block, indent: number): Block {
  return block === 'blank' ? block : { ...block, indent: (block.indent ?? 0) + indent }
}

/** How the option's value is typed, where it is not a plain word. */
export function syntax(shapeName: string): Block[] {
  const shape = shapeNamed(shapeName)
  const blocks: Block[] = []
  const short = shorthand(shape)
  if (short !== undefined) blocks.push({ text: 'Shorthand:' }, { lines: [short], indent: 3 })
  const plain = !['structure', 'list', 'map'].includes(shape.type)
  if (plain) return blocks
  const json = JSON.stringify(sample(shape, 0), undefined, 2)
    .replaceAll('"«', '')
    .replaceAll('»"', '')
  return [...blocks, { text: 'JSON:' }, { lines: json.split('\n'), indent: 3 }]
}

function structureWithin(shapeName: string): Extract<Shape, { type: 'structure' }> | undefined {
  const shape = shapeNamed(shapeName)
  if (shape.type === 'structure') return shape
  if (shape.type === 'list') return structureWithin(shape.member.shape)
  if (shape.type === 'map') return structureWithin(shape.value.shape)
  return undefined
}

function shorthand(shape: Shape): string | undefined {
  switch (shape.type) {
    case 'structure':
      return fields(shape)
    case 'map':
      return isScalar(shape.value.shape) ? 'name=value,name=value' : undefined
    case 'list': {
      const inner = shapeNamed(shape.member.shape)
      if (inner.type === 'structure') return spaced(fields(inner))
      return isScalar(shape.member.shape) ? 'value value …' : undefined
    }
    default:
      return undefined
  }
}

const spaced = (one: string | undefined) => (one === undefined ? undefined : `${one} …`)

// Deeper structures are clearer as JSON.
function fields(shape: Extract<Shape, { type: 'structure' }>): string | undefined {
  const parts = Object.entries(shape.members).map(([name, { shape: inner }]) => {
    if (isScalar(inner)) return `${name}=${typeOf(inner)}`
    const list = shapeNamed(inner)
    const flat = list.type === 'list' && isScalar(list.member.shape)
    return flat ? `${name}=${typeOf(list.member.shape)},${typeOf(list.member.shape)}` : undefined
  })
  return parts.includes(undefined) ? undefined : parts.join(',')
}

const isScalar = (name: string) => !['structure', 'list', 'map'].includes(typeOf(name))

function sample(shape: Shape, depth: number): unknown {
  if (depth > DEPTH_MAX) return '«…»'
  const inner = (name: string) => sample(shapeNamed(name), depth + 1)
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).map(([name, member]) => [name, inner(member.shape)]),
      )
    case 'list':
      return [inner(shape.member.shape), '«…»']
    case 'map':
      return { string: inner(shape.value.shape), '«…»': '«»' }
    case 'string':
      return shape.enum ? shape.enum.join('|') : 'string'
    default:
      return shape.type === 'boolean' ? '«true|false»' : `«${shape.type}»`
  }
}
