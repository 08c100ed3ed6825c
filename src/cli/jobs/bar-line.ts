// One job as a line with a bar, in the columns that a terminal has: the bar shrinks first, then
// words go, rate and time left last.

import stringWidth from 'string-width'
import { cut, detailsOf, fitting, joined, padded } from './fitting.ts'
import { fractionOf, waitsFor } from './progress-figures.ts'
import type { JobSnapshot } from './snapshot.ts'

/** Few sizes: a bar that changes with every digit beside it trembles. */
const BAR_SIZES = [30, 20, 10]
const LABEL_COLUMNS = 7
/** What moves to and fro in the bar of a job whose total nobody knows. */
const RUNNER = 3

/** How a line is drawn: `turn` counts the drawings. */
export interface Drawing {
  readonly columns: number
  readonly turn: number
}

/** The line; of a job that was not looked at yet only its label. */
export function barLine(
  label: string,
  snapshot: JobSnapshot | undefined,
  { columns, turn }: Drawing,
): string {
  if (snapshot === undefined) return cut(label, columns)
  const fraction = fractionOf(snapshot)
  const percent = fraction === undefined ? '' : `${Math.floor(fraction * 100)}% `
  const isPlain = snapshot.state === 'RUNNING'
  const details = detailsOf({ ...snapshot, message: '' })
  const withState = details.map((detail) => joined([snapshot.state, detail]))
  // That a job runs goes without saying where there is no room.
  const told = isPlain ? [...withState, ...details.slice(-1)] : withState
  const head = padded(label, LABEL_COLUMNS)
  // What a job waits for is worth more than a bar that stands still.
  const hasBar = waitsFor(snapshot) === undefined && (isPlain || fraction !== undefined)
  for (const text of hasBar ? told : []) {
    const room = columns - stringWidth(`${head}  ${percent}${text}`)
    const size = BAR_SIZES.find((columnsOfBar) => columnsOfBar <= room)
    if (size !== undefined) {
      return `${head} ${bar(fraction, size, turn)} ${percent}${text}`.trimEnd()
    }
  }
  const short = `${label} ${percent}`
  return `${short}${fitting(told, columns - stringWidth(short))}`.trimEnd()
}

function bar(fraction: number | undefined, size: number, turn: number): string {
  if (fraction !== undefined) {
    const full = Math.floor(fraction * size)
    return '█'.repeat(full) + '░'.repeat(size - full)
  }
  const way = size - RUNNER
  const step = turn % (2 * way)
  const before = step <= way ? step : 2 * way - step
  return '░'.repeat(before) + '█'.repeat(RUNNER) + '░'.repeat(way - before)
}
