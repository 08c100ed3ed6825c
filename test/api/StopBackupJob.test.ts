// StopBackupJob through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('a job is ABORTING when it answers, and ABORTED without a recovery point after', async () => {
  const user = new User(api)
  await user.createVault('source')
  const BackupJobId = await user.startBackup('source', await user.directory())
  const { $metadata, ...answer } = await user.aws.stopBackupJob({
    BackupJobId: BackupJobId.toLowerCase(),
  })
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(answer, {})
  const state = async () => (await user.aws.describeBackupJob({ BackupJobId })).State
  assert.equal(await state(), 'ABORTING')
  await user.aws.stopBackupJob({ BackupJobId })
  await api.work()
  const job = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(job.State, 'ABORTED')
  assert.equal(job.StatusMessage, 'Backup job was stopped by user.')
  assert.equal(job.MessageCategory, 'ABORTED')
  const vault = await user.aws.describeBackupVault({ BackupVaultName: 'source' })
  assert.equal(vault.NumberOfRecoveryPoints, 0)
})

test('a job that has ended cannot be stopped', async () => {
  const user = new User(api)
  await user.backedUp()
  const [job] = (await user.aws.listBackupJobs({})).BackupJobs ?? []
  await refused(user.aws.stopBackupJob({ BackupJobId: job?.BackupJobId }), {
    name: 'InvalidRequestException',
    message: /COMPLETED/,
  })
})

test('jobs of others, of other kinds and of nobody are not found', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const as = { name: 'ResourceNotFoundException' }
  const BackupJobId = await user.startCopy({ vault, point }, user.vaultArn(vault))
  await refused(user.aws.stopBackupJob({ BackupJobId }), as)
  await refused(user.aws.stopBackupJob({ BackupJobId: 'nobody' }), as)
  const theirs = await user.startBackup(vault, await user.directory())
  await refused(new User(api).aws.stopBackupJob({ BackupJobId: theirs }), as)
})
