// DescribeCopyJob: one copy job, wrapped in `CopyJob`. It is its owner's: the account that copied,
// in the Region of the source.

import type { DescribeCopyJobInput, DescribeCopyJobOutput } from '@aws-sdk/client-backup'
import { describeCopyJob, lockedVaults } from './job-description.ts'
import { mustFindJob } from './job-lookup.ts'
import { operation } from './operation.ts'

export const DescribeCopyJob = operation<DescribeCopyJobInput, DescribeCopyJobOutput>(
  async (input, caller, { catalog }) => {
    const wanted = { kind: 'copy', id: input.CopyJobId } as const
    return catalog.read(async (tx) => {
      const job = await mustFindJob(tx, caller, wanted)
      return { CopyJob: describeCopyJob(job, await lockedVaults(tx, [job])) }
    })
  },
)
