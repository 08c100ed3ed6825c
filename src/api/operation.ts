// How an operation of AWS Backup is written: a function from input to output, both typed by the
// official SDK's declarations (types only; the SDK is no part of the program). Reading, checking
// and writing requests is the wire's, which is driven by the same service model.

import type { Caller } from '../access/index.ts'
import type { ApiContext } from './context.ts'

/** An operation as the server calls it, with an input that the wire has read and checked. */
export type Operation = (input: unknown, caller: Caller, context: ApiContext) => Promise<unknown>

/** An SDK's input as the wire reads it: times in milliseconds, required members there. */
export type Read<Type> = Type extends Date
  ? number
  : Type extends readonly (infer Item)[]
    ? readonly Read<Item>[]
    : Type extends object
      ? { readonly [Member in keyof Type]: Read<Exclude<Type[Member], undefined>> }
      : Type

/** An SDK's output as the wire writes it: times in milliseconds, undefined members left out. */
export type Written<Type> = Type extends Date
  ? number
  : Type extends readonly (infer Item)[]
    ? readonly Written<Item>[]
    : Type extends object
      ? { readonly [Member in keyof Type]: Written<Type[Member]> }
      : Type

/** Makes an operation of a function typed by the SDK's input and output. */
export function operation<Input extends object, Output extends object>(
  answer: (
    input: Read<Input>,
    caller: Caller,
    context: ApiContext,
  ) => Promise<Written<Omit<Output, '$metadata'>>>,
): Operation {
  // The wire has checked the input against the shape that the SDK's type was made from.
  return (input, caller, context) => answer(input as Read<Input>, caller, context)
}
