// `copyhold watch`: running copies as they go on, until all have ended or the user has seen enough.
// Watching changes nothing: leaving leaves the jobs running.

import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { atMost } from '../jobs/at-most.ts'
import { type BoardRow, openBoard } from '../jobs/board.ts'
import { findJob } from '../jobs/find-job.ts'
import { isPassing } from '../jobs/follow.ts'
import { exitOfJob, type FollowedKind, type ProgressStyle, WAIT_EXIT } from '../jobs/kinds.ts'
import { rowOf } from '../jobs/row.ts'
import { hasEnded, lookAtJob } from '../jobs/snapshot.ts'
import { paintFor } from '../paint.ts'
import { openService, type Service, type ServiceOptions, textOf } from './service.ts'

export interface WatchOptions extends ServiceOptions {
  readonly progress?: ProgressStyle
}

/** Where the server tells figures, and where it only has states: pauses between two looks. */
const FIGURES_PAUSE_MS = 500
const STATES_PAUSE_MS = 5_000
const LOOKS_AT_ONCE = 8
const FAILED_LOOKS_MAX = 8

/** Watches. Answers 0, 3 or 4 by how the jobs ended; 0 too when the user left by `q`. */
export async function watch(
  ids: readonly string[],
  options: WatchOptions,
  host: Host,
): Promise<number> {
  const service = openService(options, host)
  const leaving = leaveSignals(host)
  const { terminal } = host
  const board = openBoard(
    {
      write: terminal.out,
      isTerminal: terminal.outIsTerminal,
      columns: terminal.columns,
      paint: paintFor(terminal.outIsTerminal, host.surroundings),
    },
    options.progress,
  )
  try {
    const rows = await first(service, ids)
    if (rows.size === 0) {
      terminal.err(`No copy is under way in ${service.region}.\n`)
      return WAIT_EXIT.completed
    }
    await watchRows({ service, rows, all: ids.length === 0, host, leaving, board })
    board.end()
    return farewell(host, rows, leaving.reason())
  } finally {
    board.end()
    leaving.release()
  }
}

type Rows = Map<string, BoardRow>

// Named jobs must be there; running ones are whichever are.
async function first(service: Service, ids: readonly string[]): Promise<Rows> {
  const rows: Rows = new Map()
  const settings = service.at(service.region)
  const found = await atMost(LOOKS_AT_ONCE, ids, (id) => findJob(settings, id))
  for (const { kind, id, snapshot } of found) rows.set(id, rowOf(kind, id, snapshot))
  if (ids.length === 0) await addRunning(service, rows)
  return rows
}

async function addRunning(service: Service, rows: Rows): Promise<void> {
  for (const ByState of ['RUNNING', 'CREATED']) {
    for await (const job of service.all('ListCopyJobs', { ByState })) {
      const id = textOf(job, 'CopyJobId')
      if (rows.has(id) || id === '') continue
      const snapshot = { state: textOf(job, 'State'), message: '', described: job }
      rows.set(id, rowOf('copy', id, snapshot))
    }
  }
}

async function watchRows(watched: {
  service: Service
  rows: Rows
  all: boolean
  host: Host
  leaving: Leaving
  board: ReturnType<typeof openBoard>
}): Promise<void> {
  const { service, rows, all, host, leaving, board } = watched
  let failed = 0
  for (;;) {
    try {
      await Promise.race([refresh(service, rows, all), leaving.left])
      failed = 0
    } catch (error) {
      if (!isPassing(error) || ++failed > FAILED_LOOKS_MAX) throw error
    }
    board.show([...rows.values()])
    if (leaving.signal.aborted || unended(rows).length === 0) return
    const figures = [...rows.values()].some(({ snapshot }) => snapshot.counts)
    await host.clock.sleep(figures ? FIGURES_PAUSE_MS : STATES_PAUSE_MS, leaving.signal)
    if (leaving.signal.aborted) return
  }
}

const unended = (rows: Rows) =>
  [...rows.values()].filter(({ snapshot }) => !hasEnded(snapshot.state))

async function refresh(service: Service, rows: Rows, all: boolean): Promise<void> {
  if (all) await addRunning(service, rows)
  const settings = service.at(service.region)
  await atMost(LOOKS_AT_ONCE, unended(rows), async ({ kind, id }) => {
    rows.set(id, rowOf(kind as FollowedKind, id, await lookAtJob(settings, kind, id)))
  })
}

function farewell({ terminal }: Host, rows: Rows, reason: 'q' | 'interrupt' | undefined): number {
  const going = unended(rows).length
  if (going > 0) {
    terminal.err(`Not watching any longer; ${going === 1 ? 'one job goes' : `${going} go`} on.\n`)
    return reason === 'interrupt' ? EXIT.interrupted : WAIT_EXIT.completed
  }
  const exits = [...rows.values()].map(({ kind, snapshot }) => exitOfJob({ kind, ...snapshot }))
  return exits.includes(WAIT_EXIT.failed) ? WAIT_EXIT.failed : Math.max(...exits)
}

interface Leaving {
  readonly signal: AbortSignal
  /** Resolves when the user leaves. */
  readonly left: Promise<void>
  reason(): 'q' | 'interrupt' | undefined
  release(): void
}

// `q`, or Ctrl-C as a key or as a signal.
function leaveSignals({ terminal, surroundings }: Host): Leaving {
  const stop = new AbortController()
  let reason: 'q' | 'interrupt' | undefined
  const left = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const leave = (by: 'q' | 'interrupt') => {
    reason ??= by
    stop.abort()
  }
  const releaseSignal = surroundings.onInterrupt(() => leave('interrupt'))
  const live = terminal.outIsTerminal && terminal.onKey !== undefined
  const releaseKeys = live
    ? terminal.onKey?.((key) => {
        if (/^q/i.test(key)) leave('q')
        if (key.includes('\x03')) leave('interrupt')
      })
    : undefined
  return {
    signal: stop.signal,
    left,
    reason: () => reason,
    release() {
      releaseSignal()
      releaseKeys?.()
    },
  }
}
