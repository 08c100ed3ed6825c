// ListCopyJobs: the caller's copy jobs in the Region, newest first.

import type { ListCopyJobsInput, ListCopyJobsOutput } from '@aws-sdk/client-backup'
import { describeCopyJob, lockedVaults } from './job-description.ts'
import { listJobs } from './job-list.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'

export const ListCopyJobs = operation<ListCopyJobsInput, ListCopyJobsOutput>(
  async (input, caller, context) => {
    const { rows, token } = await listJobs(context, caller, {
      kind: 'copy',
      input,
      filters: {
        resourceArn: input.ByResourceArn,
        state: input.ByState,
        destinationVaultArn: input.ByDestinationVaultArn,
        sourcePointArn: input.BySourceRecoveryPointArn,
      },
      pages: pagesOf('ListCopyJobs', input, caller),
    })
    const locked = await context.catalog.read((tx) => lockedVaults(tx, rows))
    return {
      CopyJobs: rows.map((job) => describeCopyJob(context, job, { locked })),
      NextToken: token,
    }
  },
)
