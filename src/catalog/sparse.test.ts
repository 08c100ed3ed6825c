// Which packs are sparse, and what is kept for a point while its manifest is sealed again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PointId } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import { encodeNumbers } from './numbers.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import {
  backupJob,
  emptyCatalog,
  jobId,
  packName,
  permit,
  pointId,
  pointRow,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import { decodeParts, encodeParts, partUsed } from './used-parts.ts'
import * as vaults from './vaults.ts'

const VAULT = { vaultId: vaultId(1) }
const SIZE = 1000
const NOW = 5000

/** Points by number, each with what it uses of packs by number, in a vault with nine packs. */
async function given(
  catalog: Catalog,
  uses: Readonly<Record<number, Readonly<Record<number, number>>>>,
): Promise<void> {
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  for (const [point, used] of Object.entries(uses)) {
    await catalog.transaction(async (tx) => {
      const n = Number(point)
      await jobs.insert(tx, backupJob(n))
      const by = { owner: 'engine', now: NOW, leaseMs: 1000, kinds: ['backup'] } as const
      const claim = await jobs.claim(tx, by)
      assert.ok(claim)
      const of = { ...VAULT, jobId: jobId(n), fence: claim.fence, now: NOW }
      await packs.addUse(tx, of)
      const named = Object.entries(used).map(([pack, usedBytes]) => {
        return { name: packName(Number(pack)), sizeBytes: SIZE, usedBytes, crc32: 1 }
      })
      const all = n === 1 ? NINE : named
      await packs.claim(tx, { ...of, packs: all })
      await packs.arrived(tx, { ...of, packs: all })
      const names = named.map(({ name }) => name)
      await packs.recordPoint(tx, { point: pointRow(n), names, uses: named })
      await jobs.start(tx, claim, NOW)
      await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: NOW })
    })
  }
}

const NINE = Array.from({ length: 9 }, (_, at) => {
  return { name: packName(at + 1), sizeBytes: SIZE, crc32: 1 }
})

const sparse = async (catalog: Catalog) => {
  const found = await catalog.read((tx) => packs.sparsePacks(tx, { ...VAULT, limit: 10 }))
  return found.map(({ name }) => Number.parseInt(name, 16))
}

const names = (...numbers: number[]) => numbers.map(packName)

const takenBySweep = async (catalog: Catalog) => {
  const { condemned } = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT.vaultId))
  return condemned
}

test('packs are sparse of which no point uses a quarter, however many use a little', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, {
    1: { 1: 1000, 2: 100, 3: 240, 4: 260 },
    2: { 1: 10, 2: 100, 3: 240, 4: 10 },
  })
  assert.deepEqual(await sparse(catalog), [2, 3])
})

test('a pack found to be dense is looked into again when a point has let go of it', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, { 1: { 1: 200 }, 2: { 1: 200 } })
  const [found] = await catalog.read((tx) => packs.sparsePacks(tx, { ...VAULT, limit: 10 }))
  assert.ok(found)
  await catalog.transaction((tx) => packs.noteDense(tx, { ...VAULT, packs: [found] }))
  assert.deepEqual(await sparse(catalog), [])
  await catalog.transaction((tx) => points.remove(tx, permit(pointId(2))))
  assert.deepEqual(await sparse(catalog), [1])
})

test('a damaged pack is not sparse: it is not to be read', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, { 1: { 1: 100 } })
  const damaged = { ...VAULT, name: packName(1), now: NOW }
  await catalog.transaction((tx) => packs.markDamaged(tx, damaged))
  assert.deepEqual(await sparse(catalog), [])
})

