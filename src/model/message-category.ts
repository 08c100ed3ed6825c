// AWS's MessageCategory: the drawer a job's message lies in. AWS publishes the groups but only
// some of the names, so most names here follow its spelling (AWS Backup developer guide,
// "Backup dashboards"). Kept with the job, because lists are filtered by it.

import type { MessageCategory } from './categories.ts'
import type { Failure } from './failure.ts'
import { PUBLISHED_FAILURES } from './published-failure.ts'

/** The category of a job that ended so: with neither failure nor warning it is SUCCESS. */
export function messageCategory(end: {
  readonly failure?: Failure | undefined
  readonly warning?: string | undefined
}): MessageCategory {
  if (end.failure) return CATEGORIES[end.failure.code]
  return end.warning === undefined ? 'SUCCESS' : 'MISCELLANEOUS'
}

/**
 * The category of a backup or restore that COMPLETED: SUCCESS when all that can be kept is there,
 * whatever was left out by nature; else by what is missing, files that a backup could not read or
 * entries that a restore could not write.
 */
export function completedCategory(missing: 'unread' | 'unwritten' | undefined): MessageCategory {
  if (missing === undefined) return 'SUCCESS'
  return missing === 'unread' ? 'MISCELLANEOUS' : 'ENTRIES_NOT_RESTORED'
}

/**
 * The category a filter means, however it is spelled (`AccessDenied`, `ACCESS_DENIED`): undefined
 * for ANY and AGGREGATE_ALL, which mean every one; 'unknown' for a name no job of ours can have.
 */
export function parseMessageCategory(text: string): MessageCategory | undefined | 'unknown' {
  const wanted = plain(text)
  if (wanted === 'ANY' || wanted === 'AGGREGATEALL') return undefined
  const names: MessageCategory[] = ['SUCCESS', ...Object.values(CATEGORIES), ...OF_COMPLETED]
  return names.find((name) => plain(name) === wanted) ?? 'unknown'
}

const OF_COMPLETED = ['MISCELLANEOUS', 'ENTRIES_NOT_RESTORED'] as const

const plain = (name: string) => name.replaceAll('_', '').toUpperCase()

const CATEGORIES: Readonly<Record<Failure['code'], MessageCategory>> = {
  ...PUBLISHED_FAILURES,
  InvalidParameter: 'INVALID_PARAMETERS',
  MissingParameter: 'INVALID_PARAMETERS',
  InsufficientPrivileges: 'ACCESS_DENIED',
  NotAuthorized: 'ACCESS_DENIED',
  CrossAccountPassRole: 'ACCESS_DENIED',
  VaultPolicyCrossAccount: 'INVALID_PARAMETERS',
  VaultPolicyNotFound: 'RESOURCE_NOT_FOUND',
  BackupVaultNameInvalid: 'INVALID_PARAMETERS',
  BackupVaultExists: 'MISCELLANEOUS',
  QuotaReached: 'LIMIT_EXCEEDED',
  BackupVaultDoesNotExist: 'RESOURCE_NOT_FOUND',
  BackupVaultNotEmpty: 'MISCELLANEOUS',
  BackupVaultBusy: 'JOB_CONFLICT',
  RecoveryPointNotFound: 'RESOURCE_NOT_FOUND',
  RecoveryPointStateInvalid: 'MISCELLANEOUS',
  RecoveryPointBusy: 'JOB_CONFLICT',
  RecoveryPointUnconfirmed: 'MISCELLANEOUS',
  ContinuousRecoveryPoint: 'NOT_SUPPORTED',
  ColdRecoveryPoint: 'NOT_SUPPORTED',
  UnsupportedResourceType: 'INVALID_PARAMETERS',
  ResourceNotFound: 'RESOURCE_NOT_FOUND',
  ResourceNotRegistered: 'RESOURCE_NOT_FOUND',
  NotInOrganization: 'ACCESS_DENIED',
  NotManagementAccount: 'ACCESS_DENIED',
  ResourceTypeOptedOut: 'NOT_SUPPORTED',
  ResourceUnavailable: 'RESOURCE_NOT_FOUND',
  JobNotFound: 'RESOURCE_NOT_FOUND',
  JobNotStoppable: 'MISCELLANEOUS',
  IdempotencyConflict: 'INVALID_PARAMETERS',
  LifecycleDeleteAfterOutOfRange: 'LIFECYCLE_MISMATCH',
  LifecycleTooClose: 'LIFECYCLE_MISMATCH',
  LifecycleMoveToColdInvalid: 'LIFECYCLE_MISMATCH',
  LifecycleDeleteAfterEventGiven: 'LIFECYCLE_MISMATCH',
  LifecycleMoveToColdTooSoon: 'LIFECYCLE_MISMATCH',
  LifecycleColdFrozen: 'LIFECYCLE_MISMATCH',
  LifecycleContinuous: 'NOT_SUPPORTED',
  BackupVaultLockInForce: 'MISCELLANEOUS',
  RecoveryPointLocked: 'MISCELLANEOUS',
  VaultKeyPinned: 'MISCELLANEOUS',
  NextTokenInvalid: 'INVALID_PARAMETERS',
  TagsInvalid: 'INVALID_PARAMETERS',
  TaggingUnsupported: 'NOT_SUPPORTED',
  RoleUnusable: 'ACCESS_DENIED',
  StoppedByUser: 'ABORTED',
  BackupJobExpired: 'JOB_EXPIRED',
  BackupJobVaultDoesNotExist: 'RESOURCE_NOT_FOUND',
  CopyJobVaultDoesNotExist: 'RESOURCE_NOT_FOUND',
  CopyJobAccessDenied: 'ACCESS_DENIED',
  CopyTypeUnsupported: 'NOT_SUPPORTED',
  RecoveryPointGone: 'RESOURCE_NOT_FOUND',
  CopyOptionGroupMissing: 'RESOURCE_NOT_FOUND',
  CopyImageNotFound: 'RESOURCE_NOT_FOUND',
  PackDamaged: 'MISCELLANEOUS',
  StoreUnavailable: 'MISCELLANEOUS',
  DiskFull: 'MISCELLANEOUS',
  ManifestDamaged: 'MISCELLANEOUS',
  KeyUnusable: 'KMS_KEY_ERROR',
  RestoreTargetInvalid: 'INVALID_PARAMETERS',
  RestoreMetadataInvalid: 'INVALID_PARAMETERS',
  Internal: 'INTERNAL_ERROR',
}
