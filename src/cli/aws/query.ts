// `--query`: JMESPath over an answer. A bad expression fails before anything is sent, one that
// does not fit the answer when it is applied.

import { search } from '@aws-lambda-powertools/jmespath'
import { generalFailure, parameterFailure } from './failure.ts'
import { isRecord, PythonFloat } from './python.ts'
import { nudged, QueryFunctions } from './query-functions.ts'
import { describeMistake } from './query-mistakes.ts'

/** Applies the expression. Throws CommandFailure (255) when it does not fit. */
export type Query = (value: unknown) => unknown

/** Compiles an expression. Throws CommandFailure (252) in the reference's words where it can. */
export function compileQuery(expression: string): Query {
  const refuse = (why: string, cause?: unknown) =>
    parameterFailure(`Bad value for --query ${expression}: ${why}`, cause)
  const normal = eachLiteral(expression, asJson)
  try {
    if (expression === '') throw new SyntaxError('empty')
    applied(normal, null, new QueryFunctions({ nudge: false }))
  } catch (error) {
    const why = describeMistake(expression, error)
    if (why !== undefined) throw refuse(why, error)
  }
  return (value) => {
    const plain = fitting(normal, value, false)
    // Whole floats look like integers here. The same query over the same answer, with floats the
    // least bit larger, differs in just those places.
    const marked = eachLiteral(normal, nudgedLiteral)
    if (!plain.sawFloat && marked === normal && !holdsFloat(value)) return plain.result
    return withFloats(plain.result, fitting(marked, value, true).result)
  }
}

function fitting(expression: string, value: unknown, nudge: boolean) {
  const functions = new QueryFunctions({ nudge })
  try {
    return applied(expression, withoutFloats(value, nudge), functions)
  } catch (error) {
    throw generalFailure(functions.failure ?? plainMessage(error as Error), error)
  }
}

function applied(expression: string, value: unknown, functions: QueryFunctions) {
  const result = search(
    expression,
    value as Parameters<typeof search>[1],
    { customFunctions: functions } as unknown as Parameters<typeof search>[2],
  )
  return { result: result ?? null, sawFloat: functions.sawFloat }
}

// The library ends its messages with the expression; the reference does not.
function plainMessage(error: Error): string {
  return error.message.replace(/ in expression: .*$/s, '')
}

// Quoted texts and literals; only the content of literals, between backticks, is handed on.
function eachLiteral(expression: string, change: (content: string) => string): string {
  return expression.replace(
    /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`((?:\\.|[^`\\])*)`/gs,
    (whole: string, content?: string) => (content === undefined ? whole : `\`${change(content)}\``),
  )
}

// A literal that is no JSON is a text without its quotes.
function asJson(content: string): string {
  const text = `"${content.trimStart()}"`
  return !isJson(content) && isJson(text) ? text : content
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll('\\`', '`'))
    return true
  } catch {
    return false
  }
}

// `1.0` is a float, `1` is none.
function nudgedLiteral(content: string): string {
  const text = content.trim()
  const whole = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && Number.isInteger(Number(text))
  return whole && /[.e]/i.test(text) ? String(nudged(Number(text))) : content
}

function holdsFloat(value: unknown): boolean {
  if (value instanceof PythonFloat) return true
  if (Array.isArray(value)) return value.some(holdsFloat)
  return isRecord(value) && Object.values(value).some(holdsFloat)
}

function withoutFloats(value: unknown, nudge: boolean): unknown {
  if (!holdsFloat(value)) return value
  if (value instanceof PythonFloat) {
    return nudge && Number.isInteger(value.value) ? nudged(value.value) : value.value
  }
  if (Array.isArray(value)) return value.map((item) => withoutFloats(item, nudge))
  const pairs = Object.entries(value as object)
  return Object.fromEntries(pairs.map(([key, item]) => [key, withoutFloats(item, nudge)]))
}

function withFloats(plain: unknown, marked: unknown): unknown {
  if (typeof plain === 'number' && typeof marked === 'number') {
    return plain !== marked && Number.isInteger(plain) ? new PythonFloat(plain) : plain
  }
  if (Array.isArray(plain) && Array.isArray(marked) && plain.length === marked.length) {
    return plain.map((item, index) => withFloats(item, marked[index]))
  }
  if (!isRecord(plain) || !isRecord(marked)) return plain
  const pairs = Object.entries(plain)
  return Object.fromEntries(pairs.map(([key, item]) => [key, withFloats(item, marked[key])]))
}