test('a point keeps old packs and new ones while it is sealed again, then what it names', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, { 1: { 1: 100, 2: 1000 } })
  const of = { ...VAULT, pointId: pointId(1) }
  const of13 = { ...VAULT, numbers: [1, 3] }
  const { naming, next } = await catalog.read((tx) => packs.pointsNaming(tx, of13))
  assert.deepEqual([[...naming], next], [[[pointId(1), [1]]], undefined])
  const again = { ...of, generation: 2, names: names(3) }
  assert.ok(await catalog.transaction((tx) => packs.beginReseal(tx, again)))
  assert.ok(await catalog.read((tx) => packs.isResealing(tx, pointId(1))))
  const open = await catalog.read((tx) => packs.unsettled(tx, { ...VAULT, limit: 9 }))
  assert.deepEqual(open, [{ id: pointId(1), resealing: 2 }])
  assert.equal(await takenBySweep(catalog), 6, 'all but 1, 2 and 3')
  assert.deepEqual(await sparse(catalog), [], 'nothing is known of how much is used')
  const uses = [2, 3].map((n) => ({ name: packName(n), sizeBytes: SIZE, usedBytes: 500 }))
  assert.ok(await catalog.transaction((tx) => packs.settle(tx, { ...of, uses })))
  assert.equal(await catalog.read((tx) => packs.isResealing(tx, pointId(1))), false)
  assert.equal(await takenBySweep(catalog), 1)
})

test('the points that name a pack are found some at a time, each once', async (t) => {
  const catalog = await emptyCatalog(t)
  const numbers = Array.from({ length: 120 }, (_, at) => at + 1)
  await given(catalog, Object.fromEntries(numbers.map((number) => [number, { 1: 100 }])))
  const found: PointId[] = []
  let after: PointId | undefined
  do {
    const of = { ...VAULT, numbers: [1], after }
    const { naming, next } = await catalog.read((tx) => packs.pointsNaming(tx, of))
    found.push(...naming.keys())
    after = next
  } while (after !== undefined)
  assert.deepEqual(found, numbers.map(pointId).sort())
})

test('a point that is being deleted, or gone, is not sealed again', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, { 1: { 1: 100 } })
  const of = { ...VAULT, pointId: pointId(1) }
  const again = { ...of, generation: 2, names: names(3) }
  await catalog.transaction((tx) => points.markDeleting(tx, permit(pointId(1))))
  const of1 = { ...VAULT, numbers: [1] }
  const { naming } = await catalog.read((tx) => packs.pointsNaming(tx, of1))
  assert.equal(naming.size, 0)
  assert.equal(await catalog.transaction((tx) => packs.beginReseal(tx, again)), false)
  await catalog.transaction((tx) => points.remove(tx, permit(pointId(1))))
  assert.equal(await catalog.transaction((tx) => packs.beginReseal(tx, again)), false)
  assert.ok(await catalog.transaction((tx) => packs.settle(tx, { ...of, uses: [] })))
})

test('a manifest that names what is not kept for its point changes nothing', async (t) => {
  const catalog = await emptyCatalog(t)
  await given(catalog, { 1: { 1: 100 } })
  const uses = [{ name: packName(2), sizeBytes: SIZE, usedBytes: 10 }]
  const of = { ...VAULT, pointId: pointId(1), uses }
  assert.equal(await catalog.transaction((tx) => packs.settle(tx, of)), false)
  assert.equal(await takenBySweep(catalog), 8)
  assert.deepEqual(await sparse(catalog), [], 'it counts as used whole')
})

test('parts of packs come back with their numbers, never smaller than they were', () => {
  const size = fc.integer({ min: 1, max: 2 ** 25 })
  const use = fc.tuple(size, fc.double({ min: 0, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.dictionary(fc.nat(100_000).map(String), use), (uses) => {
      const rows = Object.entries(uses).map(([no, [sizeBytes, share]]) => {
        const usedBytes = Math.ceil(share * sizeBytes)
        const part = partUsed({ name: packName(1), sizeBytes, usedBytes })
        assert.ok(part / 255 >= usedBytes / sizeBytes || part === 255)
        return [Number(no) + 1, part] as const
      })
      const numbers = encodeNumbers(rows.map(([no]) => no))
      const found = new Map<number, number>()
      decodeParts({ numbers, parts: encodeParts(rows) }, (no, part) => found.set(no, part))
      assert.deepEqual(found, new Map(rows.toSorted(([a], [b]) => a - b)))
    }),
  )
})
