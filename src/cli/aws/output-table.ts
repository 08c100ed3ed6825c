// Table output for people: boxes of dashes, sections nested by bars, columns scaled to the widest
// section. Where the whole is wider than the terminal, sections of one row turn on their side.

import { displayWidth } from './character-width.ts'
import { generalFailure } from './failure.ts'
import { bareTypeName, isRecord, PythonFloat, show } from './python.ts'

/** Width assumed where nobody can say. */
const DEFAULT_WIDTH = 80
/** Two spaces on either side of a cell. */
const PADDING = 4

/**
 * How a table is coloured. `codes`: cells and bars. `resetting`: the same, and colours are reset
 * after everything written, as the reference does when it writes to the terminal itself.
 */
export type TableColour = 'none' | 'codes' | 'resetting'

/** Takes back all colours. */
export const RESET = '\x1b[0m'

/** A whole answer below its title; nothing for an empty one. */
export function formatTable(
  title: string,
  value: unknown,
  width = DEFAULT_WIDTH,
  colour: TableColour = 'none',
): string {
  const table = new Table()
  if (!table.build(title, value, 0)) return ''
  return table.render(width, colour)
}

const blue = (text: string) => `\x1b[1m\x1b[34m${text}${RESET}`
const yellow = (text: string) => `\x1b[2m\x1b[33m${text}${RESET}`
const same = (text: string) => text

class Section {
  readonly title: string
  readonly indent: number
  headers: string[] = []
  rows: string[][] = []
  #columns: number | undefined

  constructor(title: string, indent: number) {
    this.title = title
    this.indent = indent
  }

  setHeaders(headers: readonly string[]): void {
    this.#columns ??= headers.length
    this.headers = [...headers]
  }

  addRow(cells: readonly unknown[]): void {
    this.#columns ??= cells.length
    if (cells.length !== this.#columns) {
      throw generalFailure(
        `Row should have ${this.#columns} elements, instead it has ${cells.length}`,
      )
    }
    this.rows.push(cells.map(show))
  }

  /** Of the columns, with what stands around a cell. */
  widths(): number[] {
    const lines = this.headers.length > 0 ? [this.headers, ...this.rows] : this.rows
    return Array.from({ length: this.#columns ?? 0 }, (_, column) =>
      Math.max(...lines.map((line) => displayWidth(line[column] ?? '')), 0),
    )
  }

  totalWidth(): number {
    const around = 2 * this.indent
    const cells = this.widths().reduce((sum, width) => sum + width + PADDING, 2)
    return Math.max(displayWidth(this.title) + 2 + around, cells + around)
  }
}

class Table {
  #sections: Section[] = []

  build(title: string | undefined, value: unknown, indent: number): boolean {
    if (isFalsy(value)) return false
    if (title !== undefined) this.#sections.push(new Section(title, indent))
    if (Array.isArray(value)) this.#buildList(value, indent, title ?? '')
    else if (isRecord(value)) this.#buildRecord(value, indent)
    return true
  }

  #current(): Section {
    return this.#sections[this.#sections.length - 1] as Section
  }

  #buildList(list: readonly unknown[], indent: number, title: string): void {
    if (isRecord(list[0])) {
      this.#buildRecords(list as Record<string, unknown>[], indent, title)
      return
    }
    for (const item of list) {
      if (!isNested(item)) this.#current().addRow([item])
      else if (isRecord(item)) this.#current().addRow(Object.keys(item))
      else if (!(item as unknown[]).some(isNested)) this.#current().addRow(item as unknown[])
      else this.build(undefined, item, 0)
    }
  }

  #buildRecord(record: Record<string, unknown>, indent: number): void {
    const { scalars, nested } = splitKeys([record])
    const [only] = scalars
    if (scalars.length === 1 && only !== undefined) this.#current().addRow([only, record[only]])
    else if (scalars.length > 0) {
      this.#current().setHeaders(scalars)
      this.#current().addRow(scalars.map((key) => record[key]))
    }
    for (const key of nested) this.build(key, record[key], indent + 1)
  }

  #buildRecords(list: readonly Record<string, unknown>[], indent: number, title: string): void {
    const { scalars, nested } = splitKeys(list)
    for (const [index, record] of list.entries()) {
      if (index > 0 && nested.length > 0) this.#sections.push(new Section(title, indent))
      if (index === 0 || nested.length > 0) this.#current().setHeaders(scalars)
      this.#current().addRow(scalars.map((key) => (key in record ? record[key] : '')))
      for (const key of nested) {
        if (key in record) this.build(key, record[key], indent + 1)
      }
    }
  }

  render(terminalWidth: number, colour: TableColour): string {
    if (this.#width() > terminalWidth) this.#sections = this.#sections.map(turned)
    const width = this.#width()
    const [bar, cell] = colour === 'none' ? [same, same] : [yellow, blue]
    const reset = colour === 'resetting' ? RESET : ''
    const lines = [`${'-'.repeat(width)}\n${reset}`]
    for (const section of this.#sections) {
      const bars = bar('|').repeat(section.indent) + reset
      const inner = renderSection(section, width - 2 * section.indent, cell)
      lines.push(...inner.map((line) => `${bars}${line}${reset}${bars}\n${reset}`))
    }
    return lines.join('')
  }

  #width(): number {
    return Math.max(...this.#sections.map((section) => section.totalWidth()))
  }
}

