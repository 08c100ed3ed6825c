// What a run of the benchmark found, as Markdown and as a chart. The tables of docs/performance.md
// stand between two marks and are written anew from a result; the rest of that page is left alone.

import fs from 'node:fs'
import path from 'node:path'
import { drawChart } from './chart.ts'
import { type Figures, median } from './figures.ts'
import { PHASES, type Phase } from './phases.ts'

export interface SetResult {
  readonly set: string
  readonly megabytes: number
  readonly files: number
  /** From the start of Copyhold's server until it answered; in no other figure. */
  readonly startS: number
  /** By contestant and phase, one for each round. */
  readonly figures: Readonly<Record<string, Partial<Record<Phase, readonly Figures[]>>>>
}

export interface BenchResult {
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  readonly sizeMb: number
  readonly rounds: number
  readonly sets: readonly SetResult[]
}

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'performance.md')
const CHART = 'performance.svg'
const MARK = 'figures of npm run bench'
const OURS = 'copyhold'

export const SET_NAMES: Readonly<Record<string, string>> = {
  src: 'source tree',
  sql: 'SQL dump and logs',
  img: 'disk image',
  rnd: 'random',
}

/** Writes the tables into docs/performance.md and the chart beside it. */
export function writeReport(result: BenchResult): void {
  writeBetweenMarks(MARK, tables(result))
  fs.writeFileSync(path.join(path.dirname(PAGE), CHART), drawChart(chartOf(result)))
}

/** Whether a folder lies where the page does, which then shows what is written there. */
export function isInDocs(folder: string): boolean {
  return path.dirname(path.resolve(folder)) === path.dirname(PAGE)
}

/** Writes anew what stands between the marks of that name in docs/performance.md. */
export function writeBetweenMarks(mark: string, text: string): void {
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`]
  const [head = '', rest, ...more] = fs.readFileSync(PAGE, 'utf8').split(begin)
  const at = rest?.indexOf(end) ?? -1
  if (rest === undefined || at < 0 || more.length > 0) throw new Error(`${PAGE} lacks one ${begin}`)
  fs.writeFileSync(PAGE, `${head}${begin}\n${text}${rest.slice(at)}`)
}

/** One line for each set: Copyhold beside `cp -a` and sync of the same packs. */
export function simpleTable({ sets }: BenchResult): string {
  const head = [
    'set',
    'data',
    'backup',
    'again',
    'copy',
    'cp -a + sync',
    'ratio',
    'no-op',
    'restore',
  ]
  const rows = sets.map((set) => {
    const ours = (phase: Phase) => seconds(wallOf(set, OURS, phase))
    const ratio = ratioOf(set, { of: OURS, to: 'cp', phase: 'first copy' })
    return [
      set.set,
      `${Math.round(set.megabytes)} MB`,
      ours('backup'),
      ours('no-op backup'),
      ours('first copy'),
      seconds(wallOf(set, 'cp', 'first copy')),
      ratio === undefined ? '' : ratio.toFixed(2),
      ours('no-op copy'),
      ours('restore'),
    ]
  })
  return markdown(head, rows)
}

function tables(result: BenchResult): string {
  const { machine, node, versions, sizeMb, rounds, sets } = result
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const starts = sets.map((set) => set.startS)
  const intro = [
    `Machine: ${machine}. Node ${node}; ${peers.join(', ')}. ${sizeMb} MB a set, ${rounds} rounds,`,
    'interleaved; medians. A wall time ends when the result is durable. "×" is the median over the',
    "rounds of the peer's wall time divided by Copyhold's: above 1, Copyhold is faster. CPU and peak",
    'memory are those of all of the server (API and worker) or of the peer; the start of the server,',
    `${seconds(median(starts))}, is in no figure.`,
  ]
  const parts = sets.flatMap((set) => [
    `### ${SET_NAMES[set.set] ?? set.set}: ${Math.round(set.megabytes)} MB, ${set.files} files`,
    setTable(set),
  ])
  return `${intro.join('\n')}\n\n![Wall times](${CHART})\n\n${parts.join('\n\n')}\n`
}

function setTable(set: SetResult): string {
  const head = ['phase', 'who', 'wall', '×', 'CPU', 'peak memory', 'stored']
  const rows = PHASES.flatMap((phase) =>
    Object.keys(set.figures)
      .filter((name) => set.figures[name]?.[phase]?.length)
      .sort((a, b) => Number(b === OURS) - Number(a === OURS))
      .map((name, place) => {
        const figures = set.figures[name]?.[phase] ?? []
        const of = (pick: (one: Figures) => number | undefined) =>
          median(figures.map((one) => pick(one) ?? Number.NaN))
        const ratio = name === OURS ? undefined : ratioOf(set, { of: name, to: OURS, phase })
        return [
          place === 0 ? phase : '',
          name,
          seconds(of((one) => one.wallS)),
          ratio === undefined ? '' : ratio.toFixed(ratio < 10 ? 2 : 0),
          seconds(of((one) => one.cpuS)),
          megabytes(of((one) => one.peakMb)),
          megabytes(of((one) => one.storedMb)),
        ]
      }),
  )
  return markdown(head, rows).trimEnd()
}

function chartOf(result: BenchResult): Parameters<typeof drawChart>[0] {
  return result.sets.map((set) => ({
    title: `${SET_NAMES[set.set] ?? set.set}, ${Math.round(set.megabytes)} MB`,
    groups: PHASES.map((phase) => ({
      name: phase,
      bars: Object.keys(set.figures).flatMap((name) => {
        const wallS = wallOf(set, name, phase)
        return wallS === undefined ? [] : [{ name, value: wallS, label: seconds(wallS) }]
      }),
    })).filter((group) => group.bars.length > 0),
  }))
}

function wallOf(set: SetResult, name: string, phase: Phase): number | undefined {
  const figures = set.figures[name]?.[phase]
  return figures?.length ? median(figures.map((one) => one.wallS)) : undefined
}

/** The median over the rounds of one wall time divided by another's of the same round. */
function ratioOf(
  set: SetResult,
  between: { of: string; to: string; phase: Phase },
): number | undefined {
  const mine = set.figures[between.of]?.[between.phase]
  const other = set.figures[between.to]?.[between.phase]
  // Who does not take part in every round takes part in the first ones.
  const rounds = Math.min(mine?.length ?? 0, other?.length ?? 0)
  if (!mine || !other || rounds === 0) return undefined
  const both = mine.slice(0, rounds)
  return median(both.map((one, round) => one.wallS / (other[round]?.wallS ?? Number.NaN)))
}

export function seconds(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return ''
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`
}

function megabytes(value: number): string {
  return Number.isNaN(value) ? '' : `${value.toFixed(0)} MB`
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column < 1 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line), ''].join('\n')
}
