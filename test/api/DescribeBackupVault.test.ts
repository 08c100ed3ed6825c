// DescribeBackupVault through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, keyArn, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it shows what is known of the vault and no more', async () => {
  const user = new User(api)
  const name = { BackupVaultName: 'source' }
  const made = await user.aws.createBackupVault({ ...name, CreatorRequestId: 'me' })
  await user.backUp('source', await user.directory())
  const { $metadata, ...vault } = await user.aws.describeBackupVault(name)
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(vault, {
    BackupVaultName: 'source',
    BackupVaultArn: made.BackupVaultArn,
    VaultType: 'BACKUP_VAULT',
    VaultState: 'AVAILABLE',
    EncryptionKeyArn: keyArn(user.account, user.region),
    CreationDate: made.CreationDate,
    CreatorRequestId: 'me',
    NumberOfRecoveryPoints: 1,
    Locked: false,
  })
})

test('a vault that is not there, or is another account or Region, is not to be seen', async () => {
  const user = new User(api)
  await user.createVault('daily')
  const name = { BackupVaultName: 'daily' }
  await refused(user.aws.describeBackupVault({ BackupVaultName: 'nowhere' }), NO_VAULT)
  await refused(user.aws.describeBackupVault({ BackupVaultName: 'DAILY' }), NO_VAULT)
  await refused(new User(api).aws.describeBackupVault(name), NO_VAULT)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  await refused(elsewhere.aws.describeBackupVault(name), NO_VAULT)
  const foreign = { ...name, BackupVaultAccountId: new User(api).account }
  await refused(user.aws.describeBackupVault(foreign), NO_VAULT)
  await user.aws.describeBackupVault({ ...name, BackupVaultAccountId: user.account })
})
