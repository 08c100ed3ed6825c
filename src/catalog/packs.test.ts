// Packs, function by function: who may put one, what a resumed job finds, what recording checks,
// how a sweep goes, and that none of it costs more rows than it must. Interleavings are in
// `keeping.test.ts`.

import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { PackName } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import type { Claim } from './rows.ts'
import {
  copyJob,
  emptyCatalog,
  jobId,
  openedCatalog,
  packName,
  packNames,
  pointId,
  pointRow,
  sweepJob,
  vaultId,
  vaultPermit,
  vaultRow,
} from './samples.suite.ts'
import * as vaults from './vaults.ts'

const VAULT = vaultId(1)
const NOW = 5000
const LEASE_MS = 60_000

/** A vault and `count` claimed copy jobs that use it. */
async function begin(catalog: Catalog, count: number): Promise<Claim[]> {
  await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
  const claims: Claim[] = []
  for (let n = 1; n <= count; n++) claims.push(await anotherJob(catalog, n))
  return claims
}

async function anotherJob(catalog: Catalog, n: number, now = NOW): Promise<Claim> {
  await catalog.transaction((tx) => jobs.insert(tx, copyJob(n)))
  const by = { owner: 'engine', now, leaseMs: LEASE_MS, kinds: ['copy'] } as const
  const claim = await catalog.transaction((tx) => jobs.claim(tx, by))
  assert.ok(claim)
  await catalog.transaction((tx) => packs.addUse(tx, of(claim)))
  return claim
}

const of = ({ job, fence }: Claim) => ({ vaultId: VAULT, jobId: job.id, fence, now: NOW })

const claimPacks = (catalog: Catalog, claim: Claim, names: readonly PackName[], now = NOW) => {
  const wanted = names.map((name) => ({ name, sizeBytes: 10 }))
  return catalog.transaction((tx) => packs.claim(tx, { ...of(claim), now, packs: wanted }))
}

const arrive = (catalog: Catalog, claim: Claim, names: readonly PackName[], key?: Uint8Array) => {
  const there = names.map((name) => ({ name, sizeBytes: 10, crc32: 7, sealedKey: key }))
  return catalog.transaction((tx) => packs.arrived(tx, { ...of(claim), packs: there }))
}

const plan = (catalog: Catalog, claim: Claim, names: readonly PackName[]) =>
  catalog.transaction((tx) => packs.plan(tx, { ...of(claim), names }))

const record = (catalog: Catalog, claim: Claim, names: readonly PackName[]) =>
  catalog.transaction(async (tx) => {
    const n = Number(claim.job.id.slice(-6))
    await packs.recordPoint(tx, { point: pointRow(n), names })
    await jobs.start(tx, claim, NOW)
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: NOW })
  })

const fail = (catalog: Catalog, claim: Claim) =>
  catalog.transaction((tx) => jobs.finish(tx, claim, { state: 'FAILED', completedAt: NOW }))

/** Rows changed on the connection so far. */
const changes = (below: DatabaseSync) =>
  Number(below.prepare('select total_changes() as n').get()?.n)

test('a pack is put by the job that claimed it; others wait, and find it live', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, two] = await begin(catalog, 2)
  assert.ok(one && two)
  const both = [packName(1), packName(2)]
  assert.deepEqual(
    [...(await claimPacks(catalog, one, both))].map(([, turn]) => turn),
    ['put', 'put'],
  )
  assert.equal((await claimPacks(catalog, two, both)).get(packName(1)), 'wait')
  assert.equal((await plan(catalog, two, both)).size, 0, 'arriving is not present')
  await arrive(catalog, one, [packName(1)])
  const turns = await claimPacks(catalog, two, [...both, packName(3)])
  assert.deepEqual(Object.fromEntries(turns), {
    [packName(1)]: 'live',
    [packName(2)]: 'wait',
    [packName(3)]: 'put',
  })
  assert.deepEqual([...(await plan(catalog, two, both))], [[packName(1), 'live']])
})

test('the same pack twice in one claim is one pack', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const twice = [packName(1), packName(1)]
  assert.deepEqual([...(await claimPacks(catalog, one, twice))], [[packName(1), 'put']])
  await arrive(catalog, one, twice)
  await record(catalog, one, twice)
})

test('what a dead job claimed is its own again, or another’s', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, two] = await begin(catalog, 2)
  assert.ok(one && two)
  const name = packName(1)
  await claimPacks(catalog, one, [name])
  assert.equal((await claimPacks(catalog, one, [name])).get(name), 'put', 'again its own')
  const held = NOW + LEASE_MS
  assert.equal((await claimPacks(catalog, two, [name], held)).get(name), 'wait')
  assert.equal((await claimPacks(catalog, two, [name], held + 1)).get(name), 'put')
  assert.equal((await claimPacks(catalog, one, [name])).get(name), 'wait', 'now it is the other’s')
  await assert.rejects(arrive(catalog, one, [name]), { name: 'LeaseLost' })
  await arrive(catalog, two, [name])
  await arrive(catalog, two, [name])
})

