// Leases and fences: the job that has been due longest goes to one holder at a time, and who lost
// it can write nothing any more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EndState, IllegalStep, type JobProgress } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import { type Claim, LeaseLost } from './rows.ts'
import {
  backupJob,
  copyJob,
  emptyCatalog,
  jobId,
  packName,
  pointId,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import type { Tx } from './transaction.ts'
import * as vaults from './vaults.ts'

const LEASE_MS = 60_000

async function claimAt(catalog: Catalog, now: number, owner = 'one'): Promise<Claim | undefined> {
  const by = { owner, now, leaseMs: LEASE_MS, kinds: ['backup', 'copy'] } as const
  return catalog.transaction((tx) => jobs.claim(tx, by))
}

async function mustClaim(catalog: Catalog, now: number, owner?: string): Promise<Claim> {
  const claim = await claimAt(catalog, now, owner)
  assert.ok(claim)
  return claim
}

test('the job that has been due longest is claimed; one that waits hides none', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await jobs.insert(tx, backupJob(1, { dueAt: 90_000 }))
    await jobs.insert(tx, backupJob(2, { dueAt: 3000 }))
    await jobs.insert(tx, backupJob(3, { dueAt: 2000 }))
    const restoring = { vaultId: vaultId(1), pointId: pointId(1) }
    const detail = { kind: 'restore', ...restoring, metadata: {} } as const
    await jobs.insert(tx, backupJob(4, { kind: 'restore', detail, dueAt: 1 }))
  })
  assert.equal((await claimAt(catalog, 5000))?.job.id, jobId(3))
  assert.equal((await claimAt(catalog, 5000))?.job.id, jobId(2))
  assert.equal(await claimAt(catalog, 5000), undefined)
  assert.equal((await claimAt(catalog, 90_000))?.job.id, jobId(3), 'whose lease has run out')
})

test('a held job is nobody else’s until its lease runs out', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const first = await mustClaim(catalog, 5000)
  assert.deepEqual([first.fence, first.job.attempt], [1, 1])
  assert.equal(await claimAt(catalog, 5000 + LEASE_MS, 'two'), undefined)
  const renewed = await catalog.transaction((tx) => jobs.renew(tx, first, 20_000))
  assert.deepEqual(renewed, { stopRequested: false })
  assert.equal(await claimAt(catalog, 20_000 + LEASE_MS, 'two'), undefined)
  const second = await mustClaim(catalog, 20_001 + LEASE_MS, 'two')
  assert.deepEqual([second.fence, second.job.attempt], [2, 2])
})

test('a job still in hand can be left out of a claim', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const by = { owner: 'one', now: 5000, leaseMs: 1, kinds: ['backup'] } as const
  const except = [jobId(1)]
  assert.equal(await catalog.transaction((tx) => jobs.claim(tx, { ...by, except })), undefined)
})

const writes: readonly [string, (tx: Tx, held: Claim) => Promise<unknown>][] = [
  ['start', (tx, held) => jobs.start(tx, held, 9)],
  ['saveProgress', (tx, held) => jobs.saveProgress(tx, held, PROGRESS)],
  ['pause', (tx, held) => jobs.pause(tx, held, { dueAt: 9, waitingFor: 'better weather' })],
  ['release', (tx, held) => jobs.release(tx, held, 9)],
  ['finish', (tx, held) => jobs.finish(tx, held, { state: 'FAILED', completedAt: 9 })],
]
const PROGRESS: JobProgress = {
  bytesRead: 1,
  bytesStored: 2,
  bytesReused: 3,
  packsStored: 4,
  packsReused: 5,
  entries: 6,
  attempt: 1,
}

for (const [name, write] of writes) {
  test(`${name} by one who lost the job throws and takes back its transaction`, async (t) => {
    const catalog = await emptyCatalog(t)
    await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
    const old = await mustClaim(catalog, 5000, 'one')
    await mustClaim(catalog, 99_000, 'two')
    const late = catalog.transaction(async (tx) => {
      await vaults.insert(tx, vaultRow(1))
      await write(tx, old)
    })
    await assert.rejects(late, LeaseLost)
    assert.equal(await catalog.read((tx) => vaults.byId(tx, vaultId(1))), undefined)
    const job = await catalog.read((tx) => jobs.byId(tx, jobId(1)))
    assert.deepEqual([job?.state, job?.leaseOwner, job?.progress], ['CREATED', 'two', undefined])
  })

  test(`${name} after the job’s end throws`, async (t) => {
    const catalog = await emptyCatalog(t)
    await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
    const held = await mustClaim(catalog, 5000)
    const end = { state: 'FAILED', completedAt: 6000 } as const
    await catalog.transaction((tx) => jobs.finish(tx, held, end))
    await assert.rejects(
      catalog.transaction((tx) => write(tx, held)),
      LeaseLost,
    )
    assert.equal(await catalog.transaction((tx) => jobs.renew(tx, held, 7000)), 'lost')
  })
}

