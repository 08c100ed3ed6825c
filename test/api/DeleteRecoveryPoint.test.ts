// DeleteRecoveryPoint through the official SDK.

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
  const { vault, point } = await user.backedUp()
  return { user, vault, point, request: { BackupVaultName: vault, RecoveryPointArn: point } }
}

test('a point is DELETING when it answers, then gone with its tags', async () => {
  const { user, point, request } = await scene()
  await user.aws.tagResource({ ResourceArn: point, Tags: { a: 'b' } })
  const { $metadata, ...answer } = await user.aws.deleteRecoveryPoint(request)
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(answer, {})
  const { Status } = await user.aws.describeRecoveryPoint(request)
  assert.equal(Status, 'DELETING')
  await user.aws.deleteRecoveryPoint(request)
  await api.work()
  const as = { name: 'ResourceNotFoundException' }
  await refused(user.aws.describeRecoveryPoint(request), as)
  await refused(user.aws.deleteRecoveryPoint(request), as)
  await refused(user.aws.listTags({ ResourceArn: point }), as)
})

test('a vault or a point that is not there is refused, each in its way', async () => {
  const { user, request } = await scene()
  await refused(user.aws.deleteRecoveryPoint({ ...request, BackupVaultName: 'nowhere' }), NO_VAULT)
  await refused(user.aws.deleteRecoveryPoint({ ...request, RecoveryPointArn: 'rubbish' }), {
    name: 'ResourceNotFoundException',
  })
})

test('a point that a copy or a restore reads is busy until they have ended', async () => {
  const { user, vault, point, request } = await scene()
  const as = { name: 'InvalidResourceStateException', message: /in use by job/ }
  await user.startCopy({ vault, point }, user.vaultArn(vault))
  await refused(user.aws.deleteRecoveryPoint(request), as)
  await api.work()
  await user.aws.startRestoreJob({ RecoveryPointArn: point, Metadata: {} })
  await refused(user.aws.deleteRecoveryPoint(request), as)
  await api.work()
  await user.aws.deleteRecoveryPoint(request)
})

test('a copy outlives its source', async () => {
  const { user, vault, point, request } = await scene()
  await user.createVault('target')
  const CopyJobId = await user.startCopy({ vault, point }, user.vaultArn('target'))
  await api.work()
  await user.aws.deleteRecoveryPoint(request)
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  const { Status } = await user.aws.describeRecoveryPoint({
    BackupVaultName: 'target',
    RecoveryPointArn: CopyJob?.DestinationRecoveryPointArn,
  })
  assert.equal(Status, 'COMPLETED')
})