function turned(section: Section): Section {
  const [row] = section.rows
  if (section.rows.length !== 1 || section.headers.length === 0 || !row) return section
  const upright = new Section(section.title, section.indent)
  for (const [index, header] of section.headers.entries()) {
    upright.addRow([header, row[index] ?? ''])
  }
  return upright
}

function renderSection(section: Section, width: number, paint: (cell: string) => string): string[] {
  const lines: string[] = []
  if (section.title !== '') {
    lines.push(centred(section.title, width, { first: true }))
    if (section.headers.length === 0 && section.rows.length === 0) {
      lines.push(`+${'-'.repeat(width - 2)}+`)
    }
  }
  const widths = scaled(section, width)
  const rule = widths
    .map((w, index) => `${index === 0 ? '+' : ''}${'-'.repeat(w - (index === 0 ? 2 : 1))}+`)
    .join('')
  if (section.headers.length > 0) {
    const cells = section.headers.map((header, index) =>
      centred(header, widths[index] ?? 0, { first: index === 0 }),
    )
    lines.push(rule, cells.join(''))
  }
  if (section.rows.length > 0 && widths.length > 0) {
    lines.push(rule)
    for (const row of section.rows) {
      lines.push(
        row
          .map((cell, index) => left(cell, widths[index] ?? 0, { first: index === 0, paint }))
          .join(''),
      )
    }
    lines.push(rule)
  }
  return lines
}

// Columns stretched to the section's width, what rounding leaves over spread one by one.
function scaled(section: Section, width: number): number[] {
  const plain = section.widths().map((w) => w + PADDING)
  const sum = plain.reduce((total, w) => total + w, 0)
  if (sum === 0) return plain
  const result = plain.map((w) => roundHalfToEven((width / sum) * w))
  let over = result.reduce((total, w) => total + w, 0) - width
  while (over !== 0) {
    const step = over > 0 ? -1 : 1
    const order = step < 0 ? [...result.keys()] : [...result.keys()].reverse()
    for (const index of order) {
      result[index] = (result[index] ?? 0) + step
      over += step
      if (over === 0) break
    }
  }
  return result
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

function centred(text: string, width: number, { first }: { first: boolean }): string {
  const edge = first ? '|' : ''
  const size = displayWidth(text)
  const before = Math.max(0, Math.floor(width / 2) - Math.floor(size / 2) - 1)
  const after = Math.max(0, width - 1 - edge.length - before - size)
  return `${edge}${' '.repeat(before)}${text}${' '.repeat(after)}|`
}

function left(
  text: string,
  width: number,
  { first, paint }: { first: boolean; paint: (text: string) => string },
): string {
  const edge = first ? '|' : ''
  const room = width - edge.length - 1 - displayWidth(text)
  const before = room >= 2 ? 2 : 0
  return `${edge}${' '.repeat(before)}${paint(text)}${' '.repeat(Math.max(0, room - before))}|`
}

function splitKeys(records: readonly Record<string, unknown>[]) {
  const scalars = new Set<string>()
  const nested = new Set<string>()
  for (const record of records) {
    if (!isRecord(record)) throw new TypeError(noRecord(record))
    for (const [key, value] of Object.entries(record)) (isNested(value) ? nested : scalars).add(key)
  }
  return { scalars: [...scalars].sort(), nested: [...nested].sort() }
}

// Python's words for a value that it takes for a dictionary.
function noRecord(value: unknown): string {
  if (typeof value === 'string') return "string indices must be integers, not 'str'"
  return Array.isArray(value)
    ? 'list indices must be integers or slices, not str'
    : `'${bareTypeName(value)}' object is not iterable`
}

const isNested = (value: unknown) => isRecord(value) || Array.isArray(value)

function isFalsy(value: unknown): boolean {
  if (!value || (value instanceof PythonFloat && value.value === 0)) return true
  return isNested(value) && Object.keys(value as object).length === 0
}
