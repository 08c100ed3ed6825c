// ListBackupVaults through the official SDK.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it lists the vaults of the account and Region as they were made, page by page', async () => {
  const user = new User(api)
  await new User(api).createVault('foreign')
  await new User(api, { account: user.account, region: 'us-east-1' }).createVault('elsewhere')
  for (const name of ['first', 'second', 'third']) await user.createVault(name)
  const all = await user.aws.listBackupVaults({})
  const names = (list: typeof all) => list.BackupVaultList?.map((vault) => vault.BackupVaultName)
  assert.deepEqual(names(all), ['first', 'second', 'third'])
  assert.equal(all.NextToken, undefined)

  const one = await user.aws.listBackupVaults({ MaxResults: 2 })
  assert.deepEqual(names(one), ['first', 'second'])
  await user.createVault('fourth')
  const two = await user.aws.listBackupVaults({ MaxResults: 2, NextToken: one.NextToken })
  assert.deepEqual(names(two), ['third', 'fourth'], 'what came meanwhile shifts no page')
  assert.equal(two.NextToken, undefined)
})

test('each is shown as DescribeBackupVault shows it', async () => {
  const user = new User(api)
  const { vault } = await user.backedUp('source')
  const { BackupVaultList } = await user.aws.listBackupVaults({})
  const { $metadata: _, ...described } = await user.aws.describeBackupVault({
    BackupVaultName: vault,
  })
  assert.deepEqual(BackupVaultList, [described])
})

test('a token of another list, Region or account, or of nobody, is refused', async () => {
  const user = new User(api)
  for (const name of ['first', 'second']) await user.createVault(name)
  const { NextToken } = await user.aws.listBackupVaults({ MaxResults: 1 })
  const as = { name: 'InvalidParameterValueException', message: /NextToken/ }
  await refused(user.aws.listBackupVaults({ NextToken: 'rubbish' }), as)
  await refused(user.aws.listBackupVaults({ NextToken: `${NextToken}A` }), as)
  await refused(user.aws.listBackupVaults({ NextToken, ByVaultType: 'BACKUP_VAULT' }), as)
  await refused(user.aws.listBackupJobs({ NextToken }), as)
  await refused(new User(api).aws.listBackupVaults({ NextToken }), as)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  await refused(elsewhere.aws.listBackupVaults({ NextToken }), as)
})

test('a token that nobody gave is refused, whatever place it names', async () => {
  const user = new User(api)
  const list = JSON.stringify(['ListBackupVaults', user.account, 'eu-west-1', []])
  for (const place of [
    'null',
    '{}',
    '[]',
    '[{},{}]',
    'xx',
    '[true,[]]',
    '[1.5,"a"]',
    '[1,"a",2]',
  ]) {
    const seal = createHash('sha256').update(`${place}\n${list}`).digest().subarray(0, 12)
    const NextToken = Buffer.concat([seal, Buffer.from(place)]).toString('base64url')
    const as = { name: 'InvalidParameterValueException', message: /NextToken/ }
    await refused(user.aws.listBackupVaults({ NextToken }), as)
  }
})

test('pages have 1 to 1000 vaults, whatever more is asked for, and types are AWS types', async () => {
  const user = new User(api)
  const name = 'InvalidParameterValueException'
  await refused(user.aws.listBackupVaults({ MaxResults: 0 }), { name })
  await user.createVault('one')
  for (const MaxResults of [1000, 1001, 2000, 2 ** 31 - 1]) {
    const { BackupVaultList } = await user.aws.listBackupVaults({ MaxResults })
    assert.equal(BackupVaultList?.length, 1)
  }
  await refused(user.aws.listBackupVaults({ ByVaultType: 'BOGUS' as 'BACKUP_VAULT' }), { name })
})

test('there are no shared vaults and none of other types', async () => {
  const user = new User(api)
  await user.createVault('daily')
  const count = async (filter: object) =>
    (await user.aws.listBackupVaults(filter)).BackupVaultList?.length
  assert.equal(await count({ ByVaultType: 'BACKUP_VAULT' }), 1)
  assert.equal(await count({ ByVaultType: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT' }), 0)
  assert.equal(await count({ ByShared: true }), 0)
  assert.equal(await count({ ByShared: false }), 1)
})
