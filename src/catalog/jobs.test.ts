// Jobs as requests see them: tokens, filters, pages, who is in the way, stops.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRegionName } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import type { NewJob } from './rows.ts'
import {
  ACCOUNT,
  backupJob,
  copyJob,
  emptyCatalog,
  jobId,
  openedCatalog,
  pointId,
  REGION,
  sweepJob,
  vaultId,
  vaultRow,
} from './samples.suite.ts'

const HERE = { account: ACCOUNT, region: REGION }
const TOKEN = { operation: 'StartBackupJob', token: 'token:/1', requestHash: 'hash' }

async function insertAll(catalog: Catalog, rows: readonly NewJob[]): Promise<void> {
  await catalog.transaction(async (tx) => {
    for (const row of rows) await jobs.insert(tx, row)
  })
}

test('a job is found as it was inserted, due when it was created', async (t) => {
  const catalog = await emptyCatalog(t)
  const job = copyJob(1, {
    resourceName: 'papers',
    vaultArn: 'arn:vault',
    iamRoleArn: 'arn:role',
    keyArn: 'arn:key',
    backupSizeBytes: 12,
    parentJobId: 'parent',
    createdBy: { BackupPlanId: 'plan' },
  })
  await insertAll(catalog, [job])
  assert.deepEqual(await catalog.read((tx) => jobs.byId(tx, job.id)), {
    ...job,
    dueAt: job.createdAt,
    attempt: 0,
    fence: 0,
    stopRequested: false,
    troubles: 0,
    faults: 0,
  })
  assert.equal(await catalog.read((tx) => jobs.byId(tx, jobId(2))), undefined)
})

test('a job can be over from its beginning, and is then never claimed', async (t) => {
  const catalog = await emptyCatalog(t)
  const failure = { code: 'CopyJobAccessDenied' } as const
  await insertAll(catalog, [copyJob(1, { state: 'FAILED', completedAt: 1001, failure })])
  const by = { owner: 'o', now: 9999, leaseMs: 1, kinds: ['copy'] } as const
  assert.equal(await catalog.transaction((tx) => jobs.claim(tx, by)), undefined)
  assert.deepEqual((await catalog.read((tx) => jobs.byId(tx, jobId(1))))?.failure, failure)
})

test('a token keeps the first answer, in its account, Region and operation', async (t) => {
  const catalog = await emptyCatalog(t)
  const answer = { BackupJobId: jobId(1), CreationDate: 1.001 }
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1), { ...TOKEN, answer }))
  const scope = { ...HERE, operation: TOKEN.operation, token: TOKEN.token }
  await catalog.read(async (tx) => {
    const found = await jobs.findByToken(tx, scope)
    assert.deepEqual(found, { jobId: jobId(1), requestHash: 'hash', answer })
    const region = parseRegionName('us-east-1')
    assert.equal(await jobs.findByToken(tx, { ...scope, region }), undefined)
    assert.equal(await jobs.findByToken(tx, { ...scope, operation: 'StartCopyJob' }), undefined)
  })
})

test('a taken token leaves no job behind, even when the transaction goes on', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction((tx) => jobs.insert(tx, backupJob(1), TOKEN))
  await catalog.transaction(async (tx) => {
    await assert.rejects(jobs.insert(tx, backupJob(2), TOKEN), { name: 'TokenTaken' })
  })
  assert.equal(await catalog.read((tx) => jobs.byId(tx, jobId(2))), undefined)
})

test('a vault has one sweep at a time', async (t) => {
  const catalog = await emptyCatalog(t)
  await insertAll(catalog, [sweepJob(1)])
  await assert.rejects(insertAll(catalog, [sweepJob(2)]), { name: 'SweepOpen' })
  const elsewhere = { kind: 'sweep', vaultId: vaultId(2) } as const
  await insertAll(catalog, [sweepJob(3, { detail: elsewhere })])
  const by = { owner: 'o', now: 9999, leaseMs: 1, kinds: ['sweep'] } as const
  await catalog.transaction(async (tx) => {
    const claim = await jobs.claim(tx, by)
    assert.ok(claim)
    await jobs.start(tx, claim, 9999)
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: 10_000 })
  })
  await insertAll(catalog, [sweepJob(2)])
})

const filtered: readonly [string, Partial<NewJob>, jobs.JobFilters][] = [
  ['resource', { resourceArn: 'arn:x' }, { resourceArn: 'arn:x' }],
  ['state', { state: 'PENDING' }, { state: 'PENDING' }],
  ['resource type', { resourceType: 'S3' }, { resourceType: 'S3' }],
  ['parent', { parentJobId: 'parent' }, { parentJobId: 'parent' }],
  ['vault', { vaultName: 'other' }, { vaultName: 'other' }],
  ['destination', { destinationVaultArn: 'arn:d' }, { destinationVaultArn: 'arn:d' }],
  ['source', { sourcePointArn: 'arn:p' }, { sourcePointArn: 'arn:p' }],
  ['category', { messageCategory: 'ACCESS_DENIED' }, { messageCategory: 'AccessDenied' }],
  ['created before', { createdAt: 5 }, { createdBefore: 6 }],
  ['created after', { createdAt: 5000 }, { createdAfter: 4999 }],
  ['completed before', { completedAt: 5 }, { completedBefore: 6 }],
  ['completed after', { completedAt: 9000 }, { completedAfter: 8999 }],
]
for (const [name, change, filters] of filtered) {
  test(`jobs are listed by ${name}`, async (t) => {
    const catalog = await emptyCatalog(t)
    const completedAt = 2000
    await insertAll(catalog, [
      backupJob(1, { completedAt, ...change }),
      backupJob(2, { completedAt }),
      copyJob(3, { completedAt, ...change }),
      backupJob(4, { completedAt, ...change, region: parseRegionName('us-east-1') }),
    ])
    const page = { limit: 10 }
    const list = { kind: 'backup', ...HERE, page } as const
    await catalog.read(async (tx) => {
      const all = await jobs.list(tx, list)
      assert.equal(all.rows.length, 2)
      const { rows } = await jobs.list(tx, { ...list, filters })
      assert.deepEqual(
        rows.map((row) => row.id),
        [jobId(1)],
      )
    })
  })
}

