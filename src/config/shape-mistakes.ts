// What the description of a configuration finds wrong, said so that a person can mend it: what is
// missing, what it must be, which member was meant. What may be a secret is never shown.

import { z } from 'zod'
import type { Mistakes, Place } from './mistakes.ts'
import { nearest } from './nearest.ts'

type Issue = z.core.$ZodIssue

/** Adds a mistake for each thing in which `value` is not as `schema` describes. */
export function addShapeMistakes(
  issues: readonly Issue[],
  { schema, value }: { schema: z.ZodType; value: unknown },
  mistakes: Mistakes,
): void {
  for (const issue of issues) {
    const place = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
    const found = schemaAt(schema, place)
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) mistakes.add([...place, name], unknownMember(name, found))
    } else if (valueAt(value, place) === undefined) {
      mistakes.add(place, `it is missing; it must be ${described(found)}`)
    } else {
      mistakes.add(place, `it must be ${described(found)}${instead(value, place)}`)
    }
  }
}

function unknownMember(name: string, within: z.ZodType | undefined): string {
  const names = membersOf(within)
  const near = nearest(name, names)
  if (near !== undefined) return `there is no such member; did you mean ${near}?`
  return `there is no such member; there are ${names.join(', ')}`
}

function described(schema: z.ZodType | undefined): string {
  for (let inner = schema; inner !== undefined; inner = unwrapped(inner)) {
    if (inner.description !== undefined) return inner.description
  }
  return 'something else'
}

const SECRET = /secret|token|password/i
const SHOWN_LENGTH_MAX = 60

function instead(value: unknown, place: Place): string {
  if (place.some((step) => typeof step === 'string' && SECRET.test(step))) return ''
  const found = valueAt(value, place)
  if (found === null) return ', and not empty'
  if (Array.isArray(found)) return found.length === 0 ? ', and not empty' : ', and not a list'
  if (typeof found === 'object') return ', and not an object'
  return `, and not ${JSON.stringify(found).slice(0, SHOWN_LENGTH_MAX)}`
}

function schemaAt(schema: z.ZodType, place: Place): z.ZodType | undefined {
  let at: z.ZodType | undefined = schema
  for (const step of place) {
    // What is described where it is used keeps that description; its inside is within.
    while (at !== undefined && unwrapped(at) !== undefined) at = unwrapped(at)
    if (at instanceof z.ZodObject) at = at.shape[step]
    else if (at instanceof z.ZodArray) at = at.element as z.ZodType
    else return undefined
  }
  return at
}

function unwrapped(schema: z.ZodType): z.ZodType | undefined {
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  return wraps ? (schema.unwrap() as z.ZodType) : undefined
}

function membersOf(schema: z.ZodType | undefined): string[] {
  let at = schema
  while (at !== undefined && unwrapped(at) !== undefined) at = unwrapped(at)
  if (at instanceof z.ZodObject) return Object.keys(at.shape)
  if (at instanceof z.ZodUnion) return at.options.flatMap((one) => membersOf(one as z.ZodType))
  return []
}

function valueAt(value: unknown, place: Place): unknown {
  let at = value
  for (const step of place) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<string | number, unknown>)[step]
  }
  return at
}