test('a lease that ran out but that nobody took is still good', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const held = await mustClaim(catalog, 5000)
  await catalog.transaction((tx) => jobs.start(tx, held, 500_000))
  const renewed = await catalog.transaction((tx) => jobs.renew(tx, held, 500_000))
  assert.deepEqual(renewed, { stopRequested: false })
})

test('a job starts once: later attempts keep its state and time', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const first = await mustClaim(catalog, 5000)
  await catalog.transaction((tx) => jobs.start(tx, first, 5001))
  const second = await mustClaim(catalog, 99_000)
  await catalog.transaction((tx) => jobs.start(tx, second, 99_001))
  const job = await catalog.read((tx) => jobs.byId(tx, jobId(1)))
  assert.deepEqual([job?.state, job?.startedAt], ['RUNNING', 5001])
})

test('a job cannot come to an end its kind and state do not lead to', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, copyJob(1)))
  const held = await mustClaim(catalog, 5000)
  const finish = (state: EndState) =>
    catalog.transaction((tx) => jobs.finish(tx, held, { state, completedAt: 6000 }))
  await assert.rejects(finish('COMPLETED'), IllegalStep, 'it has not begun')
  await catalog.transaction((tx) => jobs.start(tx, held, 5000))
  await assert.rejects(finish('ABORTED'), IllegalStep, 'nobody can stop a copy')
  const job = await catalog.read((tx) => jobs.byId(tx, jobId(1)))
  assert.deepEqual([job?.state, job?.completedAt], ['RUNNING', undefined])
  await finish('PARTIAL')
})

test('a paused job is free, says why it waits, keeps its progress, and is due later', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const held = await mustClaim(catalog, 5000)
  await catalog.transaction(async (tx) => {
    await jobs.saveProgress(tx, held, PROGRESS)
    const counts = { troubles: 2, troubledSince: 4000, faults: 1 }
    await jobs.pause(tx, held, { dueAt: 7000, waitingFor: 'the disk is full', ...counts })
  })
  const job = await catalog.read((tx) => jobs.byId(tx, jobId(1)))
  assert.deepEqual(job?.progress, { ...PROGRESS, waitingFor: 'the disk is full' })
  assert.deepEqual([job?.troubles, job?.troubledSince, job?.faults], [2, 4000, 1])
  assert.equal(job?.leaseOwner, undefined)
  assert.equal(await claimAt(catalog, 6999), undefined)
  assert.equal((await claimAt(catalog, 7000))?.job.attempt, 2)
})

test('a released job is due at once', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1)))
  const held = await mustClaim(catalog, 5000)
  await catalog.transaction((tx) => jobs.release(tx, held, 5001))
  assert.equal((await claimAt(catalog, 5001, 'two'))?.fence, 2)
})

test('at a start all leases end, and what was held is due', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2, 3]) await jobs.insert(tx, backupJob(n))
  })
  await claimAt(catalog, 5000)
  await claimAt(catalog, 5000)
  assert.equal(await catalog.transaction((tx) => jobs.releaseLeases(tx)), 2)
  for (const n of [1, 2, 3]) assert.equal((await claimAt(catalog, 5001))?.job.id, jobId(n))
})

test('a job that ends keeps what is said and drops its uses', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await jobs.insert(tx, copyJob(1))
  })
  const held = await mustClaim(catalog, 5000)
  const of = { vaultId: vaultId(1), jobId: jobId(1) }
  await catalog.transaction((tx) => packs.plan(tx, { ...of, names: [packName(1)] }))
  assert.deepEqual(await catalog.read((tx) => packs.users(tx, vaultId(1))), [jobId(1)])
  const end = {
    state: 'COMPLETED',
    completedAt: 6000,
    pointArn: 'arn:point',
    warning: 'two files were left out',
    messageCategory: 'MISCELLANEOUS',
    backupSizeBytes: 7,
    resourceName: 'papers',
    keyArn: 'arn:key',
    progress: PROGRESS,
  } as const
  await catalog.transaction((tx) => jobs.start(tx, held, 5000))
  await catalog.transaction((tx) => jobs.finish(tx, held, end))
  const job = await catalog.read((tx) => jobs.byId(tx, jobId(1)))
  assert.deepEqual({ ...job, ...end }, job)
  assert.equal(job?.leaseOwner, undefined)
  assert.deepEqual(await catalog.read((tx) => packs.users(tx, vaultId(1))), [])
})
