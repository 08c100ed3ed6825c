// Reading a fault that somebody asks for: every mistake is named with what would be right. Pure.

import { FAULT_NAMES, type Fault, type FaultKind, type FaultMatch, SLOW } from './fault.ts'
import { PUBLISHED_FAILURES } from './published-failure.ts'

export interface FaultMistake {
  readonly parameter: string
  readonly reason: string
}

const KINDS: readonly FaultKind[] = ['backup', 'copy', 'restore', 'cool', 'expire']
const MATCHES = ['kind', 'vault', 'resource', 'type']
const TIMES_MAX = 1_000_000
const SECONDS_MAX = 3600
const SLOW_SECONDS = 10

/** The fault, or what is wrong with the request. */
export function parseFault(body: unknown): Fault | FaultMistake {
  if (!isMembers(body)) return { parameter: 'body', reason: 'it must be an object with a name' }
  const { name, match = {}, times, seconds, ...others } = body
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) {
    return { parameter: stranger, reason: 'it must be one of name, match, times, seconds' }
  }
  if (typeof name !== 'string' || !isName(name)) {
    return { parameter: 'name', reason: `it must be one of ${FAULT_NAMES.join(', ')}` }
  }
  const matched = parseMatch(match)
  if ('reason' in matched) return matched
  if (times !== undefined && !isCount(times, TIMES_MAX)) {
    return { parameter: 'times', reason: 'it must be a whole number from 1' }
  }
  if (seconds !== undefined && (name !== SLOW || !isCount(seconds, SECONDS_MAX))) {
    return { parameter: 'seconds', reason: `it is for ${SLOW}, and from 1 to ${SECONDS_MAX}` }
  }
  return {
    name,
    match: matched,
    ...(times === undefined ? {} : { times }),
    ...(name === SLOW ? { seconds: seconds ?? SLOW_SECONDS } : {}),
  }
}

function isName(name: string): boolean {
  return FAULT_NAMES.includes(name) || Object.hasOwn(PUBLISHED_FAILURES, name)
}

function parseMatch(match: unknown): FaultMatch | FaultMistake {
  const parameter = 'match'
  if (!isMembers(match)) return { parameter, reason: 'it must be an object' }
  for (const [key, value] of Object.entries(match)) {
    if (!MATCHES.includes(key) || typeof value !== 'string') {
      return { parameter, reason: `its members must be texts, of ${MATCHES.join(', ')}` }
    }
  }
  const kind = match.kind as FaultKind | undefined
  if (kind !== undefined && !KINDS.includes(kind)) {
    return { parameter, reason: `kind must be one of ${KINDS.join(', ')}` }
  }
  return match as FaultMatch
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most
}
