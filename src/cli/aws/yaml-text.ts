// A text of YAML before it is parsed: its bytes, its line breaks, the characters and the tabs that
// the reference's reader refuses, the version it says it is.

import { CST, Lexer } from 'yaml'

/** A text that is not YAML, or that holds what the reference's safe reader does not build. */
export class InvalidYaml extends Error {
  override readonly name = 'InvalidYaml'
}

/** The text to parse, with `\n` at the end of each line. Throws InvalidYaml. */
export function yamlText(given: string | Uint8Array): string {
  const text = (typeof given === 'string' ? given : decode(given)).replace(/^\ufeff/, '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\p{Surrogate}/u.test(text)) {
    throw new InvalidYaml('special characters are not allowed')
  }
  const lines = text.replace(/\r\n?/g, '\n').replaceAll('\x85', ' ')
  if (lines.includes('\t')) refuseTabs(lines)
  return lines
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  const order = first === 0xff && second === 0xfe ? 'le' : first === 0xfe && second === 0xff && 'be'
  try {
    return new TextDecoder(order ? `utf-16${order}` : 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InvalidYaml('not in its encoding')
  }
}

/** The version of YAML a text says it is. Throws InvalidYaml, or Error in Python's words. */
export function yamlVersion(text: string): string | undefined {
  const said = [...text.matchAll(/^%YAML +(\d+)\.(\d+)/gm)]
  const [, major, minor] = said[0] ?? []
  if (major === undefined) return undefined
  if (major !== '1' || said.length > 1) throw new InvalidYaml('of another version')
  if (minor !== '1' && minor !== '2') {
    throw new Error(`version minor part can only be 2 or 1, got (1, ${minor})`)
  }
  return `1.${minor}`
}

// Tabs may stand in comments, in quotes, in the lines of blocks and between brackets.
function refuseTabs(text: string): void {
  let depth = 0
  let header = false
  let block = false
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token)
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth++
    if (type === 'flow-map-end' || type === 'flow-seq-end') depth--
    const allowed = depth > 0 || block || type === 'comment' || /quoted/.test(type ?? '')
    if (!allowed && token.includes('\t')) throw new InvalidYaml('a tab begins no token')
    // The token behind the line of `|` or `>`, and behind its mark, is the block.
    block = (header && type === 'newline') || (block && token === CST.SCALAR)
    header = type === 'block-scalar-header' || (header && type !== 'newline')
  }
}
