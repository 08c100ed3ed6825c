// Rules: what the service model demands of values whose types are right. Missing members are
// refused before invalid ones, each with an exception that the operation declares.

import type { Input, InputValue, TooManyMembers } from './read-shape.ts'
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
  const findings = new Findings(operation)
  findings.ofStructure(shape, input, { path: '', secret: false })
  if (findings.first) throw refusal(operation, findings.first)
}

/** Throws `WireError` (400) for a label that the path leaves empty. */
export function checkLabels(operation: OperationModel, labels: ReadonlyMap<string, string>): void {
  if (!operation.input) return
  const { members } = structureNamed(operation.input.shape)
  for (const [name, member] of Object.entries(members)) {
    if (member.location !== 'uri' || labels.get(member.locationName ?? name) !== '') continue
    throw refusal(operation, { kind: 'missing', path: name })
  }
}

/** The refusal of a list or map with more members than any may have; none of them was read. */
export function tooMany(
  operation: OperationModel,
  { path, count, max }: TooManyMembers,
): WireError {
  const place = { path, secret: true }
  return refusal(operation, invalid(place, '', `has ${count} members and may have ${max}`))
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

/**
 * What a walk through an input finds. It ends at the first member that is missing, and from the
 * first broken rule on it looks for nothing else, so that what is wrong costs no more than what is
 * right.
 */
class Findings {
  /** The first violation, unless a member is missing: that is refused at once. */
  first: Violation | undefined
  readonly #operation: OperationModel

  constructor(operation: OperationModel) {
    this.#operation = operation
  }

  ofStructure(shape: StructureShape, value: Input, place: Place): void {
    for (const name of shape.required ?? []) {
      const given = value[name]
      if (given !== undefined && given !== '') continue
      throw refusal(this.#operation, { kind: 'missing', path: joined(place, name) })
    }
    for (const [name, member] of Object.entries(shape.members)) {
      const given = value[name]
      if (given === undefined) continue
      this.#ofValue(member.shape, given, { ...place, path: joined(place, name) })
    }
  }

  #ofValue(shapeName: string, value: InputValue, outer: Place): void {
    const shape = shapeNamed(shapeName)
    const place = { ...outer, secret: outer.secret || shape.sensitive === true }
    switch (shape.type) {
      case 'structure':
        this.ofStructure(structureNamed(shapeName), value as Input, place)
        return
      case 'list':
        this.#ofList(shape, value as readonly InputValue[], place)
        return
      case 'map':
        for (const [key, item] of Object.entries(value as Input)) {
          const inside = { ...place, path: joined(place, key.slice(0, SHOWN_CHARACTERS_MAX)) }
          this.#ofValue(shape.key.shape, key, inside)
          this.#ofValue(shape.value.shape, item, inside)
        }
        return
      case 'string':
        if (this.first === undefined) this.#ofString(shapeName, shape, value as string, place)
        return
      case 'integer':
      case 'long':
        if (this.first === undefined) this.#ofNumber(shape, value as number, place)
        return
      case 'boolean':
      case 'timestamp':
        return
    }
  }

  #ofList(shape: ListShape, items: readonly InputValue[], place: Place): void {
    const rule = outside(items.length, shape)
    if (rule) this.first ??= invalid(place, `${items.length} items`, `must have ${rule} items`)
    else {
      for (const [i, item] of items.entries()) {
        this.#ofValue(shape.member.shape, item, { ...place, path: `${place.path}[${i}]` })
      }
    }
  }

  #ofString(shapeName: string, shape: StringShape, text: string, place: Place): void {
    const length = outside(charactersOf(text, shape), shape)
    if (length) this.first = invalid(place, text, `must have ${length} characters`)
    else if (shape.enum && !shape.enum.includes(text)) {
      this.first = invalid(place, text, `must be one of ${shape.enum.join(', ')}`)
    } else if (shape.pattern && !whole(shape.pattern).test(text)) {
      if (shapeName !== 'BackupVaultName') {
        this.first = invalid(place, text, `must match ${shape.pattern}`)
      } else if (!isAutomaticVault(this.#operation, text)) {
        this.first = { kind: 'vault name', name: text }
      }
    }
  }

  #ofNumber(shape: NumberShape, value: number, place: Place): void {
    const rule = outside(value, isPageSize(place) ? { ...shape, max: undefined } : shape)
    if (rule) this.first = invalid(place, String(value), `must be ${rule}`)
  }
}

/** A page size above the largest is answered with the largest page, as AWS does. */
function isPageSize({ path }: Place): boolean {
  return path === 'MaxResults'
}

/** Counted only where there is a bound. */
function charactersOf(text: string, { min, max }: StringShape): number {
  if (min === undefined && max === undefined) return 0
  return text.length > 2 * (max ?? text.length) ? text.length : [...text].length
}

interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** The rule that `amount` breaks, in words; undefined when it is within. */
function outside(amount: number, { min, max }: Bounds): string | undefined {
  const low = min ?? Number.NEGATIVE_INFINITY
  const high = max ?? Number.POSITIVE_INFINITY
  if (amount >= low && amount <= high) return undefined
  if (max === undefined) return `at least ${min}`
  return min === undefined ? `at most ${max}` : `between ${min} and ${max}`
}

// A pattern is one about the whole value, anchored or not, and `.` is any character: AWS says
// `.*\S.*` of descriptions, which may have lines.
function whole(pattern: string): RegExp {
  const known = patterns.get(pattern)
  if (known) return known
  const made = new RegExp(`^(?:${pattern})$`, 's')
  patterns.set(pattern, made)
  return made
}

const patterns = new Map<string, RegExp>()

/**
 * AWS makes vaults whose names break the pattern. They can be read and emptied like any other;
 * only no one can create one.
 */
function isAutomaticVault(operation: OperationModel, name: string): boolean {
  if (operation.name.startsWith('Create')) return false
  return /^aws\/[a-z0-9-]{1,30}\/automatic-backup-vault$/.test(name)
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
