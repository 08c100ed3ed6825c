// Text output: tab-separated lines for scripts. Scalars of a structure stand on one line sorted by
// key; what is nested follows on lines of its own that begin with the key in capitals.

import { bareTypeName, isRecord, show } from './python.ts'

/** Lines, each with a newline at its end. Throws as `writeText` does. */
export function formatText(value: unknown): string {
  let text = ''
  writeText(value, (part) => {
    text += part
  })
  return text
}

/**
 * The same to `write`. Throws in Python's words for a list that holds maps and other values, when
 * what stands before it has been written.
 */
export function writeText(value: unknown, write: (text: string) => void): void {
  const lines: string[] = []
  try {
    formatInto(lines, value, undefined, undefined)
  } finally {
    write(lines.map((line) => `${line}\n`).join(''))
  }
}

function formatInto(
  lines: string[],
  value: unknown,
  identifier: string | undefined,
  scalarKeys: readonly string[] | undefined,
): void {
  if (isRecord(value)) formatRecord(lines, value, identifier, scalarKeys)
  else if (Array.isArray(value)) formatList(lines, value, identifier)
  else lines.push(show(value))
}

function formatList(lines: string[], list: readonly unknown[], identifier?: string): void {
  if (list.length === 0) return
  if (list.some(isRecord)) {
    const keys = scalarKeysOf(list)
    for (const item of list) formatInto(lines, item, identifier, keys)
  } else if (list.some(Array.isArray)) {
    formatListOfLists(lines, list, identifier)
  } else if (identifier === undefined) {
    lines.push(list.map(show).join('\t'))
  } else {
    for (const item of list) lines.push(`${identifier.toUpperCase()}\t${show(item)}`)
  }
}

// The scalars of a list that also holds lists come first, on one line.
function formatListOfLists(
  lines: string[],
  list: readonly unknown[],
  identifier: string | undefined,
): void {
  const scalars = list.filter((item) => !isNested(item))
  if (scalars.length > 0) {
    const start = identifier === undefined ? [] : [identifier.toUpperCase()]
    lines.push([...start, ...scalars.map(show)].join('\t'))
  }
  for (const item of list) {
    if (isNested(item)) formatInto(lines, item, identifier, undefined)
  }
}

function formatRecord(
  lines: string[],
  record: Record<string, unknown>,
  identifier: string | undefined,
  scalarKeys: readonly string[] | undefined,
): void {
  const keys = Object.keys(record).sort(byCodePoint)
  const shown = scalarKeys ?? keys.filter((key) => !isNested(record[key]))
  const scalars = shown.map((key) => (key in record ? show(record[key]) : ''))
  if (scalars.length > 0) {
    const start = identifier === undefined ? [] : [identifier.toUpperCase()]
    lines.push([...start, ...scalars].join('\t'))
  }
  for (const key of keys) {
    if (!shown.includes(key)) formatInto(lines, record[key], key, undefined)
  }
}

function scalarKeysOf(list: readonly unknown[]): string[] {
  const keys = new Set<string>()
  for (const item of list) {
    if (!isRecord(item)) {
      throw new TypeError(`'${bareTypeName(item)}' object has no attribute 'items'`)
    }
    for (const [key, value] of Object.entries(item)) if (!isNested(value)) keys.add(key)
  }
  return [...keys].sort(byCodePoint)
}

const isNested = (value: unknown) => isRecord(value) || Array.isArray(value)
const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
