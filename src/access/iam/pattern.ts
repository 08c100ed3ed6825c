// Policy variables: what `${key}` in a policy stands for in one request (IAM user guide, "IAM
// policy elements: Variables and tags"). What a variable brings in is literal, wildcards too.

import type { ContextKeys } from './ask.ts'
import type { Policy } from './policy.ts'
import { literal, type Token, wildcard } from './wildcard.ts'

/** A value of more characters than this is not matched against patterns. */
export const VALUE_LENGTH_MAX = 1024

/** Where a pattern stands, and in which request. */
export interface Expansion {
  readonly version: Policy['version']
  readonly keys: ContextKeys
  /** Whether `*` and `?` outside variables stand for anything. */
  readonly wildcards: boolean
}

/**
 * The pattern's tokens with its variables replaced. Undefined when a variable has no value here and
 * no default, or several values: then the pattern matches nothing.
 */
export function tokensOf(pattern: string, expansion: Expansion): Token[] | undefined {
  const plain = expansion.wildcards ? wildcard : literal
  if (expansion.version === '2008-10-17' || !pattern.includes('${')) return plain(pattern)
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const open = pattern.indexOf('${', at)
    const close = open < 0 ? -1 : pattern.indexOf('}', open)
    if (close < 0) break
    const value = meaningOf(pattern.slice(open + 2, close), expansion.keys)
    if (value === undefined) return undefined
    tokens.push(...plain(pattern.slice(at, open)), ...literal(value))
    at = close + 1
  }
  return [...tokens, ...plain(pattern.slice(at))]
}

/** `*`, `?` and `$` stand for themselves; everything else is a key, perhaps with a default. */
function meaningOf(variable: string, keys: ContextKeys): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable
  const comma = variable.indexOf(',')
  const key = (comma < 0 ? variable : variable.slice(0, comma)).trim().toLowerCase()
  const values = keys.get(key) ?? []
  const [value] = values
  if (values.length === 1 && value !== undefined) return value.slice(0, VALUE_LENGTH_MAX)
  if (values.length > 1 || comma < 0) return undefined
  const quoted = variable.slice(comma + 1).trim()
  const isQuoted = quoted.length >= 2 && quoted.startsWith("'") && quoted.endsWith("'")
  return isQuoted ? quoted.slice(1, -1) : undefined
}