test('who lost the job claims nothing, and a job without a use is a bug', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const old = { ...one, fence: 0 }
  await assert.rejects(claimPacks(catalog, old, [packName(1)]), { name: 'LeaseLost' })
  await catalog.transaction((tx) => packs.dropUses(tx, one.job.id))
  await assert.rejects(claimPacks(catalog, one, [packName(1)]), /does not use/)
  await assert.rejects(record(catalog, one, []), /does not use/)
})

test('nothing is planned, claimed or recorded in a vault that is on its way out', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  await catalog.transaction((tx) => vaults.markDeleting(tx, vaultPermit(VAULT)))
  const gone = { name: 'VaultGone', vaultId: VAULT }
  await assert.rejects(plan(catalog, one, []), gone)
  await assert.rejects(claimPacks(catalog, one, [packName(1)]), gone)
  await assert.rejects(record(catalog, one, []), gone)
  const nowhere = { vaultId: vaultId(9), jobId: one.job.id }
  await assert.rejects(
    catalog.transaction((tx) => packs.addUse(tx, nowhere)),
    { name: 'VaultGone', vaultId: vaultId(9) },
  )
})

test('a resumed backup finds the packs it put, with their keys, until it has ended', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, two] = await begin(catalog, 2)
  assert.ok(one && two)
  const names = [packName(1), packName(2), packName(3)]
  await claimPacks(catalog, one, names)
  await arrive(catalog, one, names.slice(0, 2), Uint8Array.of(1, 2, 3))
  const own = await catalog.transaction((tx) => packs.ofJob(tx, of(one)))
  const sealedKey = Uint8Array.of(1, 2, 3)
  assert.deepEqual(
    own.map((pack) => ({ ...pack, sealedKey: new Uint8Array(pack.sealedKey) })),
    names.slice(0, 2).map((name) => ({ name, sizeBytes: 10, crc32: 7, sealedKey })),
  )
  assert.deepEqual(await catalog.transaction((tx) => packs.ofJob(tx, of(two))), [])
  assert.equal(await catalog.transaction((tx) => packs.forgetKeys(tx)), true)
  assert.equal((await catalog.transaction((tx) => packs.ofJob(tx, of(one)))).length, 2)
  await fail(catalog, one)
  await catalog.transaction((tx) => packs.forgetKeys(tx))
  assert.deepEqual(await catalog.transaction((tx) => packs.ofJob(tx, of(one))), [])
})

test('a point that names a pack which is not there is not recorded', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  await claimPacks(catalog, one, [packName(1), packName(2)])
  await arrive(catalog, one, [packName(1)])
  await assert.rejects(record(catalog, one, [packName(1), packName(2)]), /names 2 packs, 1 are/)
  assert.equal(await catalog.read((tx) => points.byId(tx, pointId(1))), undefined)
})

test('a sweep frees what no point names, and waits for jobs that began before it', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, two] = await begin(catalog, 2)
  assert.ok(one && two)
  const [kept, freed] = [packName(1), packName(2)]
  await claimPacks(catalog, one, [kept, freed])
  await arrive(catalog, one, [kept, freed])
  const early = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT))
  assert.equal(early.condemned, 0, 'running jobs’ own packs are spared')
  await record(catalog, one, [kept])
  const nothing = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT))
  assert.equal(nothing.condemned, 0, 'the other job could have put them')
  await fail(catalog, two)
  const late = await anotherJob(catalog, 3)
  const begun = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT))
  assert.deepEqual([begun.condemned, begun.more, begun.generation], [1, false, 1])
  assert.equal(await catalog.read((tx) => packs.sweepReady(tx, VAULT, 1)), false)
  await assert.rejects(
    catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation: 1 })),
    /still need/,
  )
  await fail(catalog, late)
  const later = await anotherJob(catalog, 4)
  assert.equal(await catalog.read((tx) => packs.sweepReady(tx, VAULT, 1)), true)
  const taken = await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation: 1 }))
  assert.deepEqual(taken, [{ name: freed, sizeBytes: 10 }])
  assert.deepEqual(
    [...(await plan(catalog, later, [kept, freed]))],
    [
      [kept, 'live'],
      [freed, 'wait'],
    ],
  )
  assert.equal((await claimPacks(catalog, later, [freed])).get(freed), 'wait')
  const again = await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation: 1 }))
  assert.deepEqual(again, taken, 'a sweep that died here finds them again')
  await catalog.transaction((tx) => packs.sweepGone(tx, VAULT, [freed, kept]))
  assert.deepEqual(
    await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation: 1 })),
    [],
  )
  assert.equal((await claimPacks(catalog, later, [freed])).get(freed), 'put')
})

