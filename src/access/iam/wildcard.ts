// Matches texts against patterns with `*` and `?`. No regular expressions: a pattern is a list of
// tokens, and all ways to match it are followed at once, 32 to a word, so the work is bounded by
// the pattern's length and the text's, however hostile both are.

/** A literal character's code, or one of the marks below. */
export type Token = number

/** Any run of characters, none too. */
const RUN = -1
/** Any run of characters without a colon. */
const RUN_IN_PART = -2
/** Any one character. */
const ONE = -3
/** Any one character but a colon. */
const ONE_IN_PART = -4

const COLON = 58

/** The tokens of a text in which nothing is a wildcard. */
export function literal(text: string): Token[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
}

/** The tokens of a pattern: `*` and `?` stand for anything. */
export function wildcard(text: string): Token[] {
  return literal(text).map((code) => (code === STAR ? RUN : code === MARK ? ONE : code))
}

/**
 * The tokens of an ARN's pattern. In the first five parts of an ARN wildcards stay within their
 * part, but for a `*` that ends its part when it `mayLeave` (IAM user guide, "Resource"); the last
 * part may have colons of its own.
 */
export function ofArn(tokens: readonly Token[], { mayLeave }: { mayLeave: boolean }): Token[] {
  let colons = 0
  return tokens.map((token, at) => {
    if (token === COLON) colons++
    if (colons >= COLONS_IN_ARN) return token
    if (token === ONE) return ONE_IN_PART
    if (token !== RUN) return token
    const next = tokens[at + 1]
    return mayLeave && (next === undefined || next === COLON) ? RUN : RUN_IN_PART
  })
}

/** How many parts a pattern has that are divided by colons. */
export function partsOf(tokens: readonly Token[]): number {
  return tokens.filter((token) => token === COLON).length + 1
}

export const COLONS_IN_ARN = 5

const STAR = 42
const MARK = 63

/** Counts operations, for who wants to know what a match costs. */
export interface Steps {
  count: number
}

const WORD_BITS = 32

/**
 * Whether the tokens match the whole text. At most (tokens / 32 + 1) × (characters + 1) steps, and
 * one a token for each different character.
 */
export function matches(tokens: readonly Token[], text: string, steps?: Steps): boolean {
  const start = literalStart(tokens, text, steps)
  if (start === undefined) return false
  const rest = merged(tokens.slice(start))
  const words = Math.floor(rest.length / WORD_BITS) + 1
  const runs = maskOf(rest, isRun)
  const accepting = new Map<number, Uint32Array>()
  let states: Uint32Array | undefined = new Uint32Array(words)
  states[0] = 1 | ((runs[0] ?? 0) & 1 ? 2 : 0)
  for (let at = start; at < text.length && states; at++) {
    const code = text.charCodeAt(at)
    let mask = accepting.get(code)
    if (!mask) {
      mask = maskOf(rest, (token) => accepts(token, code))
      accepting.set(code, mask)
      if (steps) steps.count += rest.length
    }
    if (steps) steps.count += words
    states = advance(states, { mask, runs })
  }
  const last = states?.[words - 1] ?? 0
  return ((last >>> (rest.length % WORD_BITS)) & 1) === 1
}

/** Where the literal beginning ends, in both; undefined when it differs. Most patterns end here. */
function literalStart(
  tokens: readonly Token[],
  text: string,
  steps: Steps | undefined,
): number | undefined {
  let at = 0
  while (at < tokens.length && (tokens[at] ?? RUN) >= 0) {
    if (steps) steps.count++
    if (text.charCodeAt(at) !== tokens[at]) return undefined
    at++
  }
  return at
}

/** Runs one behind the other are one: of the wider kind. */
function merged(tokens: readonly Token[]): Token[] {
  const result: Token[] = []
  for (const token of tokens) {
    const before = result.at(-1)
    if (isRun(token) && before !== undefined && isRun(before)) {
      if (token === RUN) result[result.length - 1] = RUN
    } else {
      result.push(token)
    }
  }
  return result
}

/** A bit for each token that it is true of. */
function maskOf(tokens: readonly Token[], is: (token: Token) => boolean): Uint32Array {
  const mask = new Uint32Array(Math.floor(tokens.length / WORD_BITS) + 1)
  tokens.forEach((token, at) => {
    const word = Math.floor(at / WORD_BITS)
    if (is(token)) mask[word] = ((mask[word] ?? 0) | (1 << (at % WORD_BITS))) >>> 0
  })
  return mask
}

/**
 * One character on, in all states at once: bit n stands for "the first n tokens have matched". A
 * run stays where it is, everything else goes one on; a run that is reached may be empty, so what
 * follows it is reached too. Undefined when no state is left.
 */
function advance(
  states: Uint32Array,
  { mask, runs }: { readonly mask: Uint32Array; readonly runs: Uint32Array },
): Uint32Array | undefined {
  const next = new Uint32Array(states.length)
  let isAlive = false
  let carryOn = 0
  let carryPast = 0
  for (let word = 0; word < states.length; word++) {
    const accepted = (states[word] ?? 0) & (mask[word] ?? 0)
    const run = runs[word] ?? 0
    const moving = accepted & ~run
    const reached = (moving << 1) | carryOn | (accepted & run)
    carryOn = moving >>> (WORD_BITS - 1)
    const emptied = reached & run
    const all = reached | (emptied << 1) | carryPast
    carryPast = emptied >>> (WORD_BITS - 1)
    next[word] = all
    if (all !== 0) isAlive = true
  }
  return isAlive ? next : undefined
}

function accepts(token: Token, code: number): boolean {
  switch (token) {
    case RUN:
    case ONE:
      return true
    case RUN_IN_PART:
    case ONE_IN_PART:
      return code !== COLON
    default:
      return token === code
  }
}

function isRun(token: Token): boolean {
  return token === RUN || token === RUN_IN_PART
}
