// Untrusted bytes to JSON, with limits checked before anything is built. An object of the result
// may own a member named `__proto__`, which is a name like any other: read it with Object.entries.

import { WireError } from './wire-error.ts'

/** Objects and arrays inside each other; AWS's own inputs need seven. */
export const JSON_DEPTH_MAX = 32

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

/** The value in `bytes`; undefined when there is nothing. Throws SerializationException (400). */
export function parseJson(bytes: Uint8Array): JsonValue | undefined {
  const text = decode(bytes)
  if (text.trim() === '') return undefined
  if (depthOf(text) > JSON_DEPTH_MAX) {
    throw unserializable(`The body is nested deeper than ${JSON_DEPTH_MAX}.`)
  }
  try {
    return JSON.parse(text) as JsonValue
  } catch (cause) {
    throw unserializable('The body is not JSON.', cause)
  }
}

export function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** AWS's refusal of what cannot be read as the type it must have. */
export function unserializable(message: string, cause?: unknown): WireError {
  return new WireError({ shape: 'SerializationException', status: 400, message }, { cause })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw unserializable('The body is not UTF-8.', cause)
  }
}

// An upper bound for text that is not JSON, exact for text that is: brackets outside strings.
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) inString = false
    } else if (code === QUOTE) inString = true
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) deepest = Math.max(deepest, ++depth)
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--
  }
  return deepest
}

const QUOTE = 0x22
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
