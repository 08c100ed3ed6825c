// DescribeProtectedResource through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it shows the newest point, and the last restore once there is one', async () => {
  const user = new User(api)
  const { vault, resource: ResourceArn, point } = await user.backedUp('source', '/files')
  const { $metadata: _, ...before } = await user.aws.describeProtectedResource({ ResourceArn })
  const { LastBackupTime, ...rest } = before
  assert.ok(LastBackupTime instanceof Date)
  assert.deepEqual(rest, {
    ResourceArn,
    ResourceType: 'EFS',
    ResourceName: 'files',
    LastBackupVaultArn: user.vaultArn(vault),
    LastRecoveryPointArn: point,
  })
  const Metadata = { 'copyhold:path': '/restored' }
  const { RestoreJobId } = await user.aws.startRestoreJob({ RecoveryPointArn: point, Metadata })
  await api.work()
  const restore = await user.aws.describeRestoreJob({ RestoreJobId })
  const after = await user.aws.describeProtectedResource({ ResourceArn })
  assert.deepEqual(after.LatestRestoreJobCreationDate, restore.CreationDate)
  assert.deepEqual(after.LatestRestoreRecoveryPointCreationDate, restore.RecoveryPointCreationDate)
  assert.equal(after.LatestRestoreExecutionTimeMinutes, 1)
})

test('a resource without points, of others or unknown is not found', async () => {
  const user = new User(api)
  const { resource } = await user.backedUp()
  const as = { name: 'ResourceNotFoundException' }
  for (const ResourceArn of [await user.directory('/never-saved'), 'rubbish']) {
    await refused(user.aws.describeProtectedResource({ ResourceArn }), as)
  }
  await refused(new User(api).aws.describeProtectedResource({ ResourceArn: resource }), as)
})
