// GetRecoveryPointRestoreMetadata: what StartRestoreJob would be given to restore this point; for
// ours it lacks only `copyhold:path`, the folder to restore into.

import type {
  GetRecoveryPointRestoreMetadataInput,
  GetRecoveryPointRestoreMetadataOutput,
} from '@aws-sdk/client-backup'
import type { PointRow } from '../catalog/index.ts'
import { fileSystemIdOf, mustFindPoint, mustFindVault } from '../jobs/index.ts'
import { operation } from './operation.ts'
import { checkVaultAccount } from './vault-description.ts'

export const GetRecoveryPointRestoreMetadata = operation<
  GetRecoveryPointRestoreMetadataInput,
  GetRecoveryPointRestoreMetadataOutput
>(async (input, caller, { catalog }) => {
  checkVaultAccount(caller, input.BackupVaultAccountId)
  const point = await catalog.read(async (tx) => {
    const vault = await mustFindVault(tx, caller, input.BackupVaultName)
    return mustFindPoint(tx, vault, input.RecoveryPointArn)
  })
  return {
    BackupVaultArn: point.vaultArn,
    RecoveryPointArn: point.arn,
    RestoreMetadata: restoreMetadata(point),
    ResourceType: point.resourceType,
  }
})

function restoreMetadata(point: PointRow): Record<string, string> {
  const fileSystem = fileSystemIdOf(point.resourceArn)
  return {
    ...(fileSystem ? { 'file-system-id': fileSystem } : {}),
    'aws:backup:request-id': point.jobId.toLowerCase(),
    ...point.restoreMetadata,
  }
}
