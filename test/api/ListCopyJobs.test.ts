// ListCopyJobs through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

const DAY_MS = 86_400_000

/** Three copies a day apart: completed, failed, waiting; of two points into three vaults. */
async function scene() {
  const user = new User(api)
  const { vault, point: files, resource } = await user.backedUp('source', '/files')
  const photosResource = await user.directory('/photos')
  const photos = await user.backUp(vault, photosResource)
  const target = await user.createVault('target')
  const gone = await user.createVault('gone')
  const completed = await user.startCopy({ vault, point: files }, target)
  await api.work()
  api.clock.advance(DAY_MS)
  const failed = await user.startCopy({ vault, point: photos }, gone)
  await user.aws.deleteBackupVault({ BackupVaultName: 'gone' })
  await api.work()
  api.clock.advance(DAY_MS)
  const waiting = await user.startCopy({ vault, point: files }, user.vaultArn(vault))
  const list = async (filter: object) =>
    (await user.aws.listCopyJobs(filter)).CopyJobs?.map((job) => job.CopyJobId)
  return { user, files, photos, resource, photosResource, target, completed, failed, waiting, list }
}

test('newest come first, each as DescribeCopyJob shows it', async () => {
  const { user, completed, failed, waiting, list } = await scene()
  assert.deepEqual(await list({}), [waiting, failed, completed])
  const { CopyJobs } = await user.aws.listCopyJobs({})
  for (const job of CopyJobs ?? []) {
    const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId: job.CopyJobId })
    assert.deepEqual(job, CopyJob)
  }
})

test('each filter picks its jobs, and filters are joined by and', async () => {
  const s = await scene()
  const { user, completed, failed, waiting, list } = s
  const at = async (id: string, member: 'CreationDate' | 'CompletionDate') =>
    (await user.aws.describeCopyJob({ CopyJobId: id })).CopyJob?.[member]
  assert.deepEqual(await list({ ByResourceArn: s.resource }), [waiting, completed])
  assert.deepEqual(await list({ ByResourceArn: s.photosResource }), [failed])
  assert.deepEqual(await list({ ByState: 'FAILED' }), [failed])
  assert.deepEqual(await list({ ByState: 'RUNNING' }), [])
  assert.deepEqual(await list({ ByDestinationVaultArn: s.target }), [completed])
  assert.deepEqual(await list({ BySourceRecoveryPointArn: s.photos }), [failed])
  assert.deepEqual(await list({ ByResourceType: 'EFS' }), [waiting, failed, completed])
  assert.deepEqual(await list({ ByResourceType: 'S3' }), [])
  assert.deepEqual(await list({ ByAccountId: user.account }), [waiting, failed, completed])
  assert.deepEqual(await list({ ByAccountId: new User(api).account }), [])
  assert.deepEqual(await list({ ByParentJobId: completed }), [])
  assert.deepEqual(await list({ ByMessageCategory: 'Success' }), [completed])
  assert.deepEqual(await list({ ByMessageCategory: 'AGGREGATE_ALL' }), [waiting, failed, completed])
  const made = await at(failed, 'CreationDate')
  assert.deepEqual(await list({ ByCreatedBefore: made }), [completed])
  assert.deepEqual(await list({ ByCreatedAfter: made }), [waiting])
  const ended = await at(failed, 'CompletionDate')
  assert.deepEqual(await list({ ByCompleteBefore: ended }), [completed])
  assert.deepEqual(await list({ ByCompleteAfter: ended }), [])
  assert.deepEqual(await list({ ByState: 'FAILED', BySourceRecoveryPointArn: s.files }), [])
})

test('pages go on where they stopped; a token belongs to its filters', async () => {
  const { user, completed, failed, waiting } = await scene()
  const seen: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await user.aws.listCopyJobs({ MaxResults: 1, NextToken })
    seen.push(...(page.CopyJobs ?? []).map((job) => job.CopyJobId))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(seen, [waiting, failed, completed])
  const one = await user.aws.listCopyJobs({ MaxResults: 1 })
  const other = { NextToken: one.NextToken, ByState: 'FAILED' } as const
  await refused(user.aws.listCopyJobs(other), {
    name: 'InvalidParameterValueException',
    message: /NextToken/,
  })
  await user.aws.listCopyJobs({ MaxResults: 2, NextToken: one.NextToken })
})

test('a state that copies do not have is refused', async () => {
  const user = new User(api)
  await refused(user.aws.listCopyJobs({ ByState: 'ABORTED' as 'FAILED' }), {
    name: 'InvalidParameterValueException',
  })
})

test('copies of one account are listed in its Region only', async () => {
  const { user } = await scene()
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  assert.deepEqual((await elsewhere.aws.listCopyJobs({})).CopyJobs, [])
})
