// DescribeBackupJob: one backup job, flat; unlike DescribeCopyJob there is no wrapping member.

import type { DescribeBackupJobInput, DescribeBackupJobOutput } from '@aws-sdk/client-backup'
import { describeBackupJob } from './job-description.ts'
import { mustFindJob } from './job-lookup.ts'
import { operation } from './operation.ts'

export const DescribeBackupJob = operation<DescribeBackupJobInput, DescribeBackupJobOutput>(
  async (input, caller, context) => {
    const wanted = { kind: 'backup', id: input.BackupJobId } as const
    const job = await context.catalog.read((tx) => mustFindJob(tx, caller, wanted))
    return describeBackupJob(context, job)
  },
)
