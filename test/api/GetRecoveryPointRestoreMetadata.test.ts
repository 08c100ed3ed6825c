// GetRecoveryPointRestoreMetadata through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('its answer can be given to StartRestoreJob once the folder is set', async () => {
  const user = new User(api)
  const { vault, resource, point } = await user.backedUp()
  const request = { BackupVaultName: vault, RecoveryPointArn: point }
  const { $metadata: _, ...answer } = await user.aws.getRecoveryPointRestoreMetadata(request)
  const { RestoreMetadata = {}, ...rest } = answer
  assert.deepEqual(rest, {
    BackupVaultArn: user.vaultArn(vault),
    RecoveryPointArn: point,
    ResourceType: 'EFS',
  })
  assert.deepEqual(Object.keys(RestoreMetadata).sort(), ['aws:backup:request-id', 'file-system-id'])
  assert.equal(RestoreMetadata['file-system-id'], resource.replace(/.*\//, ''))

  const { RestoreJobId } = await user.aws.startRestoreJob({
    RecoveryPointArn: point,
    Metadata: { ...RestoreMetadata, 'copyhold:path': '/restored' },
    IamRoleArn: user.role,
  })
  await api.work()
  const { Status } = await user.aws.describeRestoreJob({ RestoreJobId })
  assert.equal(Status, 'COMPLETED')
})

test('a vault or a point that is not there is refused, each in its way', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const ask = (BackupVaultName: string, RecoveryPointArn: string) =>
    user.aws.getRecoveryPointRestoreMetadata({ BackupVaultName, RecoveryPointArn })
  await refused(ask('nowhere', point), NO_VAULT)
  await refused(ask(vault, 'rubbish'), { name: 'ResourceNotFoundException' })
})
