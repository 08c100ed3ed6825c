// Follows a job to its end: looks with growing pauses, shows what it sees. A look that fails for a
// passing reason is tried again, for a wait may last hours.

import { NoAnswer, ServiceError } from '../../wire/index.ts'
import type { Clock } from '../../world/index.ts'
import type { JobDisplay } from './display.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

const FIRST_PAUSE_MS = 100
const PAUSE_GROWTH = 1.4
/** Longest pause where the server reports progress, and where it only has states. */
const PROGRESS_PAUSE_MS = 500
const STATE_PAUSE_MS = 15_000
/** So many looks in a row may fail for a passing reason once one has succeeded. */
const FAILED_LOOKS_MAX = 8

export type FollowEnd =
  | { readonly end: 'ended'; readonly snapshot: JobSnapshot }
  | { readonly end: 'timed-out' | 'interrupted'; readonly snapshot: JobSnapshot | undefined }

/** What following takes; `look` asks the server once. */
export interface Following {
  look(): Promise<JobSnapshot>
  readonly display: JobDisplay
  readonly clock: Clock
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

/** Looks until the job ends, the time is over or the signal aborts. */
export async function followJob(job: Following): Promise<FollowEnd> {
  const { clock, signal, display } = job
  const until = job.timeoutMs === undefined ? Infinity : clock.monotonicMs() + job.timeoutMs
  let pauseMs = FIRST_PAUSE_MS
  let failed = 0
  let snapshot: JobSnapshot | undefined
  const stopped = aborted(signal)
  try {
    for (;;) {
      const seen = await lookOnce(job, stopped, snapshot !== undefined && failed < FAILED_LOOKS_MAX)
      failed = seen === 'failed' ? failed + 1 : 0
      if (typeof seen === 'object') {
        snapshot = seen
        display.show(seen)
        if (hasEnded(seen.state)) return { end: 'ended', snapshot: seen }
      }
      if (signal.aborted) return { end: 'interrupted', snapshot }
      const leftMs = until - clock.monotonicMs()
      if (leftMs <= 0) return { end: 'timed-out', snapshot }
      await clock.sleep(Math.min(pauseMs, leftMs), signal)
      if (signal.aborted) return { end: 'interrupted', snapshot }
      const longest = snapshot?.counts && failed === 0 ? PROGRESS_PAUSE_MS : STATE_PAUSE_MS
      pauseMs = Math.min(longest, pauseMs * PAUSE_GROWTH)
    }
  } finally {
    display.end()
  }
}

// One look, unless the user does not want to wait for its answer any more.
async function lookOnce(
  { look }: Following,
  stopped: Promise<'aborted'>,
  mayFail: boolean,
): Promise<JobSnapshot | 'failed' | 'aborted'> {
  const looking = look()
  try {
    return await Promise.race([looking, stopped])
  } catch (error) {
    if (!mayFail || !isPassing(error)) throw error
    return 'failed'
  } finally {
    // Lost the race: its end, good or bad, is nobody's business any more.
    looking.catch(() => undefined)
  }
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted')
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
}

const PASSING_CODE = /Throttl|TooManyRequests|ServiceUnavailable|RequestLimit|SlowDown/

/** Whether another look may fare better. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswer) return error.retryable
  if (!(error instanceof ServiceError)) return false
  return error.spelled.status >= 500 || PASSING_CODE.test(error.spelled.code)
}
