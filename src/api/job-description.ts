// Jobs as AWS shows them: BackupJob, CopyJob and RestoreJob. Members that AWS leaves out until
// they are known are undefined here and absent on the wire.

import type { BackupJob, CopyJob, RestoreJobsListMember } from '@aws-sdk/client-backup'
import type { ListedJob, ReadTx } from '../catalog/index.ts'
import { vaults } from '../catalog/index.ts'
import type { BackupJobState, CopyJobState, JobProgress, RestoreJobState } from '../model/index.ts'
import { hasEnded, messageCategory, parseVaultArn, resourceTypes } from '../model/index.ts'
import { jobStatusMessage } from '../wire/index.ts'
import type { ApiContext } from './context.ts'
import { progressOf, waitingSentence } from './job-wait.ts'
import type { Written } from './operation.ts'

/** The ARNs of vaults that are locked now, among those that jobs write to. */
export type LockedVaults = ReadonlySet<string>

/** The locked ones among the vaults that these jobs write to. */
export function lockedVaults(tx: ReadTx, rows: readonly ListedJob[]): Promise<LockedVaults> {
  const arns = rows.map((job) => job.destinationVaultArn ?? job.vaultArn ?? '')
  return vaults.lockedAmong(tx, arns)
}

function lockState(locked: LockedVaults, arn: string | undefined): 'LOCKED' | 'UNLOCKED' {
  return arn !== undefined && locked.has(arn) ? 'LOCKED' : 'UNLOCKED'
}

/** What is known beside a job's row, where more than its progress was asked for. */
interface Beside {
  readonly progress?: JobProgress | undefined
}

/** A backup job; DescribeBackupJob and ListBackupJobs show the same members. */
export function describeBackupJob(
  context: ApiContext,
  job: ListedJob,
  { locked, progress = progressOf(context, job) }: Beside & { readonly locked: LockedVaults },
): Written<BackupJob> {
  const { detail } = job
  const type = job.resourceType
  return {
    AccountId: job.account,
    BackupJobId: job.id,
    BackupVaultName: job.vaultName,
    RecoveryPointLifecycle: detail.lifecycle,
    BackupVaultArn: job.vaultArn,
    VaultType: 'BACKUP_VAULT',
    VaultLockState: lockState(locked, job.vaultArn),
    // Fully managed types have their recovery point's ARN from the start, as StartBackupJob did.
    RecoveryPointArn:
      job.pointArn ?? (type && resourceTypes[type].fullyManaged ? detail.pointArn : undefined),
    EncryptionKeyArn: job.keyArn,
    IsEncrypted: true,
    ResourceArn: job.resourceArn,
    CreationDate: job.createdAt,
    CompletionDate: job.completedAt,
    State: job.state as BackupJobState,
    StatusMessage: statusMessage(job, progress),
    PercentDone: percentDone(job, progress).toFixed(1),
    BackupSizeInBytes: job.backupSizeBytes,
    IamRoleArn: job.iamRoleArn,
    CreatedBy: job.createdBy,
    ResourceType: type,
    BytesTransferred: progress?.bytesStored,
    ExpectedCompletionDate: expectedCompletion(context, job, progress),
    StartBy: detail.startBy,
    BackupOptions: detail.backupOptions,
    ParentJobId: job.parentJobId,
    IsParent: false,
    ResourceName: job.resourceName,
    InitiationDate: job.createdAt,
    MessageCategory: categoryOf(job),
  }
}

