// ListRecoveryPointsByResource through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, keyArn, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it lists the points of a resource in all vaults of the Region, newest first', async () => {
  const user = new User(api)
  const { vault, resource, point: first } = await user.backedUp('one')
  await user.createVault('two')
  const second = await user.backUp('two', resource)
  await user.backUp('two', await user.directory('/other'))
  const there = new User(api, { account: user.account, region: 'us-east-1' })
  await user.startCopy({ vault, point: first }, await there.createVault('far'))
  await api.work()

  const request = { ResourceArn: resource }
  const { RecoveryPoints, NextToken } = await user.aws.listRecoveryPointsByResource(request)
  assert.equal(NextToken, undefined)
  assert.deepEqual(
    RecoveryPoints?.map((point) => point.RecoveryPointArn),
    [second, first],
  )
  const { CreationDate, ...newest } = RecoveryPoints?.[0] ?? {}
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(newest, {
    RecoveryPointArn: second,
    Status: 'COMPLETED',
    EncryptionKeyArn: keyArn(user.account, user.region),
    BackupSizeBytes: 1234,
    BackupVaultName: 'two',
    IsParent: false,
    ResourceName: 'data',
    VaultType: 'BACKUP_VAULT',
  })
  const copies = await there.aws.listRecoveryPointsByResource(request)
  assert.equal(copies.RecoveryPoints?.length, 1, 'a copy is a point of its source resource')
})

test('pages go on where they stopped; all points are managed here', async () => {
  const user = new User(api)
  const { vault, resource, point: first } = await user.backedUp()
  const second = await user.backUp(vault, resource)
  const request = { ResourceArn: resource, MaxResults: 1, ManagedByAWSBackupOnly: true }
  const one = await user.aws.listRecoveryPointsByResource(request)
  const two = await user.aws.listRecoveryPointsByResource({ ...request, NextToken: one.NextToken })
  const points = [...(one.RecoveryPoints ?? []), ...(two.RecoveryPoints ?? [])]
  assert.deepEqual(
    points.map((point) => point.RecoveryPointArn),
    [second, first],
  )
})

test('a resource without points has none; an ARN of no resource is refused', async () => {
  const user = new User(api)
  const ResourceArn = await user.directory()
  const { RecoveryPoints } = await user.aws.listRecoveryPointsByResource({ ResourceArn })
  assert.deepEqual(RecoveryPoints, [])
  await refused(user.aws.listRecoveryPointsByResource({ ResourceArn: 'arn:aws:what' }), {
    name: 'InvalidParameterValueException',
    message: 'Unsupported resource type: arn:aws:what',
  })
})
