// DescribeBackupJob through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, keyArn, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it shows a waiting job flat, with its percentage as text', async () => {
  const user = new User(api)
  const BackupVaultArn = await user.createVault('source')
  const ResourceArn = await user.directory('/srv/files')
  const started = await user.aws.startBackupJob({
    BackupVaultName: 'source',
    ResourceArn,
    IamRoleArn: user.role,
    Lifecycle: { DeleteAfterDays: 7 },
    StartWindowMinutes: 60,
  })
  const { BackupJobId, RecoveryPointArn, CreationDate } = started
  const { $metadata: _, ...job } = await user.aws.describeBackupJob({ BackupJobId })
  assert.deepEqual(job, {
    AccountId: user.account,
    BackupJobId,
    BackupVaultName: 'source',
    RecoveryPointLifecycle: { DeleteAfterDays: 7 },
    BackupVaultArn,
    VaultType: 'BACKUP_VAULT',
    VaultLockState: 'UNLOCKED',
    RecoveryPointArn,
    EncryptionKeyArn: keyArn(user.account, user.region),
    IsEncrypted: true,
    ResourceArn,
    CreationDate,
    State: 'CREATED',
    PercentDone: '0.0',
    IamRoleArn: user.role,
    ResourceType: 'EFS',
    StartBy: new Date((CreationDate?.getTime() ?? 0) + 3_600_000),
    IsParent: false,
    ResourceName: 'files',
    InitiationDate: CreationDate,
  })
})

test('while it runs it shows how far it is, and its end if that is known', async () => {
  const user = new User(api)
  await user.createVault('source')
  const BackupJobId = await user.startBackup('source', await user.directory())
  const counts = { packsStored: 0, packsReused: 0, entries: 1, attempt: 1, bytesReused: 0 }
  api.progress.set(BackupJobId, { ...counts, bytesRead: 512, bytesStored: 100, bytesTotal: 1000 })
  const job = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(job.PercentDone, '51.2')
  assert.equal(job.BytesTransferred, 100)
  assert.equal(job.ExpectedCompletionDate, undefined)
  api.progress.set(BackupJobId, { ...counts, bytesRead: 2000, bytesStored: 1, bytesTotal: 1000 })
  const grown = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(grown.PercentDone, '99.0', 'what runs is not done')
})

test('a completed job shows its end and size', async () => {
  const user = new User(api)
  await user.createVault('source')
  const BackupJobId = await user.startBackup('source', await user.directory())
  await api.work()
  const job = await user.aws.describeBackupJob({ BackupJobId: BackupJobId.toLowerCase() })
  assert.equal(job.BackupJobId, BackupJobId, 'ids are found in any case')
  assert.equal(job.State, 'COMPLETED')
  assert.equal(job.PercentDone, '100.0')
  assert.equal(job.BackupSizeInBytes, 1234)
  assert.equal(job.MessageCategory, 'SUCCESS')
  assert.ok(job.CompletionDate instanceof Date)
})

test('a job that failed says why', async () => {
  const user = new User(api)
  const arn = await user.createVault('source')
  const BackupJobId = await user.startBackup('source', await user.directory())
  await user.aws.deleteBackupVault({ BackupVaultName: 'source' })
  await api.work()
  const job = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(job.State, 'FAILED')
  assert.equal(job.StatusMessage, `Backup job failed because backup vault ${arn} does not exist.`)
  assert.equal(job.MessageCategory, 'RESOURCE_NOT_FOUND')
})

test('jobs of others, of other kinds and of nobody are not found', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const CopyJobId = await user.startCopy({ vault, point }, user.vaultArn(vault))
  const [job] = (await user.aws.listBackupJobs({})).BackupJobs ?? []
  const as = { name: 'ResourceNotFoundException' }
  for (const BackupJobId of [CopyJobId, 'nobody', '11111111-1111-1111-1111-111111111111']) {
    await refused(user.aws.describeBackupJob({ BackupJobId }), as)
  }
  const { BackupJobId } = job ?? {}
  await refused(new User(api).aws.describeBackupJob({ BackupJobId }), as)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  await refused(elsewhere.aws.describeBackupJob({ BackupJobId }), as)
})
