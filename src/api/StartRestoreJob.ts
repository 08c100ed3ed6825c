// StartRestoreJob: begins restoring a recovery point, and answers before it is done. What is wrong
// with the metadata is for the job to say, as in AWS.

import type { StartRestoreJobInput, StartRestoreJobOutput } from '@aws-sdk/client-backup'
import { startRestore } from '../jobs/index.ts'
import { Answer } from '../model/index.ts'
import { operation } from './operation.ts'

export const StartRestoreJob = operation<StartRestoreJobInput, StartRestoreJobOutput>(
  async (input, { account, region }, context) => {
    if (input.CopySourceTagsToRestoredResource) {
      const reason = 'what is restored is a folder, which has no tags; leave it out'
      const parameter = 'CopySourceTagsToRestoredResource'
      throw new Answer({ code: 'InvalidParameter', parameter, reason })
    }
    const job = await startRestore(context, {
      from: { account, region },
      token: input.IdempotencyToken,
      pointArn: input.RecoveryPointArn,
      metadata: input.Metadata,
      roleArn: input.IamRoleArn,
      resourceType: input.ResourceType,
    })
    context.wake('restore')
    return { RestoreJobId: job.id }
  },
)
