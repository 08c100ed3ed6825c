// StopBackupJob: asks a backup that has not ended to stop. It is ABORTING when this answers and
// ABORTED when the job has let go; it leaves no recovery point.

import type { StopBackupJobInput } from '@aws-sdk/client-backup'
import { stopBackup } from '../jobs/index.ts'
import { mustFindJob } from './job-lookup.ts'
import { operation } from './operation.ts'

export const StopBackupJob = operation<StopBackupJobInput, object>(
  async (input, caller, context) => {
    const { account, region } = caller
    const wanted = { kind: 'backup', id: input.BackupJobId } as const
    const { id: jobId } = await context.catalog.read((tx) => mustFindJob(tx, caller, wanted))
    await stopBackup(context, { from: { account, region }, jobId })
    context.wake('backup')
    return {}
  },
)
