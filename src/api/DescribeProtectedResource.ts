// DescribeProtectedResource: one resource of which the caller has a recovery point in the Region,
// with the newest of them and the last restore that completed.

import type {
  DescribeProtectedResourceInput,
  DescribeProtectedResourceOutput,
} from '@aws-sdk/client-backup'
import type { Caller } from '../access/index.ts'
import type { ReadTx } from '../catalog/index.ts'
import { jobs, points } from '../catalog/index.ts'
import { Answer } from '../model/index.ts'
import { operation, type Written } from './operation.ts'
import { describeProtectedResource } from './resource-description.ts'

const MINUTE_MS = 60_000

export const DescribeProtectedResource = operation<
  DescribeProtectedResourceInput,
  DescribeProtectedResourceOutput
>(async (input, caller, { catalog }) => {
  const { account, region } = caller
  const { ResourceArn: resourceArn } = input
  return catalog.read(async (tx) => {
    const resource = await points.protectedResource(tx, { account, region, resourceArn })
    if (!resource) throw new Answer({ code: 'ResourceNotFound', arn: resourceArn })
    return {
      ...describeProtectedResource(resource),
      ...(await latestRestore(tx, caller, resourceArn)),
    }
  })
})

async function latestRestore(
  tx: ReadTx,
  { account, region }: Caller,
  resourceArn: string,
): Promise<Written<Partial<DescribeProtectedResourceOutput>>> {
  const filters = { resourceArn, state: 'COMPLETED' }
  const query = { kind: 'restore', account, region, filters, page: { limit: 1 } } as const
  const [job] = (await jobs.list(tx, query)).rows
  if (!job) return {}
  const tookMs = (job.completedAt ?? job.createdAt) - (job.startedAt ?? job.createdAt)
  return {
    LatestRestoreExecutionTimeMinutes: Math.ceil(tookMs / MINUTE_MS),
    LatestRestoreJobCreationDate: job.createdAt,
    LatestRestoreRecoveryPointCreationDate: job.detail.pointCreatedAt,
  }
}
