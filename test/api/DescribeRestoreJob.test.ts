// DescribeRestoreJob through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

async function scene() {
  const user = new User(api)
  const { vault, resource, point } = await user.backedUp()
  const { RestoreJobId = '' } = await user.aws.startRestoreJob({
    RecoveryPointArn: point,
    Metadata: { 'copyhold:path': '/restored' },
    IamRoleArn: user.role,
  })
  return { user, vault, resource, point, RestoreJobId }
}

test('it shows a waiting job flat, with its state as Status', async () => {
  const { user, vault, resource, point, RestoreJobId } = await scene()
  const { $metadata: _, ...job } = await user.aws.describeRestoreJob({ RestoreJobId })
  const { CreationDate, RecoveryPointCreationDate, ...rest } = job
  assert.ok(CreationDate instanceof Date)
  const { CreationDate: born } = await user.aws.describeRecoveryPoint({
    BackupVaultName: vault,
    RecoveryPointArn: point,
  })
  assert.deepEqual(RecoveryPointCreationDate, born)
  assert.deepEqual(rest, {
    AccountId: user.account,
    RestoreJobId,
    RecoveryPointArn: point,
    SourceResourceArn: resource,
    BackupVaultArn: user.vaultArn(vault),
    Status: 'PENDING',
    PercentDone: '0.00%',
    BackupSizeInBytes: 1234,
    IamRoleArn: user.role,
    ResourceType: 'EFS',
    IsParent: false,
  })
})

test('a completed job is at a hundred per cent, and stays when its point is gone', async () => {
  const { user, vault, point, RestoreJobId } = await scene()
  await api.work()
  await user.aws.deleteRecoveryPoint({ BackupVaultName: vault, RecoveryPointArn: point })
  await api.work()
  const job = await user.aws.describeRestoreJob({ RestoreJobId: RestoreJobId.toLowerCase() })
  assert.equal(job.Status, 'COMPLETED')
  assert.equal(job.PercentDone, '100.00%')
  assert.ok(job.CompletionDate instanceof Date)
  assert.ok(job.RecoveryPointCreationDate instanceof Date)
})

test('jobs of others and of nobody are not found', async () => {
  const { user, RestoreJobId } = await scene()
  const as = { name: 'ResourceNotFoundException' }
  await refused(new User(api).aws.describeRestoreJob({ RestoreJobId }), as)
  await refused(user.aws.describeRestoreJob({ RestoreJobId: 'nobody' }), as)
})
