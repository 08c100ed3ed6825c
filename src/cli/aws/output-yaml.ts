// YAML as AWS's command line prints it: block style, keys sorted, quotes only where a text would
// otherwise mean something else, long texts folded at the eightieth column.

import * as client from '../../wire/index.ts'
import { formatJson } from './output-json.ts'
import { isRecord, PythonDate, PythonFloat, showFloat } from './python.ts'

/** Texts are folded at the first space behind this column. */
const FOLD_COLUMN = 80

/** An answer; a scalar, which only `--query` makes, as JSON. */
export function formatYaml(value: unknown): string {
  if (isRecord(value) || Array.isArray(value)) return `${block(value, 0)}\n`
  return formatJson(value)
}

/** One page of a stream, as the only element of a list. */
export function formatYamlStream(value: unknown): string {
  return `${block([value], 0)}\n`
}

/** An input to fill in: model order, required members marked. */
export function formatYamlSkeleton(value: unknown, operation: client.ModelOperation): string {
  if (!isRecord(value) || Object.keys(value).length === 0) return '{}\n'
  return `${skeletonLines(value, client.inputShape(operation), 0).join('\n')}\n`
}

function skeletonLines(value: unknown, shape: client.ModelShape, depth: number): string[] {
  const indent = ' '.repeat(depth)
  if (Array.isArray(value)) {
    const member = client.shapeOf(shape.member?.shape ?? '')
    const [first = '', ...rest] = skeletonLines(value[0], member, depth + 2)
    return [`${indent}- ${first.trimStart()}`, ...rest]
  }
  if (!isRecord(value)) return [indent + skeletonScalar(value)]
  const members = new Map(client.membersOf(shape))
  return Object.entries(value).flatMap(([key, item]) => {
    const member = members.get(key)?.shape ?? shape.value?.shape ?? ''
    const inner = client.shapeOf(member)
    const comment = shape.required?.includes(key) ? '  # [REQUIRED]' : ''
    if (isRecord(item) || Array.isArray(item)) {
      const deeper = Array.isArray(item) ? depth : depth + 2
      return [`${indent}${key}:${comment}`, ...skeletonLines(item, inner, deeper)]
    }
    return [`${indent}${key}: ${skeletonScalar(item)}${comment}`]
  })
}

function skeletonScalar(value: unknown): string {
  return value === '1970-01-01T00:00:00' ? '1970-01-01 00:00:00' : scalar(value, 0, 0)
}

// What follows `key:` or `-`, its first line without indentation.
function block(value: unknown, indent: number): string {
  const margin = `\n${' '.repeat(indent)}`
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return value.map((item) => `- ${nested(item, indent + 2, indent + 2)}`).join(margin)
  }
  const keys = Object.keys(value as object).sort((a, b) => (a < b ? -1 : 1))
  if (keys.length === 0) return '{}'
  return keys.map((key) => pair(key, (value as Record<string, unknown>)[key], indent)).join(margin)
}

function pair(key: string, value: unknown, indent: number): string {
  const name = scalar(key, indent, indent)
  const [count, inner] = Array.isArray(value)
    ? [value.length, indent]
    : isRecord(value)
      ? [Object.keys(value).length, indent + 2]
      : [0, 0]
  if (count > 0) return `${name}:\n${' '.repeat(inner)}${block(value, inner)}`
  return `${name}: ${nested(value, indent + name.length + 2, indent + 2)}`
}

function nested(value: unknown, column: number, indent: number): string {
  if (isRecord(value) || Array.isArray(value)) return block(value, indent)
  return scalar(value, column, indent)
}

