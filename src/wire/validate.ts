// Rules: what the service model demands of values whose types are right. Missing members are
// refused before invalid ones, each with an exception that the operation declares.

import type { Input, InputValue } from './read-shape.ts'
import {
  type ListShape,
  type NumberShape,
  type OperationModel,
  type StringShape,
  type StructureShape,
  shapeNamed,
  structureNamed,
} from './service-model.ts'
import { failureText } from './texts.ts'
import { WireError } from './wire-error.ts'

/** Throws `WireError` (400) for the first member missing, else for the first that breaks a rule. */
export function checkInput(operation: OperationModel, shape: StructureShape, input: Input): void {
  let first: Violation | undefined
  for (const violation of ofStructure(shape, input, { path: '', secret: false })) {
    if (violation.kind === 'missing') throw refusal(operation, violation)
    if (first === undefined && !isAutomaticVault(operation, violation)) first = violation
  }
  if (first) throw refusal(operation, first)
}

type Violation =
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'invalid'; readonly path: string; readonly text: string }
  | { readonly kind: 'vault name'; readonly name: string }

/** Where the walk is; `secret` values are never repeated in a message. */
interface Place {
  readonly path: string
  readonly secret: boolean
}

function* ofStructure(shape: StructureShape, value: Input, place: Place): Generator<Violation> {
  for (const name of shape.required ?? []) {
    const given = value[name]
    if (given === undefined || given === '') yield { kind: 'missing', path: joined(place, name) }
  }
  for (const [name, member] of Object.entries(shape.members)) {
    const given = value[name]
    const isMissing = given === '' && shape.required?.includes(name)
    if (given === undefined || isMissing) continue
    yield* ofValue(member.shape, given, { ...place, path: joined(place, name) })
  }
}

function* ofValue(shapeName: string, value: InputValue, outer: Place): Generator<Violation> {
  const shape = shapeNamed(shapeName)
  const place = { ...outer, secret: outer.secret || shape.sensitive === true }
  switch (shape.type) {
    case 'structure':
      return yield* ofStructure(structureNamed(shapeName), value as Input, place)
    case 'list':
      return yield* ofList(shape, value as readonly InputValue[], place)
    case 'map':
      for (const [key, item] of Object.entries(value as Input)) {
        const inside = { ...place, path: joined(place, key.slice(0, SHOWN_CHARACTERS_MAX)) }
        yield* ofValue(shape.key.shape, key, inside)
        yield* ofValue(shape.value.shape, item, inside)
      }
      return
    case 'string':
      return yield* ofString(shapeName, shape, value as string, place)
    case 'integer':
    case 'long':
      return yield* ofNumber(shape, value as number, place)
    case 'boolean':
    case 'timestamp':
      return
  }
}

function* ofList(
  shape: ListShape,
  items: readonly InputValue[],
  place: Place,
): Generator<Violation> {
  const rule = outside(items.length, shape)
  if (rule) yield invalid(place, `${items.length} items`, `must have ${rule} items`)
  for (const [i, item] of items.entries()) {
    yield* ofValue(shape.member.shape, item, { ...place, path: `${place.path}[${i}]` })
  }
}

function* ofString(
  shapeName: string,
  shape: StringShape,
  text: string,
  place: Place,
): Generator<Violation> {
  const length = outside([...text].length, shape)
  if (length) yield invalid(place, text, `must have ${length} characters`)
  else if (shape.enum && !shape.enum.includes(text)) {
    yield invalid(place, text, `must be one of ${shape.enum.join(', ')}`)
  } else if (shape.pattern && !whole(shape.pattern).test(text)) {
    if (shapeName === 'BackupVaultName') yield { kind: 'vault name', name: text }
    else yield invalid(place, text, `must match ${shape.pattern}`)
  }
}

function* ofNumber(shape: NumberShape, value: number, place: Place): Generator<Violation> {
  const range = outside(value, shape)
  if (range) yield invalid(place, String(value), `must be ${range}`)
}

/** The rule that `amount` breaks, in words; undefined when it is within. */
function outside(amount: number, { min, max }: { min?: number; max?: number }): string | undefined {
  const low = min ?? Number.NEGATIVE_INFINITY
  const high = max ?? Number.POSITIVE_INFINITY
  if (amount >= low && amount <= high) return undefined
  if (max === undefined) return `at least ${min}`
  return min === undefined ? `at most ${max}` : `between ${min} and ${max}`
}

// A pattern is one about the whole value, anchored or not, and `.` is any character: AWS says
// `.*\S.*` of descriptions, which may have lines.
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 's')
}

/**
 * AWS makes vaults whose names break the pattern. They can be read and emptied like any other;
 * only no one can create one.
 */
function isAutomaticVault(operation: OperationModel, violation: Violation): boolean {
  if (violation.kind !== 'vault name' || operation.name.startsWith('Create')) return false
  return /^aws\/[a-z0-9-]{1,30}\/automatic-backup-vault$/.test(violation.name)
}

function refusal(operation: OperationModel, violation: Violation): WireError {
  switch (violation.kind) {
    case 'missing':
      return refused(
        operation,
        ['MissingParameterValueException', ...INVALID],
        `Parameter ${violation.path} is required and has no value.`,
      )
    case 'invalid':
      return refused(operation, INVALID, violation.text)
    case 'vault name': {
      const { message } = failureText({ code: 'BackupVaultNameInvalid', name: violation.name })
      return refused(operation, INVALID, message)
    }
  }
}

const INVALID = ['InvalidParameterValueException', 'InvalidRequestException']

/** The first of `shapes` that the operation declares; the very first where it declares none. */
function refused(operation: OperationModel, shapes: readonly string[], message: string): WireError {
  const declared = operation.errors.map((error) => error.shape)
  const shape = shapes.find((each) => declared.includes(each)) ?? shapes[0]
  if (shape === undefined) throw new Error('no exception to refuse with')
  return new WireError({ shape, status: 400, message })
}

function invalid(place: Place, value: string, rule: string): Violation {
  const shown =
    value.length > SHOWN_CHARACTERS_MAX ? `${value.slice(0, SHOWN_CHARACTERS_MAX)}…` : value
  const what = place.secret ? 'The value' : `Value '${shown}'`
  const text = `${what} of parameter ${place.path} is not valid: it ${rule}.`
  return { kind: 'invalid', path: place.path, text }
}

function joined(place: Place, name: string): string {
  return place.path === '' ? name : `${place.path}.${name}`
}

/** Of a refused value, in its refusal. */
const SHOWN_CHARACTERS_MAX = 100
