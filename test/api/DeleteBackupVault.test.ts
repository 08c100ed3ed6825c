// DeleteBackupVault through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('an empty vault goes at once, with its tags, and its name is free', async () => {
  const user = new User(api)
  const name = { BackupVaultName: 'daily' }
  await user.aws.createBackupVault({ ...name, BackupVaultTags: { old: 'yes' } })
  const { $metadata, ...answer } = await user.aws.deleteBackupVault(name)
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(answer, {})
  await refused(user.aws.describeBackupVault(name), NO_VAULT)
  assert.deepEqual((await user.aws.listBackupVaults({})).BackupVaultList, [])

  const { BackupVaultArn } = await user.aws.createBackupVault(name)
  assert.deepEqual((await user.aws.listTags({ ResourceArn: BackupVaultArn })).Tags, {})
  await api.work()
  await user.aws.describeBackupVault(name)
})

test('a vault that is not there is one the caller may not see', async () => {
  const user = new User(api)
  await refused(user.aws.deleteBackupVault({ BackupVaultName: 'nowhere' }), NO_VAULT)
})

test('a vault with a recovery point stays, until the last one is gone', async () => {
  const user = new User(api)
  const { vault: BackupVaultName, point } = await user.backedUp()
  const as = {
    name: 'InvalidRequestException',
    message: 'Backup vault cannot be deleted because it contains recovery points.',
    code: 'ERROR_9101',
  }
  await refused(user.aws.deleteBackupVault({ BackupVaultName }), as)
  await user.aws.deleteRecoveryPoint({ BackupVaultName, RecoveryPointArn: point })
  await refused(user.aws.deleteBackupVault({ BackupVaultName }), as)
  await api.work()
  await user.aws.deleteBackupVault({ BackupVaultName })
})

test('a copy on its way into the vault fails', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const destination = await user.createVault('target')
  const CopyJobId = await user.startCopy({ vault, point }, destination)
  await user.aws.deleteBackupVault({ BackupVaultName: 'target' })
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  assert.equal(CopyJob?.State, 'FAILED')
  assert.match(CopyJob?.StatusMessage ?? '', /does not exist/)
})
