// In what an operation that is built differs from AWS's; one that is not named here is meant to
// answer as AWS does, as far as AWS says what that is.

/** By operation; each sentence is one difference that a caller could notice. */
export const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  CreateBackupVault: [
    'Without a key it is under the account’s default key of the Region, made on first use.',
  ],
  DeleteBackupVault: [
    'The count of recovery points never lags: the vault can go as soon as the last one has gone.',
  ],
  DescribeBackupVault: ['`BackupVaultAccountId` must be the caller’s own account: no sharing.'],
  DescribeRecoveryPoint: ['`BackupVaultAccountId` must be the caller’s own account: no sharing.'],
  ListBackupVaults: ['Vault types other than `BACKUP_VAULT` give an empty list.'],
  ListRecoveryPointsByBackupVault: [
    '`BackupVaultAccountId` must be the caller’s own account: no sharing.',
  ],
  ListRecoveryPointsByResource: [
    'Only recovery points made here: there are no snapshots of other services to list.',
  ],
  StartBackupJob: [
    'Resources are directories of the server, registered with `copyhold resource add`, of type EFS.',
    'The backup option `copyhold.full=true` reads every file again.',
  ],
  PutBackupVaultAccessPolicy: [
    'At most 32 KiB; a member given twice is refused; NotAction only with Deny.',
  ],
  StopBackupJob: ['Every type can be stopped.'],
  UpdateRecoveryPointLifecycle: [
    'What moves to cold storage lies in another store; restoring it takes no longer.',
  ],
  StartRestoreJob: [
    'The metadata key `copyhold:path` names the folder to restore into. `Encrypted`, `KmsKeyId`, ' +
      '`PerformanceMode`, `CreationToken`, `aws:backup:request-id`, `newFileSystem` = false and the ' +
      'point’s own `file-system-id` have no effect, and the job says so; with any other key it fails.',
    '`CopySourceTagsToRestoredResource` is refused: what is restored is a folder, without tags.',
  ],
  GetSupportedResourceTypes: ['The types with a driver here, which is less than AWS’s list.'],
  UpdateRegionSettings: ['Management preferences can only be what they are.'],
}
