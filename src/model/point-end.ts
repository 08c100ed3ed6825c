// When a recovery point really ends, and why then: its lifecycle, its vault's lock, and what else
// holds it, told in one answer. Pure.

import type { Lifecycle } from './lifecycle.ts'
import { calculatedLifecycle } from './lifecycle.ts'
import type { VaultLock } from './vault-lock.ts'
import { keptByLock } from './vault-lock.ts'

/** Why a recovery point ends when it does, or does not. */
export type EndReason =
  | 'DELETING'
  | 'UNCONFIRMED'
  | 'EXPIRED'
  | 'ENDLESS'
  | 'HELD_BY_JOB'
  | 'LIFECYCLE'

/** A recovery point's end. */
export interface PointEnd {
  /** When the service deletes it, milliseconds since 1970; absent: it does not. */
  readonly deletionAt?: number
  readonly reason: EndReason
  /** The reason in a sentence. */
  readonly sentence: string
  /** Whether the lock of its vault keeps anybody from deleting it before. */
  readonly isLocked: boolean
}

/** The end of a recovery point as things stand at `now`. */
export function pointEnd(
  point: {
    readonly arn: string
    readonly vaultName: string
    readonly status: string
    readonly unconfirmed?: true | undefined
    readonly lifecycle?: Lifecycle | undefined
    readonly createdAt: number
  },
  of: {
    readonly lock?: VaultLock | undefined
    readonly now: number
    /** A job that reads it now. */
    readonly reader?: string | undefined
  },
): PointEnd {
  const { lock, now, reader } = of
  const isLocked = keptByLock(point, lock, now) !== undefined
  const { DeleteAt: end } = calculatedLifecycle(point.lifecycle, point.createdAt)
  const told = (reason: EndReason, sentence: string, deletionAt?: number): PointEnd => ({
    ...(deletionAt === undefined ? {} : { deletionAt }),
    reason,
    sentence,
    isLocked,
  })
  if (point.status === 'DELETING') return told('DELETING', 'It is being deleted.', now)
  if (point.unconfirmed) {
    return told('UNCONFIRMED', 'It is not deleted until it has been confirmed.')
  }
  if (point.status === 'EXPIRED') {
    return told('EXPIRED', 'Its time is over, but its role may not delete it: somebody must.')
  }
  if (end === undefined) return told('ENDLESS', 'Its lifecycle names no end.')
  const days = point.lifecycle?.DeleteAfterDays
  const counted = `${days} days after ${new Date(point.createdAt).toISOString()}, its creation`
  if (end <= now && reader) {
    return told('HELD_BY_JOB', `Its time is over; job ${reader} still reads it.`, now)
  }
  return told('LIFECYCLE', `Its lifecycle ends ${counted}.`, Math.max(end, now))
}
