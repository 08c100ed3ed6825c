// Several jobs at once: a table drawn over and over in place on a terminal, a line for every change
// of a job elsewhere, or messages for programs.

import { openLines, openMessages } from './display.ts'
import type { FollowedKind, ProgressStyle } from './kinds.ts'
import { figuresOf, fractionOf } from './progress-figures.ts'
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

function openTable({ write, columns }: BoardSurface): Board {
  let drawn = 0
  return {
    show(rows) {
      const lines = tableLines(rows, columns())
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

/** The table in lines of at most so many columns. */
export function tableLines(rows: readonly BoardRow[], columns: number): string[] {
  const order = [...rows].sort((a, b) => rank(a) - rank(b))
  const shown = order.slice(0, ROWS_MAX).map(cellsOf)
  const table = [HEAD, ...shown]
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => width(cells, column))))
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => (column === LAST ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
      .slice(0, columns - 1),
  )
  const more = rows.length - shown.length
  return more > 0 ? [...lines, `and ${more} more`] : lines
}

const HEAD = ['JOB', 'STATE', 'WHAT', 'TO', 'DONE', '']
const LAST = HEAD.length - 1
const ID_SHOWN = 8

const rank = ({ snapshot: { state } }: BoardRow) =>
  state === 'RUNNING' ? 0 : hasEnded(state) ? 2 : 1

function cellsOf({ id, what, to, snapshot }: BoardRow): string[] {
  const fraction = fractionOf(snapshot)
  const done = fraction === undefined ? '' : `${Math.floor(fraction * 100)}%`
  const message = snapshot.message === '' ? [] : [snapshot.message]
  const detail = [...figuresOf(snapshot), ...message].join(' · ')
  return [id.slice(0, ID_SHOWN), snapshot.state, what, to, done, detail]
}

const width = (cells: readonly string[], column: number) => cells[column]?.length ?? 0
