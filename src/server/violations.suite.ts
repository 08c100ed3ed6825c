// Every way to break the service model once: for each member of an operation's input, in every
// depth, one input for each rule it has, with all else right.

import { type OperationModel, shapeNamed, structureNamed } from '../wire/index.ts'
import { fits, sampleInput, sampleOf } from './samples.suite.ts'

export type Rule =
  | 'required'
  | 'empty'
  | 'type'
  | 'pattern'
  | 'length'
  | 'range'
  | 'enum'
  | 'list size'

export interface BrokenInput {
  readonly rule: Rule
  /** The member, such as `BackupPlan.Rules.0.RuleName`. */
  readonly path: string
  readonly input: object
}

/** Inputs that break exactly one rule each. */
export function brokenInputs(operation: OperationModel): BrokenInput[] {
  if (!operation.input) return []
  const whole = sampleInput(operation, 'all')
  return [...ofStructure(operation.input.shape, [], isLast(operation))].map(
    ({ rule, path, value }) => ({
      rule,
      path: path.join('.'),
      input: replaced(whole, path, value),
    }),
  )
}

interface Break {
  readonly rule: Rule
  readonly path: readonly string[]
  readonly value: unknown
}

const ABSENT = Symbol('absent')

// An empty label at the end of a path is another path, so it is no broken input of this operation.
function isLast(operation: OperationModel): (label: string) => boolean {
  const path = operation.http.requestUri.replace(/\?.*$/, '').replace(/\/$/, '')
  return (label) => path.endsWith(`{${label}}`)
}

function* ofStructure(
  shapeName: string,
  at: readonly string[],
  isLastLabel: (label: string) => boolean = () => false,
): Generator<Break> {
  const shape = structureNamed(shapeName)
  for (const [name, member] of Object.entries(shape.members)) {
    const path = [...at, name]
    const isRequired = shape.required?.includes(name) ?? false
    const isLabel = member.location === 'uri'
    const isUnreachable = isLabel && isLastLabel(member.locationName ?? name)
    if (isRequired && !isLabel) yield { rule: 'required', path, value: ABSENT }
    if (isRequired && !isUnreachable && shapeNamed(member.shape).type === 'string') {
      yield { rule: 'empty', path, value: '' }
    }
    yield* ofMember(member.shape, path, member.location === undefined)
  }
}

function* ofMember(shapeName: string, path: readonly string[], inBody: boolean): Generator<Break> {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      yield { rule: 'type', path, value: 'no structure' }
      yield* ofStructure(shapeName, path)
      return
    case 'list': {
      const item = sampleOf(shape.member.shape, 'all')
      yield { rule: 'type', path, value: {} }
      if (shape.min) yield { rule: 'list size', path, value: [] }
      if (shape.max) yield { rule: 'list size', path, value: Array(shape.max + 1).fill(item) }
      yield* ofMember(shape.member.shape, [...path, '0'], true)
      return
    }
    case 'map': {
      const key = String(sampleOf(shape.key.shape, 'all'))
      yield { rule: 'type', path, value: [] }
      const keyShape = shapeNamed(shape.key.shape)
      if (keyShape.type === 'string' && keyShape.pattern) {
        yield { rule: 'pattern', path, value: { '!': sampleOf(shape.value.shape, 'all') } }
      }
      yield* ofMember(shape.value.shape, [...path, key], true)
      return
    }
    case 'string':
      if (inBody) yield { rule: 'type', path, value: 5 }
      if (shape.enum) yield { rule: 'enum', path, value: 'NO_SUCH_VALUE' }
      if (shape.max) yield { rule: 'length', path, value: 'a'.repeat(shape.max + 1) }
      if (shape.pattern) {
        const wrong = ['!', ' \n ', '   '].find((text) => !fits(shape, text))
        yield { rule: 'pattern', path, value: wrong }
      }
      return
    case 'integer':
    case 'long':
      yield { rule: 'type', path, value: 'seven' }
      yield { rule: 'type', path, value: 1.5 }
      if (shape.min !== undefined) yield { rule: 'range', path, value: shape.min - 1 }
      // A page size above the largest is answered with the largest page.
      if (shape.max !== undefined && path.join() !== 'MaxResults') {
        yield { rule: 'range', path, value: shape.max + 1 }
      }
      return
    case 'boolean':
    case 'timestamp':
      yield { rule: 'type', path, value: 'neither' }
  }
}

function replaced(whole: unknown, path: readonly string[], value: unknown): object {
  const [step, ...rest] = path
  if (step === undefined) throw new Error('a break has a path')
  const copy: Record<string, unknown> = Array.isArray(whole)
    ? (Object.assign([], whole) as unknown as Record<string, unknown>)
    : { ...(whole as object) }
  if (rest.length > 0) copy[step] = replaced(copy[step], rest, value)
  else if (value === ABSENT) delete copy[step]
  else copy[step] = value
  return copy
}
