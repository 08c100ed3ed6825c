// Progress as messages for programs: one JSON object a line, told apart by `message_type`. Names
// and units are a promise: new members may come, none changes its meaning.

import type { FollowedKind } from './kinds.ts'
import { bytesDone, fractionOf, secondsLeft, totalOf } from './progress-figures.ts'
import type { JobSnapshot } from './snapshot.ts'

/** Which job a message is about. */
export interface JobName {
  readonly kind: FollowedKind | 'sweep'
  readonly id: string
}

/** How a job is now. Members that nobody knows are left out. */
export function statusMessage(job: JobName, snapshot: JobSnapshot): string {
  const { state, message, counts } = snapshot
  return line({
    message_type: 'status',
    job_kind: job.kind,
    job_id: job.id,
    state,
    status_message: message === '' ? undefined : message,
    fraction_done: fractionOf(snapshot),
    bytes_done: counts ? bytesDone(counts) : undefined,
    bytes_total: totalOf(snapshot),
    bytes_already_there: counts?.bytesReused,
    bytes_per_second: counts?.bytesPerSecond,
    seconds_left: secondsLeft(snapshot),
    waiting_for: counts?.waitingFor,
    attempt: counts?.waitingFor === undefined ? undefined : counts.attempt,
    next_attempt_at: isoTime(counts?.nextAttemptAt),
  })
}

const isoTime = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString()

/** How the waiting ended; `goes_on` when the job did not end with it. */
export function summaryMessage(
  job: JobName,
  end: { state: string; message: string; exitCode: number; goesOn?: boolean },
): string {
  return line({
    message_type: 'summary',
    job_kind: job.kind,
    job_id: job.id,
    state: end.state,
    status_message: end.message === '' ? undefined : end.message,
    goes_on: end.goesOn === true ? true : undefined,
    exit_code: end.exitCode,
  })
}

/** Something failed that is not the job: the server refused, or did not answer. */
export function errorMessage(message: string, exitCode: number): string {
  return line({ message_type: 'error', message, exit_code: exitCode })
}

/** Any message: the object on a line of its own, without what is undefined. */
export function line(message: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(message)}\n`
}
