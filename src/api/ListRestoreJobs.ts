// ListRestoreJobs: the caller's restore jobs in the Region, newest first. There is no restore
// testing, so a filter by its plan finds none.

import type { ListRestoreJobsInput, ListRestoreJobsOutput } from '@aws-sdk/client-backup'
import { describeRestoreJob } from './job-description.ts'
import { listJobs } from './job-list.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'

export const ListRestoreJobs = operation<ListRestoreJobsInput, ListRestoreJobsOutput>(
  async (input, caller, context) => {
    const pages = pagesOf('ListRestoreJobs', input, caller)
    if (input.ByRestoreTestingPlanArn !== undefined) return { RestoreJobs: [] }
    const filters = { state: input.ByStatus }
    const list = { kind: 'restore', input, filters, pages } as const
    const { rows, token } = await listJobs(context, caller, list)
    return { RestoreJobs: rows.map((job) => describeRestoreJob(context, job)), NextToken: token }
  },
)
