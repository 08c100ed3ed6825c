// What is wrong with an expression, in the reference's words. The library finds the same mistakes
// at the same places and tells them differently; which token was expected follows from what stands
// before the one that was found.

import {
  IncompleteExpressionError,
  LexerError,
  ParseError,
  UnknownFunctionError,
} from '@aws-lambda-powertools/jmespath'
import { represent } from './python.ts'

const EMPTY = 'Invalid JMESPath expression: cannot be empty.'

/** Why `error` makes the expression unusable; undefined where it only came up while applying it. */
export function describeMistake(expression: string, error: unknown): string | undefined {
  if (expression === '') return EMPTY
  if (error instanceof IncompleteExpressionError && !BRACE.test(expression)) {
    const caret = `"${expression}"\n${' '.repeat(expression.length + 1)}^`
    return `Invalid jmespath expression: Incomplete expression:\n${caret}`
  }
  if (error instanceof LexerError) return unreadable(expression, error)
  if (error instanceof SyntaxError) {
    return badToken(expression, Math.max(0, expression.indexOf('"')), 'Invalid \\escape')
  }
  if (!(error instanceof ParseError) || error instanceof UnknownFunctionError) return undefined
  const { at: lexPosition, ...token } = placed(expression, error)
  const reason = error.reason
    ? 'Quoted identifier not allowed for function names.'
    : expectation(expression.slice(0, lexPosition).trimEnd(), token)
  const where = `Parse error at column ${lexPosition}, token "${token.value}" `
  const caret = `"${expression}"\n${' '.repeat(lexPosition + 1)}^`
  return `${reason}: ${where}(${token.type.toUpperCase()}), for expression:\n${caret}`
}

/** A brace behind an operand, which the library begins to read and the reference does not. */
const BRACE = /[\w\])}"`@*]\s*\{/

function placed(expression: string, error: ParseError) {
  const brace = BRACE.exec(expression)
  if (brace) {
    return { value: '{', type: 'lbrace', at: brace.index + brace[0].length - 1 }
  }
  const { lexPosition, tokenValue, tokenType } = error
  // The library places this token one too far.
  const late = tokenValue === '==' && expression[lexPosition - 1] === '='
  const at = late ? lexPosition - 1 : lexPosition
  return { value: String(tokenValue), type: String(tokenType), at }
}

function badToken(expression: string, at: number, why: string): string {
  return `Bad jmespath expression: ${why}:\n${expression}\n${' '.repeat(at)}^`
}

function unreadable(expression: string, error: LexerError): string {
  const at = Math.max(0, error.lexerPosition)
  const first = expression[at] ?? ''
  if (`'"\``.includes(first) && error.lexerValue.startsWith(first)) {
    return badToken(expression, at, `Unclosed ${first} delimiter`)
  }
  if (first === '`') return badToken(expression, at, `Bad token ${error.lexerValue}`)
  const shown = '=-'.includes(first) ? `'${first}'` : first
  return badToken(expression, at, `Unknown token ${shown}`)
}

const NAMES = ['quoted_identifier', 'unquoted_identifier']

function expectation(before: string, token: { value: string; type: string }): string {
  const expecting = (what: string) => `Expecting: ${what}, got: ${token.type}`
  const bare = before.replace(/'(\\.|[^'\\])*'|"(\\.|[^"\\])*"|`(\\.|[^`\\])*`/gs, 'x')
  const last = bare.at(-1) ?? ''
  const open = innermost(bare)
  if (last === '.') return expecting(represent([...NAMES, 'lbracket', 'lbrace']))
  if (open?.bracket === '{' && (last === '{' || last === ',')) return expecting(represent(NAMES))
  if (open?.bracket === '[' && open.indexes && last === '[') return expecting('star')
  if (open?.bracket === '[' && /:[\d:-]*$/.test(open.inside)) return 'syntax error'
  if (token.type === 'lbrace' || last === '' || '|&!<>=(,[?:{'.includes(last))
    return 'invalid token'
  if (token.type === 'star' && last === ']') return 'syntax error'
  if (open === undefined) return `Unexpected token: ${token.value}`
  if (open.bracket === '(') return expecting(open.indexes ? 'comma' : 'rparen')
  if (open.bracket === '{') return expecting(open.inside.includes(':') ? 'comma' : 'colon')
  const index = /^(-?\d+|\*)$/.test(open.inside.trim()) || open.inside.startsWith('?')
  return expecting(index ? 'rbracket' : 'comma')
}

/** The bracket that is still open, what stands in it, and whether it follows an operand. */
function innermost(bare: string) {
  const open: number[] = []
  for (let at = 0; at < bare.length; at++) {
    const character = bare[at] as string
    if ('([{'.includes(character)) open.push(at)
    else if (')]}'.includes(character)) open.pop()
  }
  const at = open.pop()
  if (at === undefined) return undefined
  const inside = bare.slice(at + 1)
  return { bracket: bare[at], inside, indexes: /[\w\])}*@]$/.test(bare.slice(0, at)) }
}
