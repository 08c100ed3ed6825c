// The door of model/: nouns and rules. Pure; nothing here waits, and nothing knows AWS's spelling
// of an error.
// biome-ignore-all assist/source/organizeImports: one line a statement keeps the door one screen.

export type { VaultArn } from './arn.ts'
export { formatPointArn, formatResourceArn, formatVaultArn, partitionOf } from './arn.ts'
export { isContinuousPointArn, isPointArn, parseResourceArn, parseVaultArn } from './arn.ts'
export type { Fault, FaultMatch, PublishedFailureCode } from './on-purpose.ts'
export { FAULT_NAMES, PUBLISHED_FAILURES, SLOW, TROUBLE, faultFailure } from './on-purpose.ts'
export { parseClockMove, parseFault, strikes } from './on-purpose.ts'
export type { Entry, EntryFacts, EntryIdentity, EntryKind, Extent, Extents } from './entry.ts'
export { compareEntryPaths } from './entry.ts'
export type { Fact, KnownByFacts, PointFact, ResourceFact, VaultFact } from './fact.ts'
export { featuresOf, knownByFacts } from './fact.ts'
export { type DenialSource, type Failure, Answer, Trouble, unreachable } from './failure.ts'
export type { AccountId, JobId, PackName, PointId, RegionName, VaultId } from './ids.ts'
export { BadId, parseAccountId, parseJobId, parsePackName, parsePointId } from './ids.ts'
export { type Branded, coldPartOf, parseRegionName, parseVaultId } from './ids.ts'
export type { BackupDetail, CopyDetail, DeleteDetail, PurgeDetail, RestoreDetail } from './job.ts'
export type { JobDetail, JobKind, JobProgress, SweepDetail, VerifyDetail } from './job.ts'
export type { BackupJobState, CopyJobState, EndState, RestoreJobState } from './job-state.ts'
export { IllegalStep, endedState, firstState, hasEnded, startedState } from './job-state.ts'
export { nextBackupState, nextCopyState, nextRestoreState } from './job-state.ts'
export type { Limits, LimitsChange } from './limits.ts'
export { NO_LIMITS, changeLimits, parseLimitsChange } from './limits.ts'
export { AWS_QUOTAS, type Quotas } from './quotas.ts'
export type { RebuildReport } from './rebuild-report.ts'
export type { ResourceType } from './resource-types.ts'
export { parseResourceType, registrableTypes, resourceTypes } from './resource-types.ts'
export type { GlobalSettings, OptIns } from './settings.ts'
export { DEFAULT_GLOBAL_SETTINGS, DEFAULT_OPT_INS, MANAGEMENT_PREFERENCE } from './settings.ts'
export { changeGlobalSettings, changeOptIns, checkManagementPreference } from './settings.ts'
export { messageCategory, parseMessageCategory } from './message-category.ts'
export { type CopyMode, copyModeFor, parseCopyMode } from './copy-mode.ts'
export type { Lifecycle, LockRequest, RequestedLifecycle, VaultLock } from './retention.ts'
export { DeletionPermit, ResetPermit, VaultDeletionPermit, nextLifecycleStep } from './retention.ts'
export { backupLifecycle, calculatedLifecycle, changedLifecycle, pointEnd } from './retention.ts'
export { checkCopyLifecycle, checkCopySource, checkLifecycle, requestedLock } from './retention.ts'
export {
  checkLockChange,
  copyLifecycle,
  fitsRetention,
  isRoleArn,
  type LifecycleStep,
} from './retention.ts'
export { TAGS_MAX, checkTags } from './tags.ts'
