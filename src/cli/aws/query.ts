// `--query`: JMESPath over an answer. A bad expression fails before anything is sent, one that
// does not fit the answer when it is applied.

import { generalFailure, parameterFailure } from './failure.ts'

/** Applies the expression. Throws CommandFailure (255) when it does not fit. */
export type Query = (value: unknown) => unknown

/** Compiles an expression. Throws CommandFailure (252) in the reference's words where it can. */
export async function compileQuery(expression: string): Promise<Query> {
  const { LexerError, ParseError, IncompleteExpressionError, search } = await import(
    '@aws-lambda-powertools/jmespath'
  )
  const bad = (why: string) => parameterFailure(`Bad value for --query ${expression}: ${why}`)
  if (expression === '') throw bad('Invalid JMESPath expression: cannot be empty.')
  try {
    search(expression, {})
  } catch (error) {
    if (error instanceof IncompleteExpressionError) {
      const caret = `"${expression}"\n${' '.repeat(expression.length + 1)}^`
      throw bad(`Invalid jmespath expression: Incomplete expression:\n${caret}`)
    }
    if (error instanceof LexerError || error instanceof ParseError) throw bad(error.message)
  }
  return (value) => {
    try {
      return search(expression, value as Parameters<typeof search>[1])
    } catch (error) {
      throw generalFailure((error as Error).message, error)
    }
  }
}