/** A copy job. It has no percentage: AWS's shape has none. */
export function describeCopyJob(
  context: ApiContext,
  job: ListedJob,
  { locked, progress = progressOf(context, job) }: Beside & { readonly locked: LockedVaults },
): Written<CopyJob> {
  const { detail } = job
  return {
    AccountId: job.account,
    CopyJobId: job.id,
    SourceBackupVaultArn: job.vaultArn,
    SourceRecoveryPointArn: job.sourcePointArn,
    DestinationBackupVaultArn: job.destinationVaultArn,
    DestinationVaultType: 'BACKUP_VAULT',
    DestinationVaultLockState: showsDestination(job)
      ? lockState(locked, job.destinationVaultArn)
      : undefined,
    // Nothing shows of a copy before it is whole.
    DestinationRecoveryPointArn: job.pointArn,
    DestinationEncryptionKeyArn: job.keyArn,
    DestinationRecoveryPointLifecycle: detail.pointLifecycle,
    ResourceArn: job.resourceArn,
    CreationDate: job.createdAt,
    CompletionDate: job.completedAt,
    State: job.state as CopyJobState,
    StatusMessage: statusMessage(job, progress),
    BackupSizeInBytes: job.backupSizeBytes,
    IamRoleArn: job.iamRoleArn,
    CreatedBy: job.createdBy,
    ResourceType: job.resourceType,
    ParentJobId: job.parentJobId,
    IsParent: false,
    ResourceName: job.resourceName,
    MessageCategory: categoryOf(job),
  }
}

/**
 * Whether the owner of a copy job may be told of its destination: it is his own, or its policy has
 * let the copy begin. Until then a vault that is not there reads the same.
 */
export function showsDestination({ account, startedAt, destinationVaultArn }: ListedJob): boolean {
  if (destinationVaultArn === undefined) return false
  return startedAt !== undefined || parseVaultArn(destinationVaultArn)?.account === account
}

/** A restore job; DescribeRestoreJob and ListRestoreJobs show the same members. */
export function describeRestoreJob(
  context: ApiContext,
  job: ListedJob,
  { progress = progressOf(context, job) }: Beside = {},
): Written<RestoreJobsListMember> {
  const { detail } = job
  return {
    AccountId: job.account,
    RestoreJobId: job.id,
    RecoveryPointArn: job.sourcePointArn,
    SourceResourceArn: job.resourceArn,
    BackupVaultArn: job.vaultArn,
    CreationDate: job.createdAt,
    CompletionDate: job.completedAt,
    Status: job.state as RestoreJobState,
    StatusMessage: statusMessage(job, progress),
    PercentDone: `${percentDone(job, progress).toFixed(2)}%`,
    BackupSizeInBytes: job.backupSizeBytes,
    IamRoleArn: job.iamRoleArn,
    ResourceType: job.resourceType,
    RecoveryPointCreationDate: detail.pointCreatedAt,
    IsParent: false,
    ParentJobId: job.parentJobId,
  }
}

/** AWS's StatusMessage: why a job failed or waits, or what is to be said of one that completed. */
export function statusMessage(
  job: ListedJob,
  progress: JobProgress | undefined,
): string | undefined {
  if (job.failure) return jobStatusMessage(job.failure, job.kind)
  const waits = progress && !hasEnded(job.state) ? waitingSentence(progress) : undefined
  return waits ?? job.warning
}

/** AWS's MessageCategory of a job that has ended. */
export function categoryOf(job: ListedJob): string | undefined {
  if (!hasEnded(job.state)) return undefined
  return job.messageCategory ?? messageCategory(job)
}

/** A job that runs is never shown as done: what is left may be the longest part. */
const PERCENT_WHILE_RUNNING_MAX = 99

function percentDone(job: ListedJob, progress: JobProgress | undefined): number {
  if (job.state === 'COMPLETED' || job.state === 'PARTIAL') return 100
  if (!progress?.bytesTotal) return 0
  const done = progress.bytesRead + progress.bytesReused
  return Math.min(PERCENT_WHILE_RUNNING_MAX, (100 * done) / progress.bytesTotal)
}

function expectedCompletion(
  context: ApiContext,
  job: ListedJob,
  progress: JobProgress | undefined,
): number | undefined {
  if (job.state !== 'RUNNING' || !progress?.bytesTotal || !progress.bytesPerSecond) return undefined
  const left = progress.bytesTotal - progress.bytesRead - progress.bytesReused
  if (left < 0) return undefined
  return Math.round(context.clock.now() + (left * 1000) / progress.bytesPerSecond)
}
