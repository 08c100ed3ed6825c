// UpdateRecoveryPointLifecycle's rules (AWS Backup developer guide, "Editing a recovery point", and
// the service model): the new lifecycle replaces the old one whole, so that what the request does
// not say is no more. And what is next to happen to a recovery point by its lifecycle. Pure.

import type { Failure } from './failure.ts'
import type { Lifecycle, RequestedLifecycle } from './lifecycle.ts'
import { backupLifecycle, calculatedLifecycle, checkLifecycle } from './lifecycle.ts'
import type { ResourceType } from './resource-types.ts'
import type { VaultLock } from './vault-lock.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const UNSET_DAYS = -1

/** A recovery point whose lifecycle is to be changed. */
export interface ChangingPoint {
  readonly arn: string
  readonly vaultName: string
  readonly resourceType: ResourceType
  readonly storageClass: 'WARM' | 'COLD'
  readonly createdAt: number
  readonly lifecycle?: Lifecycle | undefined
  readonly isContinuous: boolean
}

/** The point's new lifecycle, or why it may not be changed so. `lifecycle` absent: for ever. */
export function changedLifecycle(
  point: ChangingPoint,
  change: {
    readonly requested: RequestedLifecycle
    readonly lock?: VaultLock | undefined
    readonly now: number
  },
): { readonly lifecycle: Lifecycle | undefined } | Failure {
  const { requested, lock, now } = change
  const { arn, vaultName, resourceType: type } = point
  if (point.isContinuous) return { code: 'LifecycleContinuous', arn }
  // Any change: a longer retention too.
  if (lock) {
    return { code: 'RecoveryPointLocked', arn, name: vaultName, until: 'as it is' }
  }
  const wanted = point.storageClass === 'COLD' ? withFrozenCold(point, requested) : requested
  if ('code' in wanted) return wanted
  const refused = checkLifecycle(wanted) ?? checkAge(point, wanted, now)
  if (refused) return refused
  return { lifecycle: backupLifecycle({ requested: wanted, type }) }
}

/** What has moved to cold storage keeps the day on which it did. */
function withFrozenCold(
  point: ChangingPoint,
  requested: RequestedLifecycle,
): RequestedLifecycle | Failure {
  const days = point.lifecycle?.MoveToColdStorageAfterDays
  if (days === undefined) return requested
  const asked = requested.MoveToColdStorageAfterDays
  if (asked !== undefined && asked !== days) return { code: 'LifecycleColdFrozen', days }
  const optIn = point.lifecycle?.OptInToArchiveForSupportedResources
  return {
    ...requested,
    MoveToColdStorageAfterDays: days,
    ...(optIn === undefined ? {} : { OptInToArchiveForSupportedResources: optIn }),
  }
}

/** One that is warm can move tomorrow at the earliest. */
function checkAge(point: ChangingPoint, wanted: Lifecycle, now: number): Failure | undefined {
  const cold = wanted.MoveToColdStorageAfterDays
  if (point.storageClass === 'COLD' || cold === undefined || cold === UNSET_DAYS) return undefined
  const daysMin = Math.floor((now - point.createdAt) / DAY_MS) + 1
  return cold >= daysMin ? undefined : { code: 'LifecycleMoveToColdTooSoon', daysMin }
}

/** What is next to happen to a recovery point, and when. */
export interface LifecycleStep {
  readonly act: 'cool' | 'expire'
  readonly at: number
}

/**
 * Undefined when nothing is: it is kept for ever, is on its way out, or has to be confirmed. With
 * `now`, what has ended by then is not moved to cold storage any more.
 */
export function nextLifecycleStep(
  point: {
    readonly status: string
    readonly storageClass: 'WARM' | 'COLD'
    readonly unconfirmed?: true | undefined
    readonly lifecycle?: Lifecycle | undefined
    readonly createdAt: number
  },
  now = Number.NEGATIVE_INFINITY,
): LifecycleStep | undefined {
  if (point.unconfirmed || (point.status !== 'COMPLETED' && point.status !== 'PARTIAL')) {
    return undefined
  }
  const { DeleteAt: end, MoveToColdStorageAt: coldAt } = calculatedLifecycle(
    point.lifecycle,
    point.createdAt,
  )
  const isOver = end !== undefined && end <= now
  if (point.storageClass === 'WARM' && point.status === 'COMPLETED' && coldAt && !isOver) {
    return { act: 'cool', at: coldAt }
  }
  return end === undefined ? undefined : { act: 'expire', at: end }
}
