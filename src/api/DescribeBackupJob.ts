// DescribeBackupJob: one backup job, flat; unlike DescribeCopyJob there is no wrapping member.

import type { DescribeBackupJobInput, DescribeBackupJobOutput } from '@aws-sdk/client-backup'
import { describeBackupJob, lockedVaults } from './job-description.ts'
import { mustFindJob } from './job-lookup.ts'
import { progressNow } from './job-wait.ts'
import { operation } from './operation.ts'

export const DescribeBackupJob = operation<DescribeBackupJobInput, DescribeBackupJobOutput>(
  async (input, caller, context) => {
    const wanted = { kind: 'backup', id: input.BackupJobId } as const
    const { job, locked } = await context.catalog.read(async (tx) => {
      const job = await mustFindJob(tx, caller, wanted)
      return { job, locked: await lockedVaults(tx, [job]) }
    })
    return describeBackupJob(context, job, { locked, progress: await progressNow(context, job) })
  },
)
