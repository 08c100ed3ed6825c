// Vaults: names, states, lists, and their end.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, parseRegionName } from '../model/index.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import {
  ACCOUNT,
  backupJob,
  emptyCatalog,
  jobId,
  packNames,
  pointRow,
  REGION,
  vaultId,
  vaultPermit,
  vaultRow,
} from './samples.suite.ts'
import * as tags from './tags.ts'
import * as vaults from './vaults.ts'

const HERE = { account: ACCOUNT, region: REGION }

test('a vault is found by name, ARN and id as it was inserted', async (t) => {
  const catalog = await emptyCatalog(t)
  const row = vaultRow(1, { creatorRequestId: 'request-1' })
  await catalog.transaction((tx) => vaults.insert(tx, row))
  await catalog.read(async (tx) => {
    assert.deepEqual(await vaults.byName(tx, { ...HERE, name: row.name }), row)
    assert.deepEqual(await vaults.byArn(tx, row.arn), row)
    assert.deepEqual(await vaults.byId(tx, row.id), row)
    assert.equal(await vaults.byName(tx, { ...HERE, name: 'VAULT-1' }), undefined)
  })
})

test('a name is taken once in an account and Region, and free elsewhere', async (t) => {
  const catalog = await emptyCatalog(t)
  const elsewhere = [
    vaultRow(3, { name: 'v', region: parseRegionName('us-east-1'), arn: 'arn:3' }),
    vaultRow(4, { name: 'v', account: parseAccountId('444455556666'), arn: 'arn:4' }),
  ]
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1, { name: 'v' })))
  const again = catalog.transaction((tx) => vaults.insert(tx, vaultRow(2, { name: 'v' })))
  await assert.rejects(again, { name: 'VaultNameTaken' })
  for (const row of elsewhere) await catalog.transaction((tx) => vaults.insert(tx, row))
})

test('a vault being deleted has no name, no tags and no place in lists', async (t) => {
  const catalog = await emptyCatalog(t)
  const row = vaultRow(1)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, row)
    await tags.put(tx, row.arn, { a: 'b' })
    await vaults.markDeleting(tx, vaultPermit(row.id))
    await vaults.insert(tx, vaultRow(2, { name: row.name }))
  })
  await catalog.read(async (tx) => {
    assert.equal((await vaults.byName(tx, { ...HERE, name: row.name }))?.id, vaultId(2))
    assert.equal((await vaults.byArn(tx, row.arn))?.id, vaultId(2))
    assert.equal((await vaults.byId(tx, row.id))?.state, 'DELETING')
    const { rows } = await vaults.list(tx, { ...HERE, page: { limit: 10 } })
    assert.deepEqual(
      rows.map((vault) => vault.id),
      [vaultId(2)],
    )
    assert.deepEqual(await tags.of(tx, row.arn), {})
    assert.deepEqual(
      (await vaults.unfinished(tx)).map((vault) => vault.id),
      [vaultId(1)],
    )
  })
})

test('only a vault that is being made becomes available', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1, { state: 'CREATING' }))
    await vaults.insert(tx, vaultRow(2, { state: 'DELETING' }))
    await vaults.markAvailable(tx, vaultId(1))
    await vaults.markAvailable(tx, vaultId(1))
    await vaults.markAvailable(tx, vaultId(2))
    assert.equal((await vaults.byId(tx, vaultId(1)))?.state, 'AVAILABLE')
    assert.equal((await vaults.byId(tx, vaultId(2)))?.state, 'DELETING')
  })
})

test('pages of vaults go as they were made and stay in place when vaults come meanwhile', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2, 3, 4, 5]) await vaults.insert(tx, vaultRow(n, { createdAt: 7 }))
  })
  const first = await catalog.read((tx) => vaults.list(tx, { ...HERE, page: { limit: 2 } }))
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(9, { createdAt: 8 })))
  const page = { limit: 4, after: first.next }
  const second = await catalog.read((tx) => vaults.list(tx, { ...HERE, page }))
  const names = [...first.rows, ...second.rows].map((row) => row.name)
  assert.deepEqual(names, ['vault-1', 'vault-2', 'vault-3', 'vault-4', 'vault-5', 'vault-9'])
  assert.equal(second.next, undefined)
})

test('points are counted for each vault', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await vaults.insert(tx, vaultRow(2))
    for (const n of [1, 2]) await points.insert(tx, pointRow(n))
    assert.equal(await vaults.countPoints(tx, vaultId(1)), 2)
    assert.equal(await vaults.countPoints(tx, vaultId(2)), 0)
    const each = await vaults.countPointsEach(tx, [vaultId(1), vaultId(2)])
    assert.deepEqual([...each], [[vaultId(1), 2]])
  })
})

test('a vault and its packs are forgotten by the thousand, and only when deleting', async (t) => {
  const catalog = await emptyCatalog(t)
  const of = { vaultId: vaultId(1), jobId: jobId(1) }
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await jobs.insert(tx, backupJob(1))
    const by = { owner: 'o', now: 5000, leaseMs: 1000, kinds: ['backup'] } as const
    const claim = await jobs.claim(tx, by)
    assert.ok(claim)
    await packs.addUse(tx, of)
    const wanted = packNames(1500).map((name) => ({ name, sizeBytes: 1 }))
    await packs.claim(tx, { ...of, fence: claim.fence, now: 5000, packs: wanted })
    await jobs.finish(tx, claim, { state: 'FAILED', completedAt: 5001 })
  })
  const early = catalog.transaction((tx) => vaults.remove(tx, vaultId(1)))
  await assert.rejects(early, /AVAILABLE/)
  await catalog.transaction((tx) => vaults.markDeleting(tx, vaultPermit(vaultId(1))))
  assert.equal(await catalog.transaction((tx) => vaults.remove(tx, vaultId(1))), false)
  assert.equal(await catalog.transaction((tx) => vaults.remove(tx, vaultId(1))), true)
  assert.equal(await catalog.transaction((tx) => vaults.remove(tx, vaultId(1))), true)
  assert.equal(await catalog.read((tx) => vaults.byId(tx, vaultId(1))), undefined)
})

test('a vault with points cannot be removed', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await points.insert(tx, pointRow(1))
    await vaults.markDeleting(tx, vaultPermit(vaultId(1)))
  })
  await assert.rejects(
    catalog.transaction((tx) => vaults.remove(tx, vaultId(1))),
    /constraint/i,
  )
})
