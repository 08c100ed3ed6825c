// ListRestoreJobs through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

const DAY_MS = 86_400_000

/** Three restores a day apart: completed, failed, waiting. */
async function scene() {
  const user = new User(api)
  const { vault, point: RecoveryPointArn } = await user.backedUp()
  const start = async (Metadata: Record<string, string>) =>
    (await user.aws.startRestoreJob({ RecoveryPointArn, Metadata })).RestoreJobId ?? ''
  const completed = await start({ 'copyhold:path': '/restored' })
  await api.work()
  api.clock.advance(DAY_MS)
  const failed = await start({})
  await api.work()
  api.clock.advance(DAY_MS)
  const waiting = await start({})
  const list = async (filter: object) =>
    (await user.aws.listRestoreJobs(filter)).RestoreJobs?.map((job) => job.RestoreJobId)
  return { user, vault, completed, failed, waiting, list }
}

test('newest come first, each as DescribeRestoreJob shows it', async () => {
  const { user, completed, failed, waiting, list } = await scene()
  assert.deepEqual(await list({}), [waiting, failed, completed])
  const { RestoreJobs } = await user.aws.listRestoreJobs({})
  for (const job of RestoreJobs ?? []) {
    const { RestoreJobId } = job
    const { $metadata: _, ...described } = await user.aws.describeRestoreJob({ RestoreJobId })
    assert.deepEqual(job, described)
  }
})

test('each filter picks its jobs, and filters are joined by and', async () => {
  const { user, completed, failed, waiting, list } = await scene()
  const all = [waiting, failed, completed]
  const job = await user.aws.describeRestoreJob({ RestoreJobId: failed })
  assert.deepEqual(await list({ ByStatus: 'PENDING' }), [waiting])
  assert.deepEqual(await list({ ByStatus: 'FAILED' }), [failed])
  assert.deepEqual(await list({ ByResourceType: 'EFS' }), all)
  assert.deepEqual(await list({ ByResourceType: 'S3' }), [])
  assert.deepEqual(await list({ ByAccountId: user.account }), all)
  assert.deepEqual(await list({ ByAccountId: new User(api).account }), [])
  assert.deepEqual(await list({ ByParentJobId: completed }), [])
  assert.deepEqual(await list({ ByRestoreTestingPlanArn: 'plan' }), [])
  assert.deepEqual(await list({ ByCreatedBefore: job.CreationDate }), [completed])
  assert.deepEqual(await list({ ByCreatedAfter: job.CreationDate }), [waiting])
  assert.deepEqual(await list({ ByCompleteBefore: job.CompletionDate }), [completed])
  assert.deepEqual(await list({ ByCompleteAfter: job.CompletionDate }), [])
  assert.deepEqual(await list({ ByStatus: 'FAILED', ByCreatedAfter: job.CreationDate }), [])
})

test('pages go on where they stopped; unknown states are refused', async () => {
  const { user, completed, failed, waiting } = await scene()
  const one = await user.aws.listRestoreJobs({ MaxResults: 2 })
  const two = await user.aws.listRestoreJobs({ MaxResults: 2, NextToken: one.NextToken })
  const jobs = [...(one.RestoreJobs ?? []), ...(two.RestoreJobs ?? [])]
  assert.deepEqual(
    jobs.map((job) => job.RestoreJobId),
    [waiting, failed, completed],
  )
  const name = 'InvalidParameterValueException'
  await refused(user.aws.listRestoreJobs({ ByStatus: 'CREATED' as 'FAILED' }), { name })
  await refused(user.aws.listRestoreJobs({ NextToken: 'rubbish' }), { name })
})
