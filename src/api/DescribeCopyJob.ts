// DescribeCopyJob: one copy job, wrapped in `CopyJob`. It is its owner's: the account that copied,
// in the Region of the source.

import type { DescribeCopyJobInput, DescribeCopyJobOutput } from '@aws-sdk/client-backup'
import { describeCopyJob, lockedVaults } from './job-description.ts'
import { mustFindJob } from './job-lookup.ts'
import { progressNow } from './job-wait.ts'
import { operation } from './operation.ts'

export const DescribeCopyJob = operation<DescribeCopyJobInput, DescribeCopyJobOutput>(
  async (input, caller, context) => {
    const wanted = { kind: 'copy', id: input.CopyJobId } as const
    const { job, locked } = await context.catalog.read(async (tx) => {
      const job = await mustFindJob(tx, caller, wanted)
      return { job, locked: await lockedVaults(tx, [job]) }
    })
    const progress = await progressNow(context, job)
    return { CopyJob: describeCopyJob(context, job, { locked, progress }) }
  },
)
