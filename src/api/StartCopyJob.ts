// StartCopyJob: begins copying one recovery point into another vault, and answers before it is
// done. Decides nothing about copying itself: jobs/ says whether it may begin, and does it.

import type { StartCopyJobInput, StartCopyJobOutput } from '@aws-sdk/client-backup'
import { startCopy } from '../jobs/index.ts'
import { operation } from './operation.ts'

export const StartCopyJob = operation<StartCopyJobInput, StartCopyJobOutput>(
  async (input, { account, region }, context) => {
    const job = await startCopy(context, {
      from: { account, region },
      token: input.IdempotencyToken,
      sourceVaultName: input.SourceBackupVaultName,
      pointArn: input.RecoveryPointArn,
      destinationVaultArn: input.DestinationBackupVaultArn,
      roleArn: input.IamRoleArn,
      lifecycle: input.Lifecycle,
    })
    context.wake('copy')
    return { CopyJobId: job.id, CreationDate: job.createdAt, IsParent: false }
  },
)
