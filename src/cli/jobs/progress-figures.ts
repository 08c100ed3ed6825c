// How far a job is, worked out of what its snapshot says: bytes done, part of the whole, time left.
// A total that is exceeded was a guess, and is no longer told: nothing is ever over 100 %.

import { formatBytes, formatRate, formatSeconds } from './amounts.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

/** A job that is at work is never shown as done: what is left may be the longest part. */
const FRACTION_WHILE_RUNNING_MAX = 0.99

/** How much is done, 0 to 1; undefined where nobody knows. */
export function fractionOf(snapshot: JobSnapshot): number | undefined {
  const { state, counts, percentDone } = snapshot
  if (state === 'COMPLETED' || state === 'PARTIAL') return 1
  const most = hasEnded(state) ? 1 : FRACTION_WHILE_RUNNING_MAX
  const total = totalOf(snapshot)
  if (total !== undefined) return Math.min(most, bytesDone(counts) / total)
  // Whoever counts bytes and knows no total knows no percentage either.
  if (counts !== undefined || percentDone === undefined) return undefined
  return Math.max(0, Math.min(most, percentDone / 100))
}

/** Bytes in all; undefined where nobody knows. */
export function totalOf({ counts }: JobSnapshot): number | undefined {
  const { bytesTotal } = counts ?? {}
  return bytesTotal !== undefined && bytesTotal > 0 && bytesDone(counts) <= bytesTotal
    ? bytesTotal
    : undefined
}

/** A backup and a restore count what they read or write, a copy what it moves and finds there. */
export function bytesDone(counts: JobSnapshot['counts']): number {
  const { bytesRead = 0, bytesStored = 0, bytesReused = 0 } = counts ?? {}
  return Math.max(bytesRead, bytesStored + bytesReused)
}

/** Seconds until it is done at the present rate; undefined where nobody knows. */
export function secondsLeft(snapshot: JobSnapshot): number | undefined {
  const { state, counts } = snapshot
  const total = totalOf(snapshot)
  if (hasEnded(state) || !counts?.bytesPerSecond || total === undefined) return undefined
  return Math.ceil((total - bytesDone(counts)) / counts.bytesPerSecond)
}

/**
 * What a job waits for that has not ended and stands still, with the attempt that was made and the
 * time of the next one where there are such; undefined when it moves.
 */
export function waitsFor({ state, counts }: JobSnapshot): string | undefined {
  if (hasEnded(state) || counts?.waitingFor === undefined || isMoving(counts)) return undefined
  const { waitingFor, attempt, nextAttemptAt } = counts
  if (nextAttemptAt === undefined) return waitingFor
  const time = new Date(nextAttemptAt).toISOString().slice(11, 19)
  return `${waitingFor} (attempt ${attempt} was made, next try at ${time} UTC)`
}

/** What the server says of the job that nothing else here tells. */
export const messageOf = ({ state, message, counts }: JobSnapshot): string =>
  counts?.waitingFor !== undefined && !hasEnded(state) ? '' : message

/** One that only waits between two writes, for a bandwidth limit, goes on meanwhile. */
function isMoving(counts: JobSnapshot['counts']): boolean {
  return (counts?.bytesPerSecond ?? 0) > 0 && counts?.nextAttemptAt === undefined
}

/** The figures in words, each by its name, so that a narrow line can leave some out. */
export interface Figures {
  /** `502.4 MB`, and with the total behind it where that is known and more. */
  readonly done?: string
  readonly doneOf?: string
  readonly reused?: string
  readonly rate?: string
  readonly left?: string
  /** What slows a job that moves. */
  readonly slowedBy?: string
}

/** The figures that are known. */
export function figuresOf(snapshot: JobSnapshot): Figures {
  const { counts, state } = snapshot
  if (!counts) return {}
  const bytes = bytesDone(counts)
  const { bytesReused = 0, bytesPerSecond } = counts
  const total = totalOf(snapshot)
  const done = formatBytes(bytes)
  const left = secondsLeft(snapshot)
  const isSaid = bytes > 0 || total !== undefined
  const isWhole = total === undefined || state === 'COMPLETED'
  return {
    ...(isSaid ? { done, doneOf: isWhole ? done : `${done} of ${formatBytes(total)}` } : {}),
    ...(bytesReused > 0 ? { reused: reusedText(bytesReused, bytes) } : {}),
    ...(bytesPerSecond && !hasEnded(state) ? { rate: formatRate(bytesPerSecond) } : {}),
    ...(left !== undefined && left > 0 ? { left: `${formatSeconds(left * 1000)} left` } : {}),
    ...(isMoving(counts) && !hasEnded(state) && counts.waitingFor !== undefined
      ? { slowedBy: `waits: ${counts.waitingFor}` }
      : {}),
  }
}

const reusedText = (bytesReused: number, bytes: number) =>
  bytesReused === bytes ? 'all already there' : `${formatBytes(bytesReused)} already there`

/** All that is known in one list: what the job waits for, or its figures. */
export function figureList(snapshot: JobSnapshot): string[] {
  const waiting = waitsFor(snapshot)
  if (waiting !== undefined) return [`waits: ${waiting}`]
  const { doneOf, reused, rate, left, slowedBy } = figuresOf(snapshot)
  return [doneOf, reused, rate, left, slowedBy].filter((figure) => figure !== undefined)
}