function scalar(value: unknown, column: number, indent: number): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof PythonFloat) return showFloat(value.value).replace(/(?=inf|nan)/, '.')
  if (value instanceof PythonDate) return value.text
  if (typeof value !== 'string') return String(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must be escaped
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]/u.test(value)) {
    return doubleQuoted(value, column, indent)
  }
  const breaksBesideSpaces = / [\n\u2028\u2029]|[\n\u2028\u2029] /.test(value)
  if (breaksBesideSpaces || /[\u{10000}-\u{10ffff}]/u.test(value)) {
    return doubleQuoted(value, column, indent)
  }
  if (LINE_BREAK.test(value)) return singleQuoted(value, column, indent)
  return isPlain(value) ? fold(value, column, indent) : singleQuoted(value, column, indent)
}

function isPlain(text: string): boolean {
  // Spaces are U+0020 here: every other character has been seen to.
  if (text === '' || /^ | $/.test(text)) return false
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:]( |$)/.test(text)) return false
  if (/^(---|\.\.\.)/.test(text) || /:( |$)| #/.test(text)) return false
  return !MEANS_SOMETHING.some((pattern) => pattern.test(text))
}

const MEANS_SOMETHING = [
  /^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|=|<<)$/,
  /^[-+]?(0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/,
  /^[-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+]?[0-9]+)?$|^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$/,
  /^[-+]?\.[0-9_]+([eE][-+][0-9]+)?$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d?-\d\d?([Tt]|[ \t]+)\d\d?:\d\d:\d\d(\.\d*)?([ \t]*(Z|[-+]\d\d?(:\d\d)?))?$/,
]

// A single space behind the fold column becomes a line break.
function fold(text: string, column: number, indent: number): string {
  let at = column
  let folded = ''
  for (let i = 0; i < text.length; i++) {
    const single = text[i] === ' ' && text[i - 1] !== ' ' && text[i + 1] !== ' '
    if (single && at > FOLD_COLUMN && i > 0 && i < text.length - 1) {
      folded += `\n${' '.repeat(indent)}`
      at = indent
    } else {
      folded += text[i]
      at++
    }
  }
  return folded
}

// Line breaks are doubled, those that are not newlines are copied; what follows them is indented.
function singleQuoted(text: string, column: number, indent: number): string {
  const margin = ' '.repeat(indent)
  let quoted = ''
  let at = column + 1
  let afterBreak = false
  let afterSpace = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (character === ' ') {
      const folds = at > FOLD_COLUMN && !afterSpace && i > 0 && i < text.length - 1
      quoted += folds && text[i + 1] !== ' ' ? `\n${margin}` : ' '
      at = folds && text[i + 1] !== ' ' ? indent : at + 1
      afterSpace = true
    } else if (LINE_BREAK.test(character)) {
      quoted += !afterBreak && character === '\n' ? '\n\n' : character
      at = 0
      afterBreak = true
    } else {
      if (afterBreak) {
        quoted += margin
        at = indent
      }
      quoted += character === "'" ? "''" : character
      at += character === "'" ? 2 : 1
      afterBreak = false
      afterSpace = false
    }
  }
  return `'${quoted}${afterBreak ? margin : ''}'`
}

const LINE_BREAK = /[\n\u2028\u2029]/

function doubleQuoted(text: string, column: number, indent: number): string {
  const characters = [...text]
  let quoted = ''
  let at = column + 1
  let afterSpace = false
  for (const [index, character] of characters.entries()) {
    const inside = index > 0 && index < characters.length - 1
    if (character === ' ' && !afterSpace && at > FOLD_COLUMN && inside) {
      // A space that would begin the next line is escaped.
      const guard = characters[index + 1] === ' ' ? '\\' : ''
      quoted += `\n${' '.repeat(indent)}${guard}`
      at = indent + guard.length
    } else {
      const shown = SHORT_ESCAPES[character] ?? escapeLong(character)
      quoted += shown
      at += [...shown].length
    }
    afterSpace = character === ' '
  }
  return `"${quoted}"`
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function escapeLong(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code > 0xffff) return `\\U${hex.padStart(8, '0')}`
  if (code === 0xfeff || code === 0xfffe || code === 0xffff || (code >= 0xd800 && code < 0xe000))
    return `\\u${hex.padStart(4, '0')}`
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${hex.padStart(2, '0')}`
  return character
}