test('pages of jobs hold what a plain filter of all jobs holds, newest first', async (t) => {
  const { catalog } = await openedCatalog(t)
  const states = ['CREATED', 'RUNNING', 'COMPLETED']
  const all = Array.from({ length: 60 }, (_, n) =>
    backupJob(n, { createdAt: n % 7, state: states[n % 3] ?? '' }),
  )
  await insertAll(catalog, all)
  const wish = fc.record({
    limit: fc.integer({ min: 1, max: 70 }),
    state: fc.option(fc.constantFrom(...states), { nil: undefined }),
    createdAfter: fc.option(fc.integer({ min: -1, max: 7 }), { nil: undefined }),
    createdBefore: fc.option(fc.integer({ min: -1, max: 7 }), { nil: undefined }),
  })
  const everyPage = async ({ limit, ...filters }: jobs.JobFilters & { limit: number }) => {
    const seen: string[] = []
    let after: { at: number; id: string } | undefined
    do {
      const options = { kind: 'backup', ...HERE, filters, page: { limit, after } } as const
      const listed = await catalog.read((tx) => jobs.list(tx, options))
      seen.push(...listed.rows.map((row) => row.id))
      after = listed.next
    } while (after)
    return seen
  }
  await fc.assert(
    fc.asyncProperty(wish, async (wished) => {
      const { state, createdAfter = -1, createdBefore = 99 } = wished
      const expected = all
        .filter((job) => state === undefined || job.state === state)
        .filter((job) => job.createdAt > createdAfter && job.createdAt < createdBefore)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        .map((job) => job.id)
      assert.deepEqual(await everyPage(wished), expected)
    }),
    { numRuns: 60 },
  )
})

test('jobs that have not ended are found by the vaults and points they work on', async (t) => {
  const catalog = await emptyCatalog(t)
  const restoring = { vaultId: vaultId(1), pointId: pointId(1) }
  await insertAll(catalog, [
    backupJob(1),
    copyJob(2),
    { ...backupJob(3), kind: 'restore', detail: { kind: 'restore', ...restoring, metadata: {} } },
    { ...backupJob(4), kind: 'delete', detail: { kind: 'delete', ...restoring } },
    sweepJob(5),
    copyJob(6, { completedAt: 2000 }),
  ])
  const ids = async (found: Promise<{ id: string }[]>) =>
    (await found).map((job) => Number(job.id.slice(-2))).sort()
  await catalog.read(async (tx) => {
    const source = { vaultId: vaultId(1), vaultArn: vaultRow(1).arn }
    const destination = { vaultId: vaultId(2), vaultArn: vaultRow(2).arn }
    assert.deepEqual(await ids(jobs.openOnVault(tx, source)), [1, 2, 3, 4, 5])
    assert.deepEqual(await ids(jobs.openOnVault(tx, { ...source, kinds: ['sweep'] })), [5])
    assert.deepEqual(await ids(jobs.openOnVault(tx, destination)), [2])
    assert.deepEqual(await ids(jobs.openOnPoint(tx, { pointId: pointId(1) })), [2, 3, 4])
    const readers = { pointId: pointId(1), kinds: ['copy', 'restore'] } as const
    assert.deepEqual(await ids(jobs.openOnPoint(tx, readers)), [2, 3])
  })
})

test('a backup asked to stop is ABORTING and due at once; an ended one is not', async (t) => {
  const catalog = await emptyCatalog(t)
  await insertAll(catalog, [
    backupJob(1, { dueAt: 90_000 }),
    backupJob(2, { completedAt: 2000, state: 'COMPLETED' }),
    copyJob(3),
  ])
  await catalog.transaction(async (tx) => {
    assert.equal(await jobs.requestStop(tx, { id: jobId(1), now: 5000 }), true)
    assert.equal(await jobs.requestStop(tx, { id: jobId(2), now: 5000 }), false)
    assert.equal(await jobs.requestStop(tx, { id: jobId(3), now: 5000 }), false)
    const job = await jobs.byId(tx, jobId(1))
    assert.deepEqual([job?.state, job?.stopRequested, job?.dueAt], ['ABORTING', true, 5000])
    const by = { owner: 'o', now: 5000, leaseMs: 1, kinds: ['backup'] } as const
    const claim = await jobs.claim(tx, by)
    assert.ok(claim)
    await jobs.start(tx, claim, 5000)
    assert.equal((await jobs.byId(tx, jobId(1)))?.state, 'ABORTING')
  })
})
