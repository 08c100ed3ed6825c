// ListProtectedResourcesByBackupVault through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it lists what has a recovery point in the vault, with the newest in it', async () => {
  const user = new User(api)
  const { resource: files, point } = await user.backedUp('one', '/files')
  await user.createVault('two')
  const photos = await user.directory('/photos')
  await user.backUp('two', photos)
  await user.backUp('two', files)
  const list = async (BackupVaultName: string) =>
    (await user.aws.listProtectedResourcesByBackupVault({ BackupVaultName })).Results ?? []
  const one = await list('one')
  assert.deepEqual(
    one.map((each) => [each.ResourceArn, each.LastRecoveryPointArn]),
    [[files, point]],
  )
  const two = await list('two')
  assert.deepEqual(two.map((each) => each.ResourceArn).sort(), [files, photos].sort())
})

test('a vault that is not there is one the caller may not see', async () => {
  const user = new User(api)
  const ask = (request: { BackupVaultName: string; BackupVaultAccountId?: string }) =>
    user.aws.listProtectedResourcesByBackupVault(request)
  await refused(ask({ BackupVaultName: 'nowhere' }), NO_VAULT)
  await user.createVault('here')
  const BackupVaultAccountId = new User(api).account
  await refused(ask({ BackupVaultName: 'here', BackupVaultAccountId }), NO_VAULT)
})

test('a token belongs to its vault', async () => {
  const user = new User(api)
  const { vault: BackupVaultName } = await user.backedUp('one', '/files')
  await user.backUp(BackupVaultName, await user.directory('/photos'))
  await user.createVault('two')
  const list = (request: { BackupVaultName: string; MaxResults: number; NextToken?: string }) =>
    user.aws.listProtectedResourcesByBackupVault(request)
  const { NextToken = '' } = await list({ BackupVaultName, MaxResults: 1 })
  const { Results } = await list({ BackupVaultName, MaxResults: 1, NextToken })
  assert.equal(Results?.length, 1)
  await refused(list({ BackupVaultName: 'two', MaxResults: 1, NextToken }), {
    name: 'InvalidParameterValueException',
  })
})
