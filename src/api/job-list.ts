// What the three listings of jobs have in common: their filters are AND-ed, times are exclusive,
// and a filter that nothing of the caller's can match makes an empty list, not an error.

import type { Caller } from '../access/index.ts'
import type { ListedJob } from '../catalog/index.ts'
import { jobs } from '../catalog/index.ts'
import { parseMessageCategory } from '../model/index.ts'
import type { ApiContext } from './context.ts'
import type { ListPages } from './paging.ts'

/** The filters that more than one of ListBackupJobs, ListCopyJobs and ListRestoreJobs have. */
interface CommonFilters {
  readonly ByAccountId?: string | undefined
  readonly ByCreatedBefore?: number | undefined
  readonly ByCreatedAfter?: number | undefined
  readonly ByCompleteBefore?: number | undefined
  readonly ByCompleteAfter?: number | undefined
  readonly ByResourceType?: string | undefined
  readonly ByParentJobId?: string | undefined
  readonly ByMessageCategory?: string | undefined
}

type Filters = NonNullable<Parameters<typeof jobs.list>[1]['filters']>

/** One page of the caller's jobs of a kind, with `filters` beside the common ones of `input`. */
export async function listJobs(
  context: ApiContext,
  caller: Caller,
  list: {
    readonly kind: 'backup' | 'copy' | 'restore'
    readonly input: CommonFilters
    readonly filters: Filters
    readonly pages: ListPages
  },
): Promise<{ rows: readonly ListedJob[]; token: string | undefined }> {
  const { kind, input, filters, pages } = list
  const { ByAccountId = caller.account, ByMessageCategory = 'ANY' } = input
  const messageCategory = parseMessageCategory(ByMessageCategory)
  // Only the management account sees the jobs of others, and there is none yet.
  const matchesNone = ByAccountId !== caller.account || messageCategory === 'unknown'
  if (matchesNone) return { rows: [], token: undefined }
  const { account, region } = caller
  const { rows, next } = await context.catalog.read((tx) =>
    jobs.list(tx, {
      kind,
      account,
      region,
      filters: {
        ...filters,
        createdBefore: input.ByCreatedBefore,
        createdAfter: input.ByCreatedAfter,
        completedBefore: input.ByCompleteBefore,
        completedAfter: input.ByCompleteAfter,
        resourceType: input.ByResourceType,
        parentJobId: input.ByParentJobId?.toUpperCase(),
        messageCategory,
      },
      page: pages.page,
    }),
  )
  return { rows, token: pages.tokenFor(next) }
}
