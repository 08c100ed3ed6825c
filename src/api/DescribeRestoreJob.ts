// DescribeRestoreJob: one restore job, flat. Its state is called Status here.

import type { DescribeRestoreJobInput, DescribeRestoreJobOutput } from '@aws-sdk/client-backup'
import { describeRestoreJob } from './job-description.ts'
import { mustFindJob } from './job-lookup.ts'
import { progressNow } from './job-wait.ts'
import { operation } from './operation.ts'

export const DescribeRestoreJob = operation<DescribeRestoreJobInput, DescribeRestoreJobOutput>(
  async (input, caller, context) => {
    const wanted = { kind: 'restore', id: input.RestoreJobId } as const
    const job = await context.catalog.read((tx) => mustFindJob(tx, caller, wanted))
    return describeRestoreJob(context, job, { progress: await progressNow(context, job) })
  },
)
