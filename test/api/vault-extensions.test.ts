// Verifying and comparing vaults, below `/_copyhold`: who may ask what, and what is answered.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { points } from '../../src/catalog/index.ts'
import { type Api, NO_VAULT, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

type Body = Record<string, unknown>

test('a verification is one job at a time for each vault', async () => {
  const user = new User(api)
  await user.createVault('source')
  const verify = async (body: unknown = {}) => user.extension('POST', '/vaults/source/verify', body)
  const first = ((await verify({ samplePercent: 5 })).body as Body).JobId
  assert.equal(((await verify()).body as Body).JobId, first)
  await api.work()
  const { body } = await user.extension('GET', `/jobs/${String(first)}`)
  assert.equal((body as Body).Kind, 'verify')
  assert.equal((body as Body).State, 'COMPLETED')
  assert.notEqual(((await verify()).body as Body).JobId, first)
  for (const samplePercent of [0, -1, 101, 'all', null]) {
    assert.equal((await verify({ samplePercent })).status, 400, String(samplePercent))
  }
  const missing = await user.extension('POST', '/vaults/nowhere/verify', {})
  assert.equal(missing.status, NO_VAULT.status)
})

test('the points of a vault are shown with what their verification found', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('source')
  const ask = async () =>
    ((await user.extension('GET', '/vaults/source/points')).body as { RecoveryPoints: Body[] })
      .RecoveryPoints[0]
  assert.equal((await ask())?.RecoveryPointArn, point)
  assert.equal((await ask())?.Verification, undefined)
  await api.context.catalog.transaction(async (tx) => {
    const row = await points.findByArn(tx, { account: user.account, arn: point })
    assert.ok(row)
    const found = { at: 5_000, result: 'DAMAGED', samplePercent: 100, reason: 'rot' } as const
    await points.setVerification(tx, row.id, found)
  })
  assert.deepEqual((await ask())?.Verification, {
    Result: 'DAMAGED',
    Time: 5,
    SamplePercent: 100,
    Reason: 'rot',
  })
  const other = await new User(api).extension('GET', '/vaults/source/points')
  assert.equal(other.status, NO_VAULT.status)
})

test('vaults are compared across the Regions of an account, by name or ARN', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp('source')
  const away = new User(api, { account: user.account, region: 'us-east-2' })
  const offsite = await away.createVault('offsite')
  await user.createVault('beside')
  const compare = async (other: string) =>
    (await user.extension('GET', `/vaults/source/compare?with=${encodeURIComponent(other)}`)).body
  const { MissingRecoveryPoints, ...sums } = (await compare(offsite)) as Body
  assert.deepEqual(sums, {
    BackupVaultArn: user.vaultArn('source'),
    OtherBackupVaultArn: offsite,
    RecoveryPoints: 1,
    RecoveryPointsMissing: 1,
    PacksMissing: 0,
    BytesMissing: 0,
    PacksDamaged: 0,
    BytesDamaged: 0,
  })
  assert.equal((MissingRecoveryPoints as Body[])[0]?.RecoveryPointArn, point)
  await user.startCopy({ vault, point }, offsite)
  await api.work()
  assert.equal(((await compare(offsite)) as Body).RecoveryPointsMissing, 0)
  assert.equal(((await compare('beside')) as Body).RecoveryPointsMissing, 1)
})

test('a comparison with what is not the caller’s, or nothing, is refused', async () => {
  const user = new User(api)
  await user.createVault('source')
  const foreign = await new User(api).createVault('foreign')
  const compare = (query: string) => user.extension('GET', `/vaults/source/compare${query}`)
  assert.equal((await compare(`?with=${encodeURIComponent(foreign)}`)).status, NO_VAULT.status)
  assert.equal((await compare('?with=nowhere')).status, NO_VAULT.status)
  assert.equal((await compare('?with=arn%3Aaws%3As3%3A%3A%3Abucket')).status, 400)
  assert.equal((await compare('')).status, 400)
})

test('a vault’s key is changed by its owner, under a key of its Region', async () => {
  const user = new User(api)
  await user.createVault('source')
  const rotate = (body: unknown = {}) => user.extension('POST', '/vaults/source/rotate-key', body)
  const first = (await rotate()).body as Body
  assert.equal(first.KeyVersion, 2)
  const keyArn = `arn:aws:kms:${user.region}:${user.account}:key/another`
  const second = (await rotate({ keyArn })).body as Body
  assert.deepEqual([second.KeyVersion, second.EncryptionKeyArn], [3, keyArn])
  assert.equal(second.BackupVaultArn, first.BackupVaultArn)
  for (const wrong of [7, null, 'key', keyArn.replace(user.region, 'sa-east-1')]) {
    assert.equal((await rotate({ keyArn: wrong })).status, 400, String(wrong))
  }
  const missing = await user.extension('POST', '/vaults/nowhere/rotate-key', {})
  assert.equal(missing.status, NO_VAULT.status)
})

test('a vault’s owner sets how copies come into it, and copies asked for then say it', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp('source')
  const offsite = await user.createVault('offsite')
  const path = '/vaults/offsite/settings'
  const settings = async (body?: unknown) =>
    (await user.extension(body === undefined ? 'GET' : 'PUT', path, body)).body
  const modeOf = async (job: string) =>
    ((await user.extension('GET', `/jobs/${job}`)).body as Body).CopyMode
  assert.deepEqual(await settings(), { BackupVaultArn: offsite, CopyMode: null })
  assert.equal(await modeOf(await user.startCopy({ vault, point }, offsite)), 'verbatim')
  const set = { BackupVaultArn: offsite, CopyMode: 'reencrypt' }
  assert.deepEqual(await settings({ copyMode: 'reencrypt' }), set)
  assert.deepEqual(await settings(), set)
  assert.equal(await modeOf(await user.startCopy({ vault, point }, offsite)), 'reencrypt')
  assert.deepEqual(await settings({ copyMode: null }), { ...set, CopyMode: null })
  for (const body of [{}, { copyMode: 'both' }, { copyMode: 1 }]) {
    assert.equal((await user.extension('PUT', path, body)).status, 400, JSON.stringify(body))
  }
  const stranger = await new User(api).extension('PUT', path, { copyMode: 'verbatim' })
  assert.equal(stranger.status, NO_VAULT.status)
})
