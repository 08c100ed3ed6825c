// Follows a job to its end: looks with growing pauses, shows what it sees.

import type { Clock } from '../../world/index.ts'
import type { JobDisplay } from './display.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

const FIRST_PAUSE_MS = 100
const PAUSE_GROWTH = 1.4
/** Longest pause where the server reports progress, and where it only has states. */
const PROGRESS_PAUSE_MS = 500
const STATE_PAUSE_MS = 15_000

export type FollowEnd =
  | { readonly end: 'ended'; readonly snapshot: JobSnapshot }
  | { readonly end: 'timed-out' | 'interrupted'; readonly snapshot: JobSnapshot | undefined }

/** Looks until the job ends, the time is over or the signal aborts. */
export async function followJob(job: {
  look(): Promise<JobSnapshot>
  readonly display: JobDisplay
  readonly clock: Clock
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}): Promise<FollowEnd> {
  const { clock, signal, display } = job
  const until = job.timeoutMs === undefined ? Infinity : clock.monotonicMs() + job.timeoutMs
  let pauseMs = FIRST_PAUSE_MS
  let snapshot: JobSnapshot | undefined
  try {
    for (;;) {
      snapshot = await job.look()
      display.show(snapshot)
      if (hasEnded(snapshot.state)) return { end: 'ended', snapshot }
      if (signal.aborted) return { end: 'interrupted', snapshot }
      const leftMs = until - clock.monotonicMs()
      if (leftMs <= 0) return { end: 'timed-out', snapshot }
      await clock.sleep(Math.min(pauseMs, leftMs), signal)
      if (signal.aborted) return { end: 'interrupted', snapshot }
      const longest = snapshot.counts ? PROGRESS_PAUSE_MS : STATE_PAUSE_MS
      pauseMs = Math.min(longest, pauseMs * PAUSE_GROWTH)
    }
  } finally {
    display.end()
  }
}
