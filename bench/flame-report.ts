// What the flame graphs were drawn from, in figures: a table of counters, which also goes into
// docs/performance.md when the pictures go into docs/, and each thread's busiest functions.

import { MEGABYTE } from './figures.ts'
import { type FlamePanel, timeByKind } from './flame-graph.ts'
import { busiest } from './flame-profile.ts'
import type { Phase } from './phases.ts'
import { isInDocs, markdown, SET_NAMES, seconds, writeBetweenMarks } from './report.ts'
import type { WorkCounts } from './work-counters.ts'

/** All figures are means over the rounds of a phase, but those of the panels, which are sums. */
export interface PhaseFound {
  readonly phase: Phase
  readonly set: string
  readonly rounds: number
  readonly panels: readonly FlamePanel[]
  readonly garbage: { readonly runs: number; readonly ms: number }
  /** Without the profiler. */
  readonly wallS: number
  readonly counts: WorkCounts
  readonly calls: ReadonlyMap<string, number> | undefined
}

const BUSIEST = 8
const CALLS_SHOWN = 6
const MARK = 'counters of npm run bench -- --flame'

/** Prints all of it as Markdown, and writes what the page shows into it. */
export function reportFlames(found: readonly PhaseFound[], outDir: string | undefined): void {
  const counters = counterTable(found)
  process.stdout.write(`${counters}\n${found.map(functionTables).join('\n')}`)
  if (outDir && isInDocs(outDir)) writeBetweenMarks(MARK, counters)
}

function counterTable(found: readonly PhaseFound[]): string {
  const rows: [string, (of: PhaseFound) => string][] = [
    ['wall', ({ wallS }) => seconds(wallS)],
    ['CPU, user and system', ({ counts: { userS, systemS } }) => both(userS, systemS, seconds)],
    [
      'CPU of the worker, of the side thread',
      (of) => both(of.counts.workerS, of.counts.sideS, seconds),
    ],
    ['CPU of the main thread', ({ counts }) => seconds(counts.servingS)],
    [
      'CPU of the thread pool, of V8 beside',
      (of) => both(of.counts.poolS, of.counts.engineS, seconds),
    ],
    [
      'garbage collector: runs, time',
      ({ garbage }) => `${round(garbage.runs)}, ${seconds(garbage.ms / 1000)}`,
    ],
    [
      'read: by calls, from the disk',
      (of) => both(of.counts.readBytes, of.counts.diskReadBytes, megabytes),
    ],
    [
      'written: by calls, to the disk',
      (of) => both(of.counts.writtenBytes, of.counts.diskWrittenBytes, megabytes),
    ],
    ['times a thread waited', ({ counts }) => round(counts.waits)],
    ['calls to the kernel', ({ calls }) => (calls ? round(sumOf(calls.values())) : 'no strace')],
    ['of these', ({ calls }) => mostCalled(calls)],
  ]
  const head = ['', ...found.map(({ phase, set }) => `${phase}, ${SET_NAMES[set]}`)]
  return markdown(
    head,
    rows.map(([name, of]) => [name, ...found.map(of)]),
  )
}

function functionTables({ phase, set, rounds, panels }: PhaseFound): string {
  const lines = [`### ${phase}, ${SET_NAMES[set]}, ${rounds} rounds with the profiler`]
  for (const { name, root, wallUs } of panels) {
    const share = (us: number) => `${((us / wallUs) * 100).toFixed(1)} %`
    const kinds = timeByKind(root).map(([kind, us]) => `${kind} ${share(us)}`)
    lines.push(
      '',
      `${name}: busy ${share(root.totalUs)} of ${seconds(wallUs / 1e6)} (${kinds.join(', ')})`,
      '',
    )
    for (const { what, us } of busiest(root, BUSIEST)) lines.push(`- ${share(us)} ${what}`)
  }
  return `${lines.join('\n')}\n`
}

function mostCalled(calls: PhaseFound['calls']): string {
  const sorted = [...(calls ?? [])].sort(([, a], [, b]) => b - a)
  return sorted
    .slice(0, CALLS_SHOWN)
    .map(([name, count]) => `${name} ${round(count)}`)
    .join(', ')
}

function both(one: number, other: number, write: (value: number) => string): string {
  return `${write(one)}, ${write(other)}`
}

function megabytes(bytes: number): string {
  const value = bytes / MEGABYTE
  return `${value.toFixed(value < 10 ? 1 : 0)} MB`
}

function round(count: number): string {
  return Math.round(count).toLocaleString('en')
}

function sumOf(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0)
}
