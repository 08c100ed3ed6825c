// StartBackupJob: begins saving a registered resource into a vault, and answers before it is done.
// Whether it may begin is decided by jobs/; how it is done, by the job.

import type { StartBackupJobInput, StartBackupJobOutput } from '@aws-sdk/client-backup'
import { startBackup } from '../jobs/index.ts'
import { Answer } from '../model/index.ts'
import { operation } from './operation.ts'

export const StartBackupJob = operation<StartBackupJobInput, StartBackupJobOutput>(
  async (input, { account, region }, context) => {
    if (input.LogicallyAirGappedBackupVaultArn !== undefined) {
      throw unsupported('LogicallyAirGappedBackupVaultArn', 'there are no air-gapped vaults')
    }
    if (input.Index === 'ENABLED') throw unsupported('Index', 'recovery points have no index')
    const job = await startBackup(context, {
      from: { account, region },
      token: input.IdempotencyToken,
      vaultName: input.BackupVaultName,
      resourceArn: input.ResourceArn,
      roleArn: input.IamRoleArn,
      lifecycle: input.Lifecycle,
      tags: input.RecoveryPointTags,
      options: input.BackupOptions,
      startWindowMinutes: input.StartWindowMinutes,
      completeWindowMinutes: input.CompleteWindowMinutes,
    })
    context.wake('backup')
    return {
      BackupJobId: job.id,
      RecoveryPointArn: job.pointArn,
      CreationDate: job.createdAt,
      IsParent: false,
    }
  },
)

function unsupported(parameter: string, reason: string): Answer {
  return new Answer({ code: 'InvalidParameter', parameter, reason })
}
