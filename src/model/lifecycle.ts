// Lifecycles of recovery points: what a request may say, what a copy makes of it, and the dates
// that follow. See "Lifecycle" in the AWS Backup developer guide. Pure.

import type { Failure } from './failure.ts'
import type { ResourceType } from './resource-types.ts'
import { resourceTypes } from './resource-types.ts'

/** AWS's Lifecycle as given or kept; absent members mean "not said". */
export interface Lifecycle {
  readonly MoveToColdStorageAfterDays?: number
  readonly DeleteAfterDays?: number
  readonly OptInToArchiveForSupportedResources?: boolean
}

/** A request's Lifecycle: its shape has one member more, which only the service itself sets. */
export interface RequestedLifecycle extends Lifecycle {
  readonly DeleteAfterEvent?: string
}

/** When a recovery point moves and ends, in milliseconds since 1970; absent means never. */
export interface CalculatedLifecycle {
  readonly MoveToColdStorageAt?: number
  readonly DeleteAt?: number
}

/** A hundred years, the longest retention AWS accepts. */
export const RETENTION_DAYS_MAX = 36_500
/** Cold storage is kept for at least this long. */
export const COLD_STORAGE_DAYS_MIN = 90

const DAY_MS = 24 * 60 * 60 * 1000
/** "No such limit" in a backup's lifecycle, "as the source" in a copy's. */
const UNSET_DAYS = -1

/** Why AWS would refuse this lifecycle, or undefined if it would not. */
export function checkLifecycle(lifecycle: RequestedLifecycle): Failure | undefined {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: end, DeleteAfterEvent } = lifecycle
  if (DeleteAfterEvent !== undefined) return { code: 'LifecycleDeleteAfterEventGiven' }
  if (isSet(end) && !isWithin(end)) return { code: 'LifecycleDeleteAfterOutOfRange' }
  if (isSet(cold) && isSet(end) && end < cold + COLD_STORAGE_DAYS_MIN) {
    return { code: 'LifecycleTooClose' }
  }
  if (isSet(cold) && !isWithin(cold)) return { code: 'LifecycleMoveToColdInvalid' }
  return undefined
}

/** What a copy's request says, and what its source has. */
export interface CopyWish {
  readonly requested?: RequestedLifecycle
  readonly source?: Lifecycle
}

/**
 * Why this copy's lifecycle would be refused. The rules run on what the request says and again on
 * the pair that inheriting makes of it; what is inherited whole is never refused.
 */
export function checkCopyLifecycle(wish: CopyWish): Failure | undefined {
  if (!wish.requested) return undefined
  const refused = checkLifecycle(wish.requested)
  if (refused || followsSource(wish.requested)) return refused
  return checkLifecycle(merged(wish.requested, wish.source))
}

/**
 * The lifecycle a copy gets: the source's where the request leaves the end open or says -1, with
 * cold storage dropped in silence where the type has none. Undefined means kept for ever.
 */
export function copyLifecycle(
  wish: CopyWish & { readonly type: ResourceType },
): Lifecycle | undefined {
  const { requested, source, type } = wish
  return keepable(requested ? merged(requested, source) : source, type)
}

/** The lifecycle a backup gets: as requested, without -1 and without what its type cannot. */
export function backupLifecycle(wish: {
  readonly requested?: RequestedLifecycle
  readonly type: ResourceType
}): Lifecycle | undefined {
  return keepable(wish.requested, wish.type)
}

/** The dates of a recovery point; a copy counts from its source's creation. */
export function calculatedLifecycle(
  lifecycle: Lifecycle | undefined,
  createdAt: number,
): CalculatedLifecycle {
  const cold = lifecycle?.MoveToColdStorageAfterDays
  const end = lifecycle?.DeleteAfterDays
  return {
    ...(isSet(cold) ? { MoveToColdStorageAt: createdAt + cold * DAY_MS } : {}),
    ...(isSet(end) ? { DeleteAt: createdAt + end * DAY_MS } : {}),
  }
}

// A request that names an end decides about cold storage too; one that leaves the end to the
// source takes the source's move with it, unless it names its own or refuses one with -1.
function merged(requested: Lifecycle, source: Lifecycle | undefined): Lifecycle {
  if (isSet(requested.DeleteAfterDays)) return requested
  const optIn =
    requested.OptInToArchiveForSupportedResources ?? source?.OptInToArchiveForSupportedResources
  const cold = requested.MoveToColdStorageAfterDays ?? source?.MoveToColdStorageAfterDays
  return compact({ cold, end: source?.DeleteAfterDays, optIn })
}

function followsSource(requested: Lifecycle): boolean {
  return !isSet(requested.DeleteAfterDays) && !isSet(requested.MoveToColdStorageAfterDays)
}

function keepable(wanted: Lifecycle | undefined, type: ResourceType): Lifecycle | undefined {
  if (!wanted) return undefined
  const optIn = wanted.OptInToArchiveForSupportedResources
  const ability = resourceTypes[type].coldStorage
  const mayMove = ability === 'yes' || (ability === 'opt-in' && optIn === true)
  const kept = compact({
    cold: mayMove ? wanted.MoveToColdStorageAfterDays : undefined,
    end: wanted.DeleteAfterDays,
    optIn: ability === 'opt-in' ? optIn : undefined,
  })
  return Object.keys(kept).length > 0 ? kept : undefined
}

function compact(parts: {
  readonly cold: number | undefined
  readonly end: number | undefined
  readonly optIn: boolean | undefined
}): Lifecycle {
  return {
    ...(isSet(parts.cold) ? { MoveToColdStorageAfterDays: parts.cold } : {}),
    ...(isSet(parts.end) ? { DeleteAfterDays: parts.end } : {}),
    ...(parts.optIn === undefined ? {} : { OptInToArchiveForSupportedResources: parts.optIn }),
  }
}

function isSet(days: number | undefined): days is number {
  return days !== undefined && days !== UNSET_DAYS
}

function isWithin(days: number): boolean {
  return days >= 1 && days <= RETENTION_DAYS_MAX
}
