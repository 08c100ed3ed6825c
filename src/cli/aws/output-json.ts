// JSON as AWS's command line prints it: four spaces, members as they come, text left as it is.

import { entriesOf, PythonDate, PythonFloat, showFloat } from './python.ts'

/** The value with a newline at its end. */
export function formatJson(value: unknown): string {
  return `${jsonText(value)}\n`
}

function jsonText(value: unknown, indent = ''): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('\x7f', '\\u007f')
  if (value instanceof PythonFloat) return floatText(value.value)
  if (value instanceof PythonDate) return JSON.stringify(value.text.replace(' ', 'T'))
  if (typeof value !== 'object') return String(value)
  const inner = `${indent}    `
  const items = Array.isArray(value)
    ? value.map((item) => inner + jsonText(item, inner))
    : entriesOf(value).map(
        ([key, item]) => `${inner}${JSON.stringify(key)}: ${jsonText(item, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return items.length === 0 ? open + close : `${open}\n${items.join(',\n')}\n${indent}${close}`
}

function floatText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value)
    ? showFloat(value).replace('nan', 'NaN')
    : String(value)
}
