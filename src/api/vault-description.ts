// Vaults as AWS shows them, described or listed; and who may look at a vault at all.

import type { BackupVaultListMember } from '@aws-sdk/client-backup'
import type { Caller } from '../access/index.ts'
import type { VaultRow } from '../catalog/index.ts'
import { Answer } from '../model/index.ts'
import type { Written } from './operation.ts'

/** The members that DescribeBackupVault and ListBackupVaults have in common. */
export function describeVault(vault: VaultRow, pointCount: number): Written<BackupVaultListMember> {
  return {
    BackupVaultName: vault.name,
    BackupVaultArn: vault.arn,
    VaultType: 'BACKUP_VAULT',
    VaultState: vault.state === 'DELETING' ? undefined : vault.state,
    CreationDate: vault.createdAt,
    EncryptionKeyArn: vault.keyArn,
    CreatorRequestId: vault.creatorRequestId,
    NumberOfRecoveryPoints: pointCount,
    Locked: vault.lock !== undefined,
    MinRetentionDays: vault.lock?.minDays,
    MaxRetentionDays: vault.lock?.maxDays,
    LockDate: vault.lock?.lockDate,
  }
}

/** Refuses to look into another account's vaults: none is shared. */
export function checkVaultAccount(caller: Caller, account: string | undefined): void {
  if (account !== undefined && account !== caller.account) {
    throw new Answer({ code: 'InsufficientPrivileges' })
  }
}
