// Matches texts against patterns with `*` and `?`. No regular expressions: a pattern is a list of
// tokens, and all ways to match it are followed at once, so the work is at most the pattern's
// length times the text's, however hostile both are.

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

/** Counts comparisons, for who wants to know what a match costs. */
export interface Steps {
  count: number
}

/** Whether the tokens match the whole text. At most (tokens + 1) × (characters + 1) steps. */
export function matches(tokens: readonly Token[], text: string, steps?: Steps): boolean {
  const start = literalStart(tokens, text, steps)
  if (start === undefined) return false
  let states = reach(new Uint8Array(tokens.length + 1), tokens, start)
  for (let at = start; at < text.length; at++) {
    const next = advance(tokens, states, text.charCodeAt(at), steps)
    if (next === undefined) return false
    states = next
  }
  return states[tokens.length] === 1
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

/** Marks a state, and those that follow it without a character: runs may be empty. */
function reach(states: Uint8Array, tokens: readonly Token[], state: number): Uint8Array {
  for (let at = state; states[at] !== 1; at++) {
    states[at] = 1
    if (!isRun(tokens[at])) break
  }
  return states
}

function advance(
  tokens: readonly Token[],
  states: Uint8Array,
  code: number,
  steps: Steps | undefined,
): Uint8Array | undefined {
  const next = new Uint8Array(states.length)
  let isAlive = false
  for (let at = 0; at < tokens.length; at++) {
    if (steps) steps.count++
    if (states[at] !== 1) continue
    const token = tokens[at] as Token
    if (!accepts(token, code)) continue
    reach(next, tokens, isRun(token) ? at : at + 1)
    isAlive = true
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

function isRun(token: Token | undefined): boolean {
  return token === RUN || token === RUN_IN_PART
}
