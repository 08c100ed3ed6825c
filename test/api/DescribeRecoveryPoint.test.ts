// DescribeRecoveryPoint through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, keyArn, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it shows every field of a point', async () => {
  const user = new User(api)
  const { vault, resource, point } = await user.backedUp('source', '/srv/files')
  const { $metadata: _, ...shown } = await user.aws.describeRecoveryPoint({
    BackupVaultName: vault,
    RecoveryPointArn: point,
  })
  const { CreationDate, InitiationDate, CompletionDate, ...rest } = shown
  for (const date of [CreationDate, InitiationDate, CompletionDate]) assert.ok(date instanceof Date)
  assert.deepEqual(rest, {
    RecoveryPointArn: point,
    BackupVaultName: vault,
    BackupVaultArn: user.vaultArn(vault),
    ResourceArn: resource,
    ResourceType: 'EFS',
    IamRoleArn: user.role,
    Status: 'COMPLETED',
    BackupSizeInBytes: 1234,
    EncryptionKeyArn: keyArn(user.account, user.region),
    IsEncrypted: true,
    StorageClass: 'WARM',
    IsParent: false,
    ResourceName: 'files',
    VaultType: 'BACKUP_VAULT',
  })
})

test('a copy has the date, size and resource of its source, and its own key and job', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const there = new User(api, { account: user.account, region: 'us-east-1' })
  api.clock.advance(86_400_000)
  const CopyJobId = await user.startCopy({ vault, point }, await there.createVault('far'))
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  const source = await user.aws.describeRecoveryPoint({
    BackupVaultName: vault,
    RecoveryPointArn: point,
  })
  const copy = await there.aws.describeRecoveryPoint({
    BackupVaultName: 'far',
    RecoveryPointArn: CopyJob?.DestinationRecoveryPointArn,
  })
  assert.deepEqual(copy.CreationDate, source.CreationDate)
  assert.deepEqual(copy.InitiationDate, CopyJob?.CreationDate)
  assert.equal(copy.BackupSizeInBytes, source.BackupSizeInBytes)
  assert.equal(copy.ResourceArn, source.ResourceArn)
  assert.equal(copy.EncryptionKeyArn, keyArn(user.account, 'us-east-1'))
  assert.equal(copy.SourceBackupVaultArn, undefined, 'AWS tells it across accounts only')
})

test('a restored point says when', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  await user.aws.startRestoreJob({
    RecoveryPointArn: point,
    Metadata: { 'copyhold:path': '/restored' },
  })
  await api.work()
  const { LastRestoreTime } = await user.aws.describeRecoveryPoint({
    BackupVaultName: vault,
    RecoveryPointArn: point,
  })
  assert.ok(LastRestoreTime instanceof Date)
})

test('a vault or a point that is not there is refused, each in its way', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  await user.createVault('other')
  const ask = (BackupVaultName: string, RecoveryPointArn: string) =>
    user.aws.describeRecoveryPoint({ BackupVaultName, RecoveryPointArn })
  await refused(ask('nowhere', point), NO_VAULT)
  const as = { name: 'ResourceNotFoundException', message: /Cannot find recovery point/ }
  await refused(ask('other', point), as)
  await refused(ask(vault, `${point}0`), as)
  await refused(ask(vault, 'rubbish'), as)
})
