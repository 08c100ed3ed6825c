// CreateBackupVault through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, keyArn, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it answers name, ARN and creation, and the vault can be used', async () => {
  const user = new User(api)
  const { $metadata, ...answer } = await user.aws.createBackupVault({ BackupVaultName: 'Daily_1' })
  assert.equal($metadata.httpStatusCode, 200)
  const { CreationDate, ...rest } = answer
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(rest, {
    BackupVaultName: 'Daily_1',
    BackupVaultArn: user.vaultArn('Daily_1'),
  })
  const vault = await user.aws.describeBackupVault({ BackupVaultName: 'Daily_1' })
  assert.equal(vault.VaultState, 'AVAILABLE')
  assert.equal(vault.EncryptionKeyArn, keyArn(user.account, user.region))
})

test('names against the pattern are refused in AWS words', async () => {
  const user = new User(api)
  for (const name of ['x', 'a b', 'x'.repeat(51), 'aws/efs/automatic-backup-vault']) {
    await refused(user.aws.createBackupVault({ BackupVaultName: name }), {
      name: 'InvalidParameterValueException',
      message: `Backup vault name ${name} is not valid`,
    })
  }
})

test('a second vault of a name is refused with the ARN of the first', async () => {
  const user = new User(api)
  const first = { BackupVaultName: 'daily', CreatorRequestId: 'me' }
  const { BackupVaultArn, CreationDate } = await user.aws.createBackupVault(first)
  const error = await refused(user.aws.createBackupVault({ BackupVaultName: 'daily' }), {
    name: 'AlreadyExistsException',
    message: 'Backup vault with the same name already exists',
  })
  const { Arn, CreatorRequestId } = error as { Arn?: string; CreatorRequestId?: string }
  assert.deepEqual({ Arn, CreatorRequestId }, { Arn: BackupVaultArn, CreatorRequestId: 'me' })
  const again = await user.aws.createBackupVault(first)
  assert.deepEqual(again.CreationDate, CreationDate, 'the same request is answered again')
})

test('names are case-sensitive and free in other Regions and accounts', async () => {
  const user = new User(api)
  await user.createVault('daily')
  await user.createVault('Daily')
  await new User(api, { account: user.account, region: 'us-east-1' }).createVault('daily')
  await new User(api).createVault('daily')
})

test('a key of another Region, a bad request id and bad tags are refused', async () => {
  const user = new User(api)
  const BackupVaultName = 'daily'
  const name = 'InvalidParameterValueException'
  const elsewhere = keyArn(user.account, 'us-east-1')
  for (const EncryptionKeyArn of ['alias/mine', elsewhere]) {
    await refused(user.aws.createBackupVault({ BackupVaultName, EncryptionKeyArn }), { name })
  }
  const long = { BackupVaultName, CreatorRequestId: 'x'.repeat(51) }
  await refused(user.aws.createBackupVault(long), { name, message: /CreatorRequestId/ })
  const reserved = { BackupVaultName, BackupVaultTags: { 'aws:x': 'y' } }
  await refused(user.aws.createBackupVault(reserved), { name, message: /aws:/ })
  await refused(user.aws.describeBackupVault({ BackupVaultName }), NO_VAULT)
})

test('a key that cannot be used leaves no vault, and the name free', async () => {
  const user = new User(api)
  const revoked = `arn:aws:kms:${user.region}:${user.account}:key/revoked`
  const request = { BackupVaultName: 'daily', EncryptionKeyArn: revoked }
  await refused(user.aws.createBackupVault(request), {
    name: 'InvalidParameterValueException',
    message: 'KMS key is either disabled or pending deletion or access to KMS key is denied',
  })
  await refused(user.aws.describeBackupVault({ BackupVaultName: 'daily' }), NO_VAULT)
  await user.createVault('daily')
})

test('its tags are kept', async () => {
  const user = new User(api)
  const BackupVaultTags = { team: 'storage', empty: '' }
  const made = await user.aws.createBackupVault({ BackupVaultName: 'daily', BackupVaultTags })
  const { Tags } = await user.aws.listTags({ ResourceArn: made.BackupVaultArn })
  assert.deepEqual(Tags, BackupVaultTags)
})

test('ten at once make one vault', async () => {
  const user = new User(api)
  const calls = Array.from({ length: 10 }, () =>
    user.aws.createBackupVault({ BackupVaultName: 'daily' }),
  )
  const made = (await Promise.allSettled(calls)).filter((each) => each.status === 'fulfilled')
  assert.equal(made.length, 1)
})
