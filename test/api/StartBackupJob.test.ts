// StartBackupJob through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

async function scene() {
  const user = new User(api)
  await user.createVault('source')
  const ResourceArn = await user.directory()
  const request = { BackupVaultName: 'source', ResourceArn, IamRoleArn: user.role }
  return { user, request }
}

test('it answers job and, for a file system, recovery point at once', async () => {
  const { user, request } = await scene()
  const { $metadata, ...answer } = await user.aws.startBackupJob(request)
  assert.equal($metadata.httpStatusCode, 200)
  const { BackupJobId, RecoveryPointArn, CreationDate, IsParent } = answer
  assert.match(BackupJobId ?? '', /^[0-9A-F-]{36}$/)
  const own = `arn:aws:backup:${user.region}:${user.account}:recovery-point:`
  assert.ok(RecoveryPointArn?.startsWith(own))
  assert.ok(CreationDate instanceof Date)
  assert.equal(IsParent, false)
  await api.work()
  const points = await user.aws.listRecoveryPointsByBackupVault({ BackupVaultName: 'source' })
  assert.deepEqual(
    points.RecoveryPoints?.map((point) => point.RecoveryPointArn),
    [RecoveryPointArn],
  )
})

test('what is missing, malformed or not there is refused', async () => {
  const { user, request } = await scene()
  const invalid = 'InvalidParameterValueException'
  const start = (change: object) => user.aws.startBackupJob({ ...request, ...change })
  for (const member of Object.keys(request)) {
    await refused(start({ [member]: undefined }), { name: 'MissingParameterValueException' })
  }
  await refused(start({ BackupVaultName: 'nowhere' }), NO_VAULT)
  await refused(start({ BackupVaultName: 'no where' }), { name: invalid, message: /not valid/ })
  await refused(start({ ResourceArn: 'rubbish' }), {
    name: invalid,
    message: 'Unsupported resource type: rubbish',
  })
  const unknown = request.ResourceArn.replace(/fs-.*/, `fs-${'0'.repeat(17)}`)
  for (const ResourceArn of [unknown, request.ResourceArn.replace(/fs-.*/, 'fs-nosuch')]) {
    await refused(start({ ResourceArn }), {
      name: 'ResourceNotFoundException',
      message: /^Resource arn:\S+ is not registered here .* `copyhold resource add directory PATH`/,
    })
  }
  // What no driver here reads is of another type, wherever it may be registered.
  const volume = 'arn:aws:ec2:eu-west-1:123456789012:volume/vol-0123456789abcdef0'
  await refused(start({ ResourceArn: volume }), {
    name: invalid,
    message: `Unsupported resource type: ${volume}`,
  })
  await refused(start({ IamRoleArn: 'rubbish' }), { name: invalid, message: /cannot be assumed/ })
  await refused(start({ StartWindowMinutes: 59 }), { name: invalid, message: /StartWindow/ })
  const windows = { StartWindowMinutes: 120, CompleteWindowMinutes: 119 }
  await refused(start(windows), { name: invalid, message: /CompleteWindow/ })
  await refused(start({ Lifecycle: { DeleteAfterDays: 0 } }), { name: invalid, message: /Delete/ })
  await refused(start({ RecoveryPointTags: { 'aws:x': '' } }), { name: invalid, message: /tags/ })
  await refused(start({ Index: 'ENABLED' }), { name: invalid, message: /Index/ })
  assert.deepEqual((await user.aws.listBackupJobs({})).BackupJobs, [])
})

test('a resource of another account or Region is not found', async () => {
  const { request } = await scene()
  const stranger = new User(api)
  await stranger.createVault('source')
  await refused(stranger.aws.startBackupJob({ ...request, IamRoleArn: stranger.role }), {
    name: 'ResourceNotFoundException',
  })
})

test('a repeated token is answered as the first time, with other parameters refused', async () => {
  const { user, request } = await scene()
  const again = { ...request, IdempotencyToken: 'once' }
  const first = await user.aws.startBackupJob(again)
  await api.work()
  const second = await user.aws.startBackupJob(again)
  assert.deepEqual({ ...second, $metadata: 0 }, { ...first, $metadata: 0 })
  const other = { ...again, RecoveryPointTags: { a: 'b' } }
  await refused(user.aws.startBackupJob(other), {
    name: 'InvalidParameterValueException',
    message: /IdempotencyToken once/,
  })
})

test('its lifecycle and tags are those of the recovery point', async () => {
  const { user, request } = await scene()
  const Lifecycle = { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 91 }
  const { RecoveryPointArn, CreationDate } = await user.aws.startBackupJob({
    ...request,
    Lifecycle,
    RecoveryPointTags: { team: 'storage' },
  })
  await api.work()
  const point = await user.aws.describeRecoveryPoint({
    BackupVaultName: 'source',
    RecoveryPointArn,
  })
  assert.deepEqual(point.Lifecycle, Lifecycle)
  const born = CreationDate?.getTime() ?? 0
  assert.deepEqual(point.CalculatedLifecycle, {
    MoveToColdStorageAt: new Date(born + 86_400_000),
    DeleteAt: new Date(born + 91 * 86_400_000),
  })
  const { Tags } = await user.aws.listTags({ ResourceArn: RecoveryPointArn })
  assert.deepEqual(Tags, { team: 'storage' })
})

test('-1 keeps a backup for ever', async () => {
  const { user, request } = await scene()
  const Lifecycle = { MoveToColdStorageAfterDays: -1, DeleteAfterDays: -1 }
  const { RecoveryPointArn } = await user.aws.startBackupJob({ ...request, Lifecycle })
  await api.work()
  const point = await user.aws.describeRecoveryPoint({
    BackupVaultName: 'source',
    RecoveryPointArn,
  })
  assert.equal(point.Lifecycle, undefined)
  assert.equal(point.CalculatedLifecycle, undefined)
})

test('the engine is woken', async () => {
  const { user, request } = await scene()
  const before = api.counts.wakes
  await user.aws.startBackupJob(request)
  assert.equal(api.counts.wakes, before + 1)
})
