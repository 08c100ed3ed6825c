// When a copy will be deleted, and why then: the rules are the model's, the sentences are ours.

import {
  calculatedLifecycle,
  copyLifecycle,
  type Lifecycle,
  type ResourceType,
} from '../../model/index.ts'

/** Where the end of a copy comes from. */
export type DeletionReason = 'given' | 'inherited' | 'source-by-minus-one' | 'endless'

/** A copy's end. Moments are milliseconds since 1970. */
export interface Deletion {
  readonly reason: DeletionReason
  readonly lifecycle: Lifecycle | undefined
  readonly deleteAt?: number
  readonly moveToColdStorageAt?: number
  /** All of it in words. */
  readonly sentence: string
}

/** The end of the copy that would be made of this source. */
export function copyDeletion(copy: {
  readonly requested?: Lifecycle
  readonly source?: Lifecycle
  readonly type: ResourceType
  /** When the source was created: a copy counts from there. */
  readonly createdAt: number
  readonly now: number
}): Deletion {
  const { requested, source, type, createdAt, now } = copy
  const lifecycle = copyLifecycle({
    type,
    ...(requested ? { requested } : {}),
    ...(source ? { source } : {}),
  })
  const dates = calculatedLifecycle(lifecycle, createdAt)
  const reason = reasonOf(requested, lifecycle)
  return {
    reason,
    lifecycle,
    ...(dates.DeleteAt === undefined ? {} : { deleteAt: dates.DeleteAt }),
    ...(dates.MoveToColdStorageAt === undefined
      ? {}
      : { moveToColdStorageAt: dates.MoveToColdStorageAt }),
    sentence: [
      endInWords(lifecycle, reason, { createdAt, deleteAt: dates.DeleteAt, now }),
      ...(dates.MoveToColdStorageAt === undefined
        ? []
        : [`It moves to cold storage on ${formatMoment(dates.MoveToColdStorageAt)}.`]),
    ].join(' '),
  }
}

/** `2026-12-22 12:00 UTC`. */
export function formatMoment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

const UNSET_DAYS = -1

function reasonOf(requested: Lifecycle | undefined, effective: Lifecycle | undefined) {
  const said = requested?.DeleteAfterDays
  if (said !== undefined && said !== UNSET_DAYS) return 'given'
  if (effective?.DeleteAfterDays === undefined) return 'endless'
  return said === UNSET_DAYS ? 'source-by-minus-one' : 'inherited'
}

const REASONS: Readonly<Record<DeletionReason, string>> = {
  given: 'the request says so',
  inherited: 'the request names no end, so it is that of the source',
  'source-by-minus-one': 'in a copy, -1 means the end of the source',
  endless: '',
}

function endInWords(
  lifecycle: Lifecycle | undefined,
  reason: DeletionReason,
  at: { createdAt: number; deleteAt: number | undefined; now: number },
): string {
  if (at.deleteAt === undefined) {
    return 'It is kept for ever: neither the request nor its source names an end.'
  }
  const days = lifecycle?.DeleteAfterDays
  const counted = `${days} days from ${formatMoment(at.createdAt)}, the creation of the source`
  const past =
    at.deleteAt > at.now ? '' : ' That is over already: the copy is made, and expires at once.'
  return `It is deleted on ${formatMoment(at.deleteAt)}: ${counted}; ${REASONS[reason]}.${past}`
}
