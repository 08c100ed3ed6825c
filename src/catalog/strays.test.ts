// Packs in the store without a row: known for a day before they are taken, and not taken when a
// row, or a job that was there before, says that they may be wanted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PackName } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import {
  backupJob,
  emptyCatalog,
  jobId,
  packName,
  packNames,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import * as vaults from './vaults.ts'

const DAY_MS = 86_400_000
const NOW = 5000
const VAULT = vaultId(1)

async function withVault(t: Parameters<typeof emptyCatalog>[0]): Promise<Catalog> {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  return catalog
}

const look = (
  catalog: Catalog,
  names: readonly PackName[],
  { now = NOW, after, isEnd = true }: { now?: number; after?: PackName; isEnd?: boolean } = {},
) => catalog.transaction((tx) => packs.noteListed(tx, { vaultId: VAULT, names, after, isEnd, now }))

const due = (catalog: Catalog, now: number) => catalog.read((tx) => packs.dueStrays(tx, VAULT, now))

const take = (catalog: Catalog, names: readonly PackName[], now: number) =>
  catalog.transaction(async (tx) => {
    const taken = names.map((name) => ({ name, sizeBytes: 7 }))
    await packs.takeStrays(tx, { vaultId: VAULT, packs: taken, now })
    return packs.sweepTake(tx, VAULT, { generation: 0 })
  })

/** A job that uses the vault and puts these packs. */
async function putting(catalog: Catalog, names: readonly PackName[]) {
  await catalog.transaction(async (tx) => {
    await jobs.insert(tx, backupJob(1))
    const by = { owner: 'one', now: NOW, leaseMs: 60_000, kinds: ['backup'] } as const
    const held = await jobs.claim(tx, by)
    assert.ok(held)
    const of = { vaultId: VAULT, jobId: held.job.id }
    await packs.addUse(tx, of)
    const wanted = names.map((name) => ({ name, sizeBytes: 1 }))
    await packs.claim(tx, { ...of, fence: held.fence, now: NOW, packs: wanted })
  })
}

test('a stray is due a day after it was first seen, and is then taken as any pack is', async (t) => {
  const catalog = await withVault(t)
  await look(catalog, [packName(1)])
  await look(catalog, [packName(1)], { now: NOW + DAY_MS - 1 })
  assert.deepEqual(await due(catalog, NOW + DAY_MS - 1), [])
  assert.deepEqual(await take(catalog, [packName(1)], NOW + DAY_MS - 1), [], 'it is too young')
  await look(catalog, [packName(1)])
  assert.deepEqual(await due(catalog, NOW + 2 * DAY_MS), [packName(1)])
  assert.deepEqual(await take(catalog, [packName(1)], NOW + 2 * DAY_MS), [
    { name: packName(1), sizeBytes: 7 },
  ])
  await putting(catalog, [])
  const found = await catalog.transaction((tx) =>
    packs.plan(tx, { vaultId: VAULT, jobId: jobId(1), names: [packName(1)] }),
  )
  assert.equal(found.get(packName(1)), 'wait', 'nobody puts it while it is being deleted')
})

test('what is gone from the store, or got a row, is a stray no more', async (t) => {
  const catalog = await withVault(t)
  await look(catalog, [packName(1), packName(2), packName(3)])
  await putting(catalog, [packName(2)])
  await look(catalog, [packName(2), packName(3)])
  const later = NOW + 2 * DAY_MS
  await catalog.transaction((tx) => packs.dropUses(tx, jobId(1)))
  assert.deepEqual(await due(catalog, later), [packName(3)])
  assert.deepEqual(await take(catalog, [packName(1), packName(2)], later), [])
})

test('what got a row after it was found due is not taken', async (t) => {
  const catalog = await withVault(t)
  await look(catalog, [packName(1)], { now: 0 })
  const later = 2 * DAY_MS
  assert.deepEqual(await due(catalog, later), [packName(1)])
  await putting(catalog, [packName(1)])
  assert.deepEqual(await take(catalog, [packName(1)], later), [])
})

test('a job that used the vault when a stray was first seen keeps it', async (t) => {
  const catalog = await withVault(t)
  await look(catalog, [packName(1)], { now: 1000 })
  await putting(catalog, [])
  await look(catalog, [packName(1), packName(2)])
  const later = NOW + 2 * DAY_MS
  assert.deepEqual(await due(catalog, later), [packName(1)], 'the job was made after that one')
  assert.deepEqual(await take(catalog, [packName(2)], later), [])
  await catalog.transaction((tx) => packs.dropUses(tx, jobId(1)))
  await look(catalog, [packName(2)])
  assert.deepEqual(await due(catalog, later), [packName(2)])
})

test('a look goes on where the one before stopped, and forgets only what it passed', async (t) => {
  const catalog = await withVault(t)
  const names = [...packNames(6)].sort()
  const [second, fourth] = [names[1], names[3]]
  await look(catalog, names)
  const upTo = () => catalog.read((tx) => packs.lookedUpTo(tx, VAULT))
  assert.equal(await upTo(), undefined)
  await look(catalog, names.slice(0, 2), { isEnd: false })
  assert.equal(await upTo(), second)
  assert.ok(second)
  await look(catalog, names.slice(3, 4), { after: second, isEnd: false })
  assert.equal(await upTo(), fourth)
  assert.deepEqual(
    await due(catalog, NOW + DAY_MS),
    names.filter((_, at) => at !== 2),
  )
})

test('a stray that is needed after all waits another day', async (t) => {
  const catalog = await withVault(t)
  await look(catalog, [packName(1)])
  const later = NOW + DAY_MS
  const again = { vaultId: VAULT, names: [packName(1)], now: later }
  await catalog.transaction((tx) => packs.seeAgain(tx, again))
  assert.deepEqual(await due(catalog, later), [])
  assert.deepEqual(await due(catalog, later + DAY_MS), [packName(1)])
})
