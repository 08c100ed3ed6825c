// Vault locks: what may be asked for, when a lock can no longer be changed, and what it keeps. From
// the AWS Backup developer guide, "AWS Backup Vault Lock". Pure.

import type { RetentionRange } from './copy-rules.ts'
import type { Failure } from './failure.ts'
import type { Lifecycle } from './lifecycle.ts'
import { calculatedLifecycle, RETENTION_DAYS_MAX } from './lifecycle.ts'

/** A vault's lock. It protects from the moment it is set, in both of AWS's modes. */
export interface VaultLock extends RetentionRange {
  /**
   * From when nobody can change or remove it any more (compliance), milliseconds since 1970.
   * Absent: it can be removed at any time (governance).
   */
  readonly lockDate?: number
}

/** AWS's PutBackupVaultLockConfiguration, without the name. */
export interface LockRequest {
  readonly MinRetentionDays?: number | undefined
  readonly MaxRetentionDays?: number | undefined
  readonly ChangeableForDays?: number | undefined
}

const CHANGEABLE_DAYS_MIN = 3
const DAY_MS = 24 * 60 * 60 * 1000

/** The lock a request asks for, set at `now`; all that it does not say is not there. */
export function requestedLock(request: LockRequest, now: number): VaultLock | Failure {
  const { MinRetentionDays: min, MaxRetentionDays: max, ChangeableForDays: grace } = request
  const wrong =
    outOfRange('MinRetentionDays', min, 1) ??
    outOfRange('MaxRetentionDays', max, 1) ??
    outOfRange('ChangeableForDays', grace, CHANGEABLE_DAYS_MIN)
  if (wrong) return wrong
  if (min !== undefined && max !== undefined && min > max) {
    const reason = `it must not be more than MaxRetentionDays, which is ${max}`
    return { code: 'InvalidParameter', parameter: 'MinRetentionDays', reason }
  }
  return {
    ...(min === undefined ? {} : { minDays: min }),
    ...(max === undefined ? {} : { maxDays: max }),
    ...(grace === undefined ? {} : { lockDate: now + grace * DAY_MS }),
  }
}

function outOfRange(parameter: string, days: number | undefined, least: number) {
  if (days === undefined || (days >= least && days <= RETENTION_DAYS_MAX)) return undefined
  const reason = `it must be between ${least} and ${RETENTION_DAYS_MAX}`
  return { code: 'InvalidParameter', parameter, reason } as const
}

/** Whether the lock is past its grace period: it can never be changed or removed. */
export function isInForce(lock: VaultLock | undefined, now: number): boolean {
  return lock?.lockDate !== undefined && now >= lock.lockDate
}

/** Why the lock may not be changed or removed; undefined when it may. */
export function checkLockChange(vault: {
  readonly name: string
  readonly lock?: VaultLock | undefined
  readonly now: number
}): Failure | undefined {
  const { name, lock, now } = vault
  if (!lock?.lockDate || !isInForce(lock, now)) return undefined
  return { code: 'BackupVaultLockInForce', name, since: isoTime(lock.lockDate) }
}

/** A recovery point as the lock of its vault sees it. */
export interface LockedPoint {
  readonly arn: string
  readonly vaultName: string
  readonly lifecycle?: Lifecycle | undefined
  /** What its retention counts from, milliseconds since 1970. */
  readonly createdAt: number
}

/** Why the lock keeps this point now; undefined when there is none, or its retention has ended. */
export function keptByLock(
  point: LockedPoint,
  lock: VaultLock | undefined,
  now: number,
): Failure | undefined {
  if (!lock) return undefined
  const { DeleteAt: end } = calculatedLifecycle(point.lifecycle, point.createdAt)
  if (end !== undefined && end <= now) return undefined
  const until = end === undefined ? 'for ever' : `until ${isoTime(end)}`
  return { code: 'RecoveryPointLocked', arn: point.arn, name: point.vaultName, until }
}

const isoTime = (ms: number) => new Date(ms).toISOString()
