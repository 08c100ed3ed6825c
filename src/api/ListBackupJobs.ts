// ListBackupJobs: the caller's backup jobs in the Region, newest first.

import type { ListBackupJobsInput, ListBackupJobsOutput } from '@aws-sdk/client-backup'
import { describeBackupJob, lockedVaults } from './job-description.ts'
import { listJobs } from './job-list.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'

export const ListBackupJobs = operation<ListBackupJobsInput, ListBackupJobsOutput>(
  async (input, caller, context) => {
    const { rows, token } = await listJobs(context, caller, {
      kind: 'backup',
      input,
      filters: {
        resourceArn: input.ByResourceArn,
        state: input.ByState,
        vaultName: input.ByBackupVaultName,
      },
      pages: pagesOf('ListBackupJobs', input, caller),
    })
    const locked = await context.catalog.read((tx) => lockedVaults(tx, rows))
    return {
      BackupJobs: rows.map((job) => describeBackupJob(context, job, { locked })),
      NextToken: token,
    }
  },
)
