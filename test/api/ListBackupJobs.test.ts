// ListBackupJobs through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

const DAY_MS = 86_400_000

/** Three jobs a day apart: completed, failed, waiting; of two vaults and two resources. */
async function scene() {
  const user = new User(api)
  for (const name of ['one', 'two', 'gone']) await user.createVault(name)
  const files = await user.directory('/files')
  const photos = await user.directory('/photos')
  const completed = await user.startBackup('one', files)
  await api.work()
  api.clock.advance(DAY_MS)
  const failed = await user.startBackup('gone', photos)
  await user.aws.deleteBackupVault({ BackupVaultName: 'gone' })
  await api.work()
  api.clock.advance(DAY_MS)
  const waiting = await user.startBackup('two', files)
  const list = async (filter: object) =>
    (await user.aws.listBackupJobs(filter)).BackupJobs?.map((job) => job.BackupJobId)
  return { user, files, photos, completed, failed, waiting, list }
}

test('newest come first, each as DescribeBackupJob shows it', async () => {
  const { user, completed, failed, waiting, list } = await scene()
  assert.deepEqual(await list({}), [waiting, failed, completed])
  const { BackupJobs } = await user.aws.listBackupJobs({})
  for (const job of BackupJobs ?? []) {
    const described = await user.aws.describeBackupJob({ BackupJobId: job.BackupJobId })
    const { $metadata: _, ...members } = described
    assert.deepEqual(job, members)
  }
})

test('each filter picks its jobs, and filters are joined by and', async () => {
  const { user, files, photos, completed, failed, waiting, list } = await scene()
  const at = async (id: string, member: 'CreationDate' | 'CompletionDate') =>
    (await user.aws.describeBackupJob({ BackupJobId: id }))[member]
  assert.deepEqual(await list({ ByResourceArn: files }), [waiting, completed])
  assert.deepEqual(await list({ ByResourceArn: photos }), [failed])
  assert.deepEqual(await list({ ByState: 'COMPLETED' }), [completed])
  assert.deepEqual(await list({ ByState: 'CREATED' }), [waiting])
  assert.deepEqual(await list({ ByBackupVaultName: 'two' }), [waiting])
  assert.deepEqual(await list({ ByBackupVaultName: 'gone' }), [failed])
  assert.deepEqual(await list({ ByResourceType: 'EFS' }), [waiting, failed, completed])
  assert.deepEqual(await list({ ByResourceType: 'EBS' }), [])
  assert.deepEqual(await list({ ByAccountId: user.account }), [waiting, failed, completed])
  assert.deepEqual(await list({ ByAccountId: new User(api).account }), [])
  assert.deepEqual(await list({ ByParentJobId: completed }), [])
  assert.deepEqual(await list({ ByMessageCategory: 'SUCCESS' }), [completed])
  assert.deepEqual(await list({ ByMessageCategory: 'ResourceNotFound' }), [failed])
  assert.deepEqual(await list({ ByMessageCategory: 'ANY' }), [waiting, failed, completed])
  assert.deepEqual(await list({ ByMessageCategory: 'NoSuchThing' }), [])
  const made = await at(failed, 'CreationDate')
  assert.deepEqual(await list({ ByCreatedBefore: made }), [completed], 'before is before')
  assert.deepEqual(await list({ ByCreatedAfter: made }), [waiting], 'after is after')
  const ended = await at(completed, 'CompletionDate')
  assert.deepEqual(await list({ ByCompleteAfter: ended }), [failed])
  assert.deepEqual(await list({ ByCompleteBefore: await at(failed, 'CompletionDate') }), [
    completed,
  ])
  assert.deepEqual(await list({ ByState: 'FAILED', ByResourceArn: files }), [])
})

test('pages go on where they stopped, whatever came meanwhile', async () => {
  const { user, files, completed, failed, waiting } = await scene()
  const first = await user.aws.listBackupJobs({ MaxResults: 2 })
  await user.startBackup('one', files)
  const second = await user.aws.listBackupJobs({ MaxResults: 2, NextToken: first.NextToken })
  const ids = [...(first.BackupJobs ?? []), ...(second.BackupJobs ?? [])]
  assert.deepEqual(
    ids.map((job) => job.BackupJobId),
    [waiting, failed, completed],
  )
  assert.equal(second.NextToken, undefined)
  const other = { NextToken: first.NextToken, ByState: 'FAILED' } as const
  await refused(user.aws.listBackupJobs(other), { name: 'InvalidParameterValueException' })
})

test('a state that AWS does not have is refused', async () => {
  const user = new User(api)
  await refused(user.aws.listBackupJobs({ ByState: 'BOGUS' as 'FAILED' }), {
    name: 'InvalidParameterValueException',
  })
})
