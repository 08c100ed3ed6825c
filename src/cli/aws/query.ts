// `--query`: JMESPath over an answer. A bad expression fails before anything is sent, one that
// does not fit the answer when it is applied.

import { search } from '@aws-lambda-powertools/jmespath'
import { generalFailure, parameterFailure } from './failure.ts'
import { isRecord } from './python.ts'
import { parsePythonJson } from './python-json.ts'
import { QueryFunctions } from './query-functions.ts'
import { describeMistake } from './query-mistakes.ts'
import { rewrite } from './query-rewriting.ts'

/** Applies the expression. Throws CommandFailure (255) when it does not fit. */
export type Query = (value: unknown) => unknown

/** Compiles an expression. Throws CommandFailure (252) in the reference's words where it can. */
export function compileQuery(expression: string): Query {
  const refuse = (why: string, cause?: unknown) =>
    parameterFailure(`Bad value for --query ${expression}: ${why}`, cause)
  const normal = eachLiteral(expression, asJson)
  try {
    if (expression === '') throw new SyntaxError('empty')
    applied(normal, null, new QueryFunctions())
  } catch (error) {
    const why = describeMistake(expression, error)
    if (why !== undefined) throw refuse(why, error)
  }
  const rewritten = rewrite(normal)
  const literals = rewritten.literals.map(plainJson)
  return (value) => {
    const functions = new QueryFunctions(literals)
    try {
      return applied(rewritten.expression, value, functions)
    } catch (error) {
      throw generalFailure(functions.failure ?? plainMessage(error as Error), error)
    }
  }
}

function applied(expression: string, value: unknown, functions: QueryFunctions): unknown {
  const result = search(
    expression,
    value as Parameters<typeof search>[1],
    { customFunctions: functions } as unknown as Parameters<typeof search>[2],
  )
  return result ?? null
}

// The library ends its messages with the expression; the reference does not.
function plainMessage(error: Error): string {
  const message = error.message.replace(/ in expression: .*$/s, '')
  return message === 'Invalid slice, step cannot be 0' ? 'slice step cannot be zero' : message
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

// As Python reads it, floats apart from integers, but in plain objects.
function plainJson(text: string): unknown {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bare(item)]))
  }
  return bare(parsePythonJson(text))
}
