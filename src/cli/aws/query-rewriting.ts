// An expression rewritten so that the library leaves to us what it does otherwise than the
// reference: comparisons (of texts, above all moments, of floats, of large integers) and literals
// become calls of functions of ours. Everything else stands as it was.

/** The functions that stand for comparators. */
export const COMPARATORS: Readonly<Record<string, string>> = {
  '<': 'copyhold_lt',
  '<=': 'copyhold_le',
  '>': 'copyhold_gt',
  '>=': 'copyhold_ge',
  '==': 'copyhold_eq',
  '!=': 'copyhold_ne',
}

/** The function that stands for the literal of a number. */
export const LITERAL = 'copyhold_literal'

const TOKEN =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`((?:\\.|[^`\\])*)`|[<>=!]=|[<>]|&&|\|\||\[\?|\s+|./gsu
const ENDS_OPERAND = new Set(['|', '||', '&&', ',', ':', '&'])

/** A sound expression rewritten, with the text of its literals in order. */
export function rewrite(expression: string): { expression: string; literals: string[] } {
  const literals: string[] = []
  const tokens: string[] = []
  for (const [token, literal] of expression.matchAll(TOKEN)) {
    if (literal === undefined) tokens.push(token)
    else tokens.push(`${LITERAL}(\`${literals.push(literal.replaceAll('\\`', '`')) - 1}\`)`)
  }
  return { expression: rewriteLevel(tokens[Symbol.iterator]()), literals }
}

// Up to the bracket that closes the level, which is left to the caller.
function rewriteLevel(tokens: Iterator<string>): string {
  let done = ''
  let operand = ''
  let comparing: { readonly left: string; readonly name: string } | undefined
  const compared = () => {
    if (comparing) operand = `${comparing.name}(${comparing.left},${operand})`
    comparing = undefined
  }
  for (let next = tokens.next(); !next.done; next = tokens.next()) {
    const token = next.value
    const name = COMPARATORS[token]
    if (')]}'.includes(token)) {
      compared()
      return done + operand + token
    }
    if (token === '(' || token === '{' || token.startsWith('[')) {
      operand += token + rewriteLevel(tokens)
    } else if (name !== undefined) {
      compared()
      comparing = { left: operand, name }
      operand = ''
    } else if (ENDS_OPERAND.has(token)) {
      compared()
      done += operand + token
      operand = ''
    } else {
      operand += token
    }
  }
  compared()
  return done + operand
}
