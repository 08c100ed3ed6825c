// Several jobs at once: a table drawn over and over in place on a terminal, a line for every change
// of a job elsewhere, or messages for programs.

import stringWidth from 'string-width'
import { type Paint, signOf, type Tone, unpainted } from '../paint.ts'
import { openLines, openMessages } from './display.ts'
import { cut, detailsOf, fitting, padded } from './fitting.ts'
import { exitOfJob, type FollowedKind, type ProgressStyle, WAIT_EXIT } from './kinds.ts'
import { fractionOf, waitsFor } from './progress-figures.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

/** One row: a job, and what is copied where. */
export interface BoardRow {
  readonly kind: FollowedKind
  readonly id: string
  readonly what: string
  readonly to: string
  readonly snapshot: JobSnapshot
}

export interface Board {
  show(rows: readonly BoardRow[]): void
  /** Leaves the last state standing. */
  end(): void
}

/** Where a board is written, and what that is like. */
export interface BoardSurface {
  write(text: string): void
  readonly isTerminal: boolean
  columns(): number
  readonly paint?: Paint
}

/** Rows shown at most on a terminal: those at work first. */
const ROWS_MAX = 20

export function openBoard(surface: BoardSurface, style: ProgressStyle = 'auto'): Board {
  if (style === 'none') return { show() {}, end() {} }
  return style === 'auto' && surface.isTerminal ? openTable(surface) : openFeed(surface, style)
}

function openFeed({ write }: BoardSurface, style: ProgressStyle): Board {
  const displays = new Map<string, ReturnType<typeof openLines>>()
  return {
    show(rows) {
      for (const row of rows) {
        const display =
          displays.get(row.id) ??
          (style === 'json' ? openMessages(row, write) : openLines(`${row.kind} ${row.id}`, write))
        displays.set(row.id, display)
        display.show(row.snapshot)
      }
    },
    end() {},
  }
}

const UP = (lines: number) => (lines === 0 ? '' : `\x1b[${lines}A`)
const CLEAR_BELOW = '\x1b[0J'
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'

function openTable({ write, columns, paint }: BoardSurface): Board {
  let drawn = 0
  return {
    show(rows) {
      const lines = tableLines(rows, columns(), paint)
      const text = lines.map((line) => `${line}\n`).join('')
      write(`${drawn === 0 ? HIDE_CURSOR : ''}${UP(drawn)}\r${CLEAR_BELOW}${text}`)
      drawn = lines.length
    },
    end() {
      if (drawn > 0) write(SHOW_CURSOR)
      drawn = 0
    },
  }
}

/** The table in lines of less than so many columns. */
export function tableLines(
  rows: readonly BoardRow[],
  columns: number,
  paint: Paint = unpainted,
): string[] {
  const room = columns - 1
  const order = [...rows].sort((a, b) => rank(a) - rank(b)).slice(0, ROWS_MAX)
  const table = fitted(order, room)
  const lines = [tableLine(table, room, HEAD), ...order.map((row) => rowLine(table, room, row))]
  const painted = lines.map((line, at) => {
    const row = order[at - 1]
    if (!row) return line
    const state = stateCell(row)
    return line.replace(state, paint(state, toneOf(row)))
  })
  const more = rows.length - order.length
  return more > 0 ? [...painted, cut(`and ${more} more`, room)] : painted
}

/** How wide each column is; one that a narrow terminal has no room for is 0. */
type Widths = readonly number[]

const HEAD = ['JOB', '  STATE', 'WHAT', 'TO', 'DONE']
const ID_SHOWN = 8
const SIGN_COLUMNS = 1
const GAP = 2
/** What a row has to tell besides is worth so many columns, where it is that long. */
const DETAIL_MIN = 30
/** The columns of a narrow terminal: names shrink first, then whole columns go. */
const NARROWER: readonly ((widths: Widths) => Widths)[] = [
  (widths) => widths,
  ([job = 0, state = 0, what = 0, to = 0, done = 0]) => [
    ...[job, state],
    ...[Math.min(what, 16), Math.min(to, 16), done],
  ],
  ([job = 0, state = 0, what = 0, to = 0, done = 0]) => [
    ...[job, state],
    ...[Math.min(what, 10), Math.min(to, 10), done],
  ],
  ([job = 0, state = 0, what = 0, , done = 0]) => [job, state, Math.min(what, 10), 0, done],
  ([job = 0, state = 0, , , done = 0]) => [job, state, 0, 0, done],
  ([job = 0, , , , done = 0]) => [Math.min(job, 4), SIGN_COLUMNS, 0, 0, done],
]

function fitted(rows: readonly BoardRow[], room: number): Widths {
  const table = [HEAD, ...rows.map(cellsOf)]
  const natural = HEAD.map((_, at) =>
    Math.max(...table.map((cells) => stringWidth(cells[at] ?? ''))),
  )
  const leastDetails = rows.map(({ snapshot }) => stringWidth(detailsOf(snapshot).at(-1) ?? ''))
  const wanted = Math.min(DETAIL_MIN, Math.max(0, ...leastDetails))
  const choices = NARROWER.map((narrow) => narrow(natural))
  return choices.find((widths) => cellColumns(widths) + wanted <= room) ?? choices.at(-1) ?? natural
}

const cellColumns = (widths: Widths) =>
  widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP), 0)

function rowLine(widths: Widths, room: number, row: BoardRow): string {
  const detail = fitting(detailsOf(row.snapshot), room - cellColumns(widths))
  return tableLine(widths, room, [...cellsOf(row), detail])
}

function tableLine(widths: Widths, room: number, cells: readonly string[]): string {
  const shown = widths.flatMap((width, at) =>
    width === 0 ? [] : [padded(shortened(cells[at] ?? '', at, width), width)],
  )
  return cut([...shown, cells[widths.length] ?? ''].join(' '.repeat(GAP)).trimEnd(), room)
}

// The beginning of an id and the sign of a state say enough without a mark that more was there.
const shortened = (cell: string, at: number, width: number) =>
  at < 2 ? cell.slice(0, width) : cut(cell, width)

const rank = ({ snapshot: { state } }: BoardRow) =>
  state === 'RUNNING' ? 0 : hasEnded(state) ? 2 : 1

function cellsOf(row: BoardRow): string[] {
  const { id, what, to, snapshot } = row
  const fraction = fractionOf(snapshot)
  const done = fraction === undefined ? '' : `${Math.floor(fraction * 100)}%`
  return [id.slice(0, ID_SHOWN), stateCell(row), what, to, done]
}

const stateCell = (row: BoardRow) => `${signOf(toneOf(row))} ${row.snapshot.state}`

function toneOf({ kind, snapshot }: BoardRow): Tone {
  if (!hasEnded(snapshot.state)) return waitsFor(snapshot) === undefined ? 'plain' : 'doubt'
  const exit = exitOfJob({ kind, ...snapshot })
  if (exit === WAIT_EXIT.completed) return 'good'
  return exit === WAIT_EXIT.failed ? 'bad' : 'doubt'
}
