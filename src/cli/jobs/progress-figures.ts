// How far a job is, worked out of what its snapshot says: bytes done, part of the whole, time left.

import { formatBytes, formatRate, formatSeconds } from './amounts.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

/** How much is done, 0 to 1; undefined where nobody knows. */
export function fractionOf({ state, counts, percentDone }: JobSnapshot): number | undefined {
  if (state === 'COMPLETED' || state === 'PARTIAL') return 1
  const { bytesTotal } = counts ?? {}
  if (bytesTotal !== undefined && bytesTotal > 0) return Math.min(1, bytesDone(counts) / bytesTotal)
  return percentDone === undefined ? undefined : percentDone / 100
}

/** A backup and a restore count what they read or write, a copy what it moves and finds there. */
export function bytesDone(counts: JobSnapshot['counts']): number {
  const { bytesRead = 0, bytesStored = 0, bytesReused = 0 } = counts ?? {}
  return Math.max(bytesRead, bytesStored + bytesReused)
}

/** Seconds until it is done at the present rate; undefined where nobody knows. */
export function secondsLeft({ state, counts }: JobSnapshot): number | undefined {
  const { bytesTotal, bytesPerSecond } = counts ?? {}
  if (hasEnded(state) || !bytesPerSecond || bytesTotal === undefined) return undefined
  return Math.max(0, Math.ceil((bytesTotal - bytesDone(counts)) / bytesPerSecond))
}

/** The figures in words, each a part of its own: bytes, what was there already, rate, time left. */
export function figuresOf(snapshot: JobSnapshot): string[] {
  const { counts, state } = snapshot
  if (!counts) return []
  const { bytesTotal, bytesReused = 0, bytesPerSecond, waitingFor } = counts
  if (waitingFor !== undefined && !hasEnded(state)) return [waitingFor]
  const done = formatBytes(bytesDone(counts))
  const parts: string[] = []
  if (bytesTotal !== undefined) parts.push(`${done} of ${formatBytes(bytesTotal)}`)
  else if (bytesDone(counts) > 0) parts.push(done)
  if (bytesReused > 0) parts.push(`${formatBytes(bytesReused)} already there`)
  if (bytesPerSecond && !hasEnded(state)) parts.push(formatRate(bytesPerSecond))
  const left = secondsLeft(snapshot)
  if (left !== undefined && left > 0) parts.push(`${formatSeconds(left * 1000)} left`)
  return parts
}
