// Quotas hold jobs back before they begin: by resource, by destination Region, into other accounts.
// What has begun goes on, and a job that waits says for what.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AWS_QUOTAS, type JobId, type Quotas } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import type { NewJob } from './rows.ts'
import { ACCOUNT, backupJob, copyJob, emptyCatalog, jobId } from './samples.suite.ts'

const NINETY_DAYS_MS = 90 * 24 * 60 * 60 * 1000
const RESOURCE = 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-1'

function vault(name: string, { region = 'eu-west-1', account = ACCOUNT as string } = {}): string {
  return `arn:aws:backup:${region}:${account}:backup-vault:${name}`
}

function copy(n: number, to: string, but: Partial<NewJob> = {}): NewJob {
  return copyJob(n, { resourceArn: `${RESOURCE}${n}`, destinationVaultArn: to, ...but })
}

async function add(catalog: Catalog, ...all: NewJob[]): Promise<void> {
  await catalog.transaction(async (tx) => {
    for (const job of all) await jobs.insert(tx, job)
  })
}

/** Claims as an engine does that has all it claimed in hand; begins what it claimed if told to. */
async function claims(
  catalog: Catalog,
  quotas: Quotas,
  { begin = true }: { begin?: boolean } = {},
): Promise<JobId[]> {
  const hand: JobId[] = []
  for (;;) {
    const by = { owner: 'one', now: 9000, leaseMs: 60_000, kinds: ['backup', 'copy'] } as const
    const claim = await catalog.transaction((tx) => jobs.claim(tx, { ...by, except: hand, quotas }))
    if (claim === undefined) return hand
    if (begin) await catalog.transaction((tx) => jobs.start(tx, claim, 9000))
    hand.push(claim.job.id)
  }
}

const waits = (catalog: Catalog, n: number, quotas: Quotas) =>
  catalog.read((tx) => jobs.heldBackBy(tx, jobId(n), quotas))

test('of one resource one backup or copy is begun at a time, others meanwhile', async (t) => {
  const quotas = { jobsPerResource: 1 }
  for (const begin of [true, false]) {
    const catalog = await emptyCatalog(t)
    await add(
      catalog,
      backupJob(1, { resourceArn: RESOURCE }),
      backupJob(2, { resourceArn: RESOURCE }),
      copyJob(3, { resourceArn: RESOURCE, destinationVaultArn: vault('b') }),
      backupJob(4, { resourceArn: `${RESOURCE}other` }),
    )
    assert.deepEqual(await claims(catalog, quotas, { begin }), [jobId(1), jobId(4)])
    if (!begin) continue
    const told = 'its turn: of one resource one job may run at once'
    assert.equal(await waits(catalog, 2, quotas), told)
    assert.equal(await waits(catalog, 3, quotas), told)
    assert.equal(await waits(catalog, 1, quotas), undefined, 'it has begun')
  }
})

test('a job that has begun goes on, whatever the quota became', async (t) => {
  const catalog = await emptyCatalog(t)
  await add(catalog, ...[1, 2, 3].map((n) => backupJob(n, { resourceArn: RESOURCE })))
  assert.equal((await claims(catalog, {})).length, 3)
  await catalog.transaction((tx) => jobs.releaseLeases(tx))
  assert.equal((await claims(catalog, { jobsPerResource: 1 })).length, 3)
})

test('a copy too many waits its turn, however far the clock is moved, and has it after', async (t) => {
  const catalog = await emptyCatalog(t)
  const quotas = { copiesPerRegion: 1 }
  await add(catalog, copy(1, vault('first')), copy(2, vault('second')))
  const claimAt = (now: number, except: JobId[]) => {
    // As where the clock can be moved: leases go by real time, all else by the moved one.
    const times = { now, leaseNow: 9000, leaseMs: 60_000 }
    const by = { owner: 'one', kinds: ['copy'] as const, except, quotas, ...times }
    return catalog.transaction((tx) => jobs.claim(tx, by))
  }
  const first = await claimAt(9000, [])
  assert.equal(first?.job.id, jobId(1))
  await catalog.transaction((tx) => jobs.start(tx, first, 9000))
  const later = 9000 + NINETY_DAYS_MS
  assert.equal(await claimAt(later, [jobId(1)]), undefined)
  const end = { state: 'COMPLETED', completedAt: later } as const
  await catalog.transaction((tx) => jobs.finish(tx, first, end))
  assert.equal((await claimAt(later, []))?.job.id, jobId(2))
})

test('copies of an account into a Region are counted by their destination', async (t) => {
  const catalog = await emptyCatalog(t)
  const quotas = { copiesPerRegion: 2 }
  const there = { region: 'us-east-2' }
  await add(
    catalog,
    ...[1, 2, 3].map((n) => copy(n, vault(`v${n}`))),
    ...[4, 5, 6].map((n) => copy(n, vault(`v${n}`, there))),
    backupJob(7, { resourceArn: RESOURCE }),
  )
  const begun = await claims(catalog, quotas)
  assert.deepEqual(begun, [1, 2, 4, 5, 7].map(jobId))
  assert.equal(
    await waits(catalog, 6, quotas),
    'its turn: into us-east-2 2 jobs of an account may run at once',
  )
})

test('into a Region that is full, vaults with few copies at work still get some', async (t) => {
  const catalog = await emptyCatalog(t)
  const quotas = { copiesPerRegion: 3, copiesPerVaultBeyond: 2 }
  await add(
    catalog,
    ...[1, 2, 3, 4].map((n) => copy(n, vault('busy'))),
    ...[5, 6, 7].map((n) => copy(n, vault('quiet'))),
  )
  // Three fill the Region; then `busy` has more than two, and `quiet` gets its two.
  assert.deepEqual(await claims(catalog, quotas), [1, 2, 3, 5, 6].map(jobId))
})

test('copies of one resource into other accounts have a quota of their own', async (t) => {
  const catalog = await emptyCatalog(t)
  const quotas = { ...AWS_QUOTAS, crossAccountCopiesPerResource: 2 }
  const elsewhere = (n: number, account: string) =>
    copyJob(n, { resourceArn: RESOURCE, destinationVaultArn: vault('their', { account }) })
  await add(
    catalog,
    backupJob(1, { resourceArn: RESOURCE }),
    elsewhere(2, '222222222222'),
    elsewhere(3, '333333333333'),
    elsewhere(4, '444444444444'),
  )
  assert.deepEqual(await claims(catalog, quotas), [1, 2, 3].map(jobId))
  assert.match((await waits(catalog, 4, quotas)) ?? '', /2 jobs into other accounts/)
})

test('without quotas nothing is held back', async (t) => {
  const catalog = await emptyCatalog(t)
  await add(catalog, ...[1, 2, 3].map((n) => backupJob(n, { resourceArn: RESOURCE })))
  assert.equal((await claims(catalog, {})).length, 3)
  assert.equal(await waits(catalog, 1, {}), undefined)
})
