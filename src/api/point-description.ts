// Recovery points as AWS shows them: one shape in a vault's list, one more member when described,
// and a different one in a resource's list.

import type { RecoveryPointByBackupVault, RecoveryPointByResource } from '@aws-sdk/client-backup'
import type { ListedPoint } from '../catalog/index.ts'
import { calculatedLifecycle } from '../model/index.ts'
import type { Written } from './operation.ts'

/** As DescribeRecoveryPoint and ListRecoveryPointsByBackupVault have it in common. */
export function describePoint(point: ListedPoint): Written<RecoveryPointByBackupVault> {
  return {
    RecoveryPointArn: point.arn,
    BackupVaultName: point.vaultName,
    BackupVaultArn: point.vaultArn,
    // AWS's model: null when source and copy are of one account. Their row has none then.
    SourceBackupVaultArn: point.sourceVaultArn,
    ResourceArn: point.resourceArn,
    ResourceType: point.resourceType,
    CreatedBy: point.createdBy,
    IamRoleArn: point.iamRoleArn,
    Status: point.status,
    StatusMessage: point.message,
    CreationDate: point.createdAt,
    InitiationDate: point.initiatedAt,
    CompletionDate: point.completedAt,
    BackupSizeInBytes: point.backupSizeBytes,
    CalculatedLifecycle: point.lifecycle && calculatedLifecycle(point.lifecycle, point.createdAt),
    Lifecycle: point.lifecycle,
    EncryptionKeyArn: point.keyArn,
    IsEncrypted: true,
    LastRestoreTime: point.lastRestoredAt,
    ParentRecoveryPointArn: point.parentPointArn,
    CompositeMemberIdentifier: point.compositeMember,
    IsParent: point.isParent,
    ResourceName: point.resourceName,
    VaultType: 'BACKUP_VAULT',
  }
}

/** As ListRecoveryPointsByResource has it; mind `BackupSizeBytes`, without "In". */
export function describePointOfResource(point: ListedPoint): Written<RecoveryPointByResource> {
  return {
    RecoveryPointArn: point.arn,
    CreationDate: point.createdAt,
    Status: point.status,
    StatusMessage: point.message,
    EncryptionKeyArn: point.keyArn,
    BackupSizeBytes: point.backupSizeBytes,
    BackupVaultName: point.vaultName,
    IsParent: point.isParent,
    ParentRecoveryPointArn: point.parentPointArn,
    ResourceName: point.resourceName,
    VaultType: 'BACKUP_VAULT',
  }
}
