// The door of model/: nouns and rules. Pure; nothing here waits, and nothing knows AWS's spelling
// of an error.
// biome-ignore-all assist/source/organizeImports: one line a statement keeps the door one screen.

export type { VaultArn } from './arn.ts'
export { formatPointArn, formatResourceArn, formatVaultArn, partitionOf } from './arn.ts'
export { isContinuousPointArn, isPointArn, parseResourceArn, parseVaultArn } from './arn.ts'
export type { Branded } from './branded.ts'
export { parseClockMove } from './clock-move.ts'
export type { Entry, EntryFacts, EntryIdentity, EntryKind, Extent, Extents } from './entry.ts'
export { compareEntryPaths } from './entry.ts'
export type { Fact, KnownByFacts, PointFact, ResourceFact, VaultFact } from './fact.ts'
export { knownByFacts } from './fact.ts'
export { type DenialSource, type Failure, Answer, Trouble, unreachable } from './failure.ts'
export type { AccountId, JobId, PackName, PointId, RegionName, VaultId } from './ids.ts'
export { BadId, parseAccountId, parseJobId, parsePackName, parsePointId } from './ids.ts'
export { parseRegionName, parseVaultId } from './ids.ts'
export type { BackupDetail, CopyDetail, DeleteDetail, PurgeDetail, RestoreDetail } from './job.ts'
export type { JobDetail, JobKind, JobProgress, SweepDetail, VerifyDetail } from './job.ts'
export type { BackupJobState, CopyJobState, RestoreJobState } from './job-state.ts'
export { IllegalStep, firstState, hasEnded } from './job-state.ts'
export { nextBackupState, nextCopyState, nextRestoreState } from './job-state.ts'
export type { Lifecycle, RequestedLifecycle } from './lifecycle.ts'
export { backupLifecycle, calculatedLifecycle, checkLifecycle } from './lifecycle.ts'
export { checkCopyLifecycle, copyLifecycle } from './lifecycle.ts'
export {
  type Limits,
  type LimitsChange,
  NO_LIMITS,
  changeLimits,
  parseLimitsChange,
} from './limits.ts'
export { type PublishedFailureCode, PUBLISHED_FAILURES } from './published-failure.ts'
export type { RebuildReport } from './rebuild-report.ts'
export type { ResourceType } from './resource-types.ts'
export { parseResourceType, registrableTypes, resourceTypes } from './resource-types.ts'
export type { GlobalSettings, OptIns } from './settings.ts'
export { DEFAULT_GLOBAL_SETTINGS, DEFAULT_OPT_INS, MANAGEMENT_PREFERENCE } from './settings.ts'
export { changeGlobalSettings, changeOptIns, checkManagementPreference } from './settings.ts'
export { messageCategory, parseMessageCategory } from './message-category.ts'
export type { LifecycleStep, LockRequest, VaultLock } from './retention.ts'
export { DeletionPermit, ResetPermit, VaultDeletionPermit, changedLifecycle } from './retention.ts'
export type { CopyMode } from './copy-mode.ts'
export { copyModeFor, parseCopyMode } from './copy-mode.ts'
export { checkCopySource, checkLockChange, fitsRetention, isInForce } from './retention.ts'
export { isRoleArn, keptByLock, nextLifecycleStep, requestedLock } from './retention.ts'
export { TAGS_MAX, checkTags } from './tags.ts'