test('a condemned pack that a job plans with is live again and survives the sweep', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const name = packName(1)
  await claimPacks(catalog, one, [name])
  await arrive(catalog, one, [name])
  await fail(catalog, one)
  const { generation } = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT))
  const two = await anotherJob(catalog, 2)
  assert.equal((await plan(catalog, two, [name])).get(name), 'live')
  assert.equal(await catalog.read((tx) => packs.sweepReady(tx, VAULT, generation)), true)
  assert.deepEqual(
    await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation })),
    [],
  )
  await record(catalog, two, [name])
})

test('what an ended job left half put is swept; a waiting job’s is not', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one, two] = await begin(catalog, 2)
  assert.ok(one && two)
  await claimPacks(catalog, one, [packName(1)])
  await claimPacks(catalog, two, [packName(2)])
  await fail(catalog, one)
  await catalog.transaction((tx) => jobs.release(tx, two, NOW))
  const { generation } = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT))
  const taken = await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation }))
  assert.deepEqual(taken, [{ name: packName(1), sizeBytes: 10 }])
})

test('a sweep of many packs goes in steps of a thousand', async (t) => {
  const { catalog, below } = await openedCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const names = packNames(2500)
  await claimPacks(catalog, one, names)
  await arrive(catalog, one, names)
  await record(catalog, one, names.slice(0, 100))
  let condemned = 0
  let generation = 0
  for (let looked: packs.Looked | undefined, more = true; more; ) {
    const before = changes(below)
    const step = await catalog.transaction((tx) => packs.sweepBegin(tx, VAULT, looked))
    assert.ok(changes(below) - before <= 1001)
    condemned += step.condemned
    generation = step.generation
    looked = step
    more = step.more
  }
  assert.equal(condemned, 2400)
  let freed = 0
  for (;;) {
    const taken = await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation }))
    if (taken.length === 0) break
    assert.ok(taken.length <= 1000)
    freed += taken.length
    const gone = taken.map((pack) => pack.name)
    await catalog.transaction((tx) => packs.sweepGone(tx, VAULT, gone))
  }
  assert.equal(freed, 2400)
  const known = await catalog.read((tx) => packs.known(tx, VAULT, names))
  assert.deepEqual(known, new Set(names.slice(0, 100)))
})

test('a damaged pack is marked and told', async (t) => {
  const catalog = await emptyCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const names = [packName(1), packName(2)]
  await claimPacks(catalog, one, names)
  await arrive(catalog, one, names)
  for (const name of [packName(2), packName(3)]) {
    await catalog.transaction((tx) => packs.markDamaged(tx, { vaultId: VAULT, name, now: 1 }))
  }
  const damaged = await catalog.read((tx) => packs.damaged(tx, VAULT, names))
  assert.deepEqual([...damaged], [packName(2)])
})

test('numbers of packs are never used again, so no point comes to name another pack', async (t) => {
  const { catalog, below } = await openedCatalog(t)
  const numbers = new Set<number>()
  await begin(catalog, 0)
  for (let n = 1; n <= 3; n++) {
    const job = await anotherJob(catalog, n)
    await claimPacks(catalog, job, [packName(1)])
    numbers.add(Number(below.prepare('select no from pack').get()?.no))
    await fail(catalog, job)
    await catalog.transaction((tx) => packs.sweepTake(tx, VAULT, { generation: 0 }))
    await catalog.transaction((tx) => packs.sweepGone(tx, VAULT, [packName(1)]))
  }
  assert.equal(numbers.size, 3)
})

test('a copy that finds all of 30,000 packs writes a handful of rows', async (t) => {
  const { catalog, below } = await openedCatalog(t)
  const [one] = await begin(catalog, 1)
  assert.ok(one)
  const names = packNames(30_000)
  await claimPacks(catalog, one, names)
  await arrive(catalog, one, names)
  await record(catalog, one, names)
  const before = changes(below)
  const copy = await anotherJob(catalog, 2)
  assert.equal((await plan(catalog, copy, names)).size, names.length)
  await record(catalog, copy, names)
  // The job made, claimed, started and ended; its use come and gone; the point, its packs and
  // the note that its facts are to be written.
  assert.equal(changes(below) - before, 10)
})

test('a sweep job does not stand in its own way', async (t) => {
  const catalog = await emptyCatalog(t)
  await begin(catalog, 0)
  await catalog.transaction((tx) => jobs.insert(tx, sweepJob(1)))
  assert.deepEqual(await catalog.read((tx) => packs.users(tx, VAULT)), [])
  const one = await anotherJob(catalog, 2)
  assert.deepEqual(await catalog.read((tx) => packs.users(tx, VAULT)), [one.job.id])
  assert.equal(one.job.id, jobId(2))
})
