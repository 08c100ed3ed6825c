// What one vault lacks of another, by lineage and by packs; and the marks of damage it counts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as comparing from './comparing.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import {
  ACCOUNT,
  backupJob,
  openedCatalog,
  packName,
  permit,
  pointId,
  pointRow,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import type { Tx } from './transaction.ts'
import * as vaults from './vaults.ts'

const HELD = { owner: 'engine', now: 5000, leaseMs: 1000, kinds: ['backup'] } as const
const A = vaultId(1)
const B = vaultId(2)
const TWO = { vaultId: A, other: B }

/** Has a job of number `n` put packs into a vault and record a point of that number. */
async function makePoint(
  tx: Tx,
  of: { n: number; vault: number; packs: readonly number[]; at: number },
): Promise<void> {
  await jobs.insert(tx, backupJob(of.n))
  const held = await jobs.claim(tx, HELD)
  assert.ok(held)
  const user = { vaultId: vaultId(of.vault), jobId: held.job.id, fence: held.fence, now: 5000 }
  const wanted = of.packs.map((n) => ({ name: packName(n), sizeBytes: n * 10, crc32: n }))
  await packs.plan(tx, { ...user, names: wanted.map(({ name }) => name) })
  const turns = await packs.claim(tx, { ...user, packs: wanted })
  await packs.arrived(tx, { ...user, packs: wanted.filter((p) => turns.get(p.name) === 'put') })
  const point = pointRow(of.n, {
    vaultId: vaultId(of.vault),
    createdAt: of.at,
    jobId: held.job.id,
  })
  await packs.recordPoint(tx, { point, names: wanted.map(({ name }) => name) })
  await jobs.start(tx, held, 4000)
  await jobs.finish(tx, held, { state: 'COMPLETED', completedAt: 5000 })
}

test('a vault lacks the points of other dates and the packs it has not or only damaged', async (t) => {
  const { catalog } = await openedCatalog(t)
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2]) await vaults.insert(tx, vaultRow(n))
    await makePoint(tx, { n: 1, vault: 1, packs: [1, 2], at: 100 })
    await makePoint(tx, { n: 2, vault: 1, packs: [2, 3, 4], at: 200 })
    await makePoint(tx, { n: 3, vault: 2, packs: [1, 2], at: 100 })
  })
  const ask = () =>
    catalog.read(async (tx) => ({
      without: await comparing.pointsWithoutCopy(tx, { ...TWO, page: { limit: 10 } }),
      count: await comparing.countWithoutCopy(tx, TWO),
      all: await comparing.lackingOfAll(tx, TWO),
      first: await comparing.lackingOfPoint(tx, { ...TWO, pointId: pointId(1) }),
      second: await comparing.lackingOfPoint(tx, { ...TWO, pointId: pointId(2) }),
    }))
  const found = await ask()
  assert.deepEqual(
    found.without.rows.map((row) => row.id),
    [pointId(2)],
  )
  assert.deepEqual(found.count, { points: 2, without: 1 })
  assert.deepEqual({ ...found.all.missing }, { packs: 2, bytes: 70 })
  assert.deepEqual({ ...found.first.missing }, { packs: 0, bytes: 0 })
  assert.deepEqual({ ...found.second.missing }, { packs: 2, bytes: 70 })

  const two = { vaultId: B, name: packName(2) }
  await catalog.transaction((tx) => packs.markDamaged(tx, { ...two, now: 9 }))
  const marked = await ask()
  assert.deepEqual({ ...marked.all.damaged }, { packs: 1, bytes: 20 })
  assert.deepEqual({ ...marked.first.damaged }, { packs: 1, bytes: 20 })
  await catalog.transaction((tx) => points.markDeleting(tx, permit(pointId(3))))
  assert.deepEqual((await ask()).count, { points: 2, without: 2 })
})

test('a copy under packs of other names is there, and lacks what is damaged of it', async (t) => {
  const { catalog } = await openedCatalog(t)
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2]) await vaults.insert(tx, vaultRow(n))
    await makePoint(tx, { n: 1, vault: 1, packs: [1, 2], at: 100 })
    await makePoint(tx, { n: 2, vault: 2, packs: [5, 6], at: 100 })
    await makePoint(tx, { n: 3, vault: 2, packs: [7], at: 300 })
  })
  const all = () => catalog.read((tx) => comparing.lackingOfAll(tx, TWO))
  assert.deepEqual({ ...(await all()).missing }, { packs: 0, bytes: 0 })
  for (const n of [6, 7]) {
    const bad = { vaultId: B, name: packName(n), now: 9 }
    await catalog.transaction((tx) => packs.markDamaged(tx, bad))
  }
  // The other one's own points are not what is asked about.
  assert.deepEqual({ ...(await all()).damaged }, { packs: 1, bytes: 60 })
})

test('donors of a pack are the other vaults of the account that have it, marked ones last', async (t) => {
  const { catalog } = await openedCatalog(t)
  const name = packName(2)
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2, 3, 4]) await vaults.insert(tx, vaultRow(n))
    for (const n of [1, 2, 3]) await makePoint(tx, { n, vault: n, packs: [2], at: n })
    await makePoint(tx, { n: 4, vault: 4, packs: [7], at: 4 })
    await packs.markDamaged(tx, { vaultId: B, name, now: 9 })
  })
  const donors = () =>
    catalog.read((tx) => packs.donors(tx, { account: ACCOUNT, vaultId: A, name }))
  assert.deepEqual(await donors(), [vaultId(3), B])
  await catalog.transaction((tx) => packs.clearDamaged(tx, { vaultId: B, name }))
  assert.deepEqual(await donors(), [B, vaultId(3)])
})

test('packs are gone through by number, weighed, and put right', async (t) => {
  const { catalog } = await openedCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await makePoint(tx, { n: 1, vault: 1, packs: [5, 6, 7], at: 1 })
  })
  const behind = (after: number) =>
    catalog.read((tx) => packs.liveBehind(tx, { vaultId: A, after, upTo: 9, limit: 2 }))
  assert.deepEqual(
    (await behind(0)).map(({ no, name }) => [no, name]),
    [
      [1, packName(5)],
      [2, packName(6)],
    ],
  )
  assert.deepEqual(await behind(2), [
    { no: 3, name: packName(7), sizeBytes: 70, crc32: 7, damaged: false },
  ])
  assert.deepEqual(await catalog.read((tx) => packs.weigh(tx, A)), { upTo: 3, sizeBytes: 180 })
  const right = { vaultId: A, name: packName(7), sizeBytes: 71, crc32: 8 }
  await catalog.transaction((tx) => packs.correct(tx, right))
  const facts = await catalog.read((tx) => packs.factsOf(tx, A, [packName(7), packName(9)]))
  assert.deepEqual([...facts], [[packName(7), { sizeBytes: 71, crc32: 8, damaged: false }]])
})

test('what a verification found is kept with a completed point only', async (t) => {
  const { catalog } = await openedCatalog(t)
  const found = { at: 7, result: 'DAMAGED', samplePercent: 10, reason: 'rot' } as const
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await makePoint(tx, { n: 1, vault: 1, packs: [5], at: 1 })
    assert.equal(await points.setVerification(tx, pointId(1), found), true)
    assert.equal(await points.setVerification(tx, pointId(9), found), false)
  })
  const row = await catalog.read((tx) => points.byId(tx, pointId(1)))
  assert.deepEqual(row?.verification, found)
})
