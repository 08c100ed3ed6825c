// An operation's input from its options, and how its pages are wanted.

import * as client from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import { readCliInput } from './cli-input.ts'
import { generalFailure, parameterFailure } from './failure.ts'
import { memberOptions } from './options.ts'
import type { PagingOptions } from './paging.ts'
import { isRecord, KEYS, PythonDate, PythonFloat, showFloat } from './python.ts'
import { fileText, typedValue } from './typed-values.ts'

interface InputContext {
  readonly surroundings: Surroundings
  readonly noPaginate: boolean
  warn(text: string): void
}

/**
 * The input by member name, unvalidated. `paging` is absent where the operation has no pages or
 * they were switched off. Throws CommandFailure.
 */
export async function readInput(
  operation: client.ModelOperation,
  given: ReadonlyMap<string, unknown>,
  context: InputContext,
): Promise<{ input: Record<string, unknown>; paging: PagingOptions | undefined }> {
  const typed: Record<string, unknown> = {}
  for (const { member, spec, option } of memberOptions(operation)) {
    const value = given.get(member)
    if (value === undefined) continue
    typed[member] = typedValue(option, client.shapeOf(spec.shape), value, context.surroundings)
  }
  const text = (name: string) => given.get(name) as string | undefined
  const json = text('cli-input-json')
  const whole = await readCliInput({ json, yaml: text('cli-input-yaml') }, context.surroundings)
  const input = { ...whole, ...typed }
  return { input, paging: readPaging(operation, given, input, context) }
}

/** Refuses an input with keys that are not texts, in Python's words. */
export function checkNames(input: Readonly<Record<string, unknown>>): void {
  if (KEYS in input) throw generalFailure('keywords must be strings')
}

/** A checked input as the client sends it: moments and numbers of Python's as plain values. */
export function plainInput(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return plain(input) as Record<string, unknown>
}

function plain(value: unknown): unknown {
  if (value instanceof PythonDate) return value.text
  if (value instanceof PythonFloat) {
    if (Number.isNaN(value.value)) {
      throw generalFailure('Invalid value NaN (not a number)')
    }
    if (Number.isFinite(value.value)) return value.value
    const shown = showFloat(value.value)
    throw generalFailure(`Unable to calculate correct timezone offset for "${shown}"`)
  }
  if (Array.isArray(value)) return value.map(plain)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

function startingTokenOf(given: ReadonlyMap<string, unknown>, surroundings: Surroundings) {
  const typed = given.get('starting-token') as string | undefined
  if (typed === undefined) return undefined
  const loaded = fileText('--starting-token', typed, surroundings) ?? typed
  return typeof loaded === 'string' ? loaded : Buffer.from(loaded).toString('latin1')
}

const PAGING_OPTIONS = ['starting-token', 'page-size', 'max-items'] as const

function readPaging(
  operation: client.ModelOperation,
  given: ReadonlyMap<string, unknown>,
  input: Readonly<Record<string, unknown>>,
  context: InputContext,
): PagingOptions | undefined {
  const paginator = client.paginatorOf(operation)
  if (!paginator) return undefined
  const used = PAGING_OPTIONS.filter((name) => given.get(name) !== undefined)
  const manual = [paginator.input_token, paginator.limit_key].some((key) => key in input)
  if (context.noPaginate || manual) {
    if (used.length === 0) return undefined
    const list = used.map((name) => `--${name}`).join(', ')
    throw parameterFailure(`Cannot specify --no-paginate along with pagination arguments: ${list}`)
  }
  const maxItems = given.get('max-items')
  if (maxItems !== undefined && Number(maxItems) <= 0) {
    context.warn('warning: Non-positive values for --max-items may result in undefined behavior.\n')
  }
  const pageSize = given.get('page-size')
  const startingToken = startingTokenOf(given, context.surroundings)
  return {
    ...(maxItems === undefined ? {} : { maxItems: Number(maxItems) }),
    ...(pageSize === undefined ? {} : { pageSize: pageSize as number | bigint }),
    ...(startingToken === undefined ? {} : { startingToken }),
  }
}
