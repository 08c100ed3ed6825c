// How the database finds what it is asked for. Everything the catalog can be asked is asked once,
// every statement that came of it is explained, and none may read a whole table or sort a list:
// a catalog may hold a million jobs and thirty million packs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AWS_QUOTAS } from '../model/index.ts'
import * as accounts from './accounts.ts'
import type { Catalog } from './catalog.ts'
import * as comparing from './comparing.ts'
import * as factSnapshots from './fact-snapshot.ts'
import * as facts from './facts.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import * as rebuilding from './rebuilding.ts'
import * as resources from './resources.ts'
import * as rotations from './rotations.ts'
import {
  ACCOUNT,
  backupJob,
  copyJob,
  jobId,
  openedCatalog,
  packName,
  permit,
  pointId,
  pointRow,
  REGION,
  vaultId,
  vaultPermit,
  vaultRow,
} from './samples.suite.ts'
import * as tags from './tags.ts'
import type { Tx } from './transaction.ts'
import * as vaults from './vaults.ts'

const HERE = { account: ACCOUNT, region: REGION }
const PAGE = { limit: 10, after: { at: 9, id: 'X' } }
const NAMES = [packName(1), packName(2)]
const HELD = { owner: 'engine', now: 5000, leaseMs: 1000, kinds: ['backup', 'copy'] } as const

/** Plans that read a whole table on purpose, and why that is fine. */
const ALLOWED: readonly [RegExp, string][] = [
  [/^SCAN job USING COVERING INDEX job_count$/, 'counting all jobs reads the narrowest index'],
  [/^SCAN job USING (COVERING )?INDEX job_(due|open_\w+|one_sweep)$/, 'only jobs that are open'],
  [/^SCAN vault USING INDEX vault_locked$/, 'only vaults with a lock'],
  [/^SCAN vault USING INDEX vault_unfinished$/, 'only vaults in the making or on their way out'],
  [/^SCAN vault USING INDEX vault_(rotating|facts_moving)$/, 'only vaults with work under way'],
  [/^SCAN pack_key$/, 'stops at the first thousand; holds only what running jobs put'],
  [/^SCAN (fact_due|fact_record|due)$/, 'the outbox, which is empty but for moments'],
  [/^SCAN (account|vault) USING COVERING INDEX sqlite_autoindex_\w+$/, 'is there one row?'],
  [/^SCAN rebuilt$/, 'is there one row?'],
  [/^SCAN resource USING COVERING INDEX \w+$/, 'all that are declared, once at a start'],
  [/^SCAN (json_each|given|found|own)\b/, 'a list that was handed in'],
  [/^SCAN (resource|migration)$/, 'the rows of a subquery; the handful of steps'],
]

/** Statements that may go through a vault's packs in order, and why. */
const MAY_BE_WIDE = [
  // Stops at the first thousand.
  /^delete from "pack" where "vault_no" = \? and "no" in \(select "no" from "pack" .* limit/,
  // The foreign key looks whether a pack is left.
  /^delete from "vault"/,
]

/** Searches by an index that find as much as the whole table. */
const WIDE = [
  /^SEARCH job .*\(kind=\?\)$/,
  /^SEARCH pack USING (?!INDEX pack_un).*\(vault_no=\?\)$/,
]

test('no question reads a whole table or sorts what an index has in order', async (t) => {
  const { catalog, below } = await openedCatalog(t)
  below.statements.clear()
  await askEverything(catalog)
  const statements = [...below.statements].filter((text) =>
    /^\W*(select|update|delete|with)/i.test(text),
  )
  assert.ok(statements.length > 60, `${statements.length} statements are not everything`)
  const wrong: string[] = []
  for (const text of statements) {
    for (const row of below.prepare(`explain query plan ${text}`).all()) {
      const detail = String(row.detail)
      const isScan = detail.startsWith('SCAN ') && !detail.startsWith('SCAN CONSTANT')
      const isWide =
        WIDE.some((pattern) => pattern.test(detail)) &&
        !MAY_BE_WIDE.some((pattern) => pattern.test(text))
      const isSort = detail.startsWith('USE TEMP B-TREE FOR')
      if (!isScan && !isWide && !isSort) continue
      if (!ALLOWED.some(([allowed]) => allowed.test(detail))) wrong.push(`${detail}: ${text}`)
    }
  }
  assert.deepEqual(wrong, [])
})

async function askEverything(catalog: Catalog): Promise<void> {
  const all = [askVaults, askJobs, askPacks, askPoints, askFacts, askTheRest, askTheEnd]
  for (const ask of all) {
    await catalog.transaction(ask)
  }
}

async function askVaults(tx: Tx): Promise<void> {
  for (const n of [1, 2, 3]) await vaults.insert(tx, vaultRow(n, { state: 'CREATING' }))
  for (const n of [1, 2, 3]) await vaults.markAvailable(tx, vaultId(n))
  await vaults.count(tx, HERE)
  await vaults.byName(tx, { ...HERE, name: 'vault-1' })
  await vaults.byArn(tx, 'arn')
  await vaults.byId(tx, vaultId(1))
  await vaults.list(tx, { ...HERE, page: PAGE })
  await vaults.list(tx, { ...HERE, page: { limit: 1 } })
  await vaults.countPointsEach(tx, [vaultId(1), vaultId(2)])
  await vaults.setLock(tx, vaultId(1), { minDays: 7 })
  await vaults.locked(tx)
  await vaults.lockedAmong(tx, ['arn'])
  await vaults.unfinished(tx)
}

async function askJobs(tx: Tx): Promise<void> {
  const token = { operation: 'StartCopyJob', token: 'token', requestHash: 'hash' }
  await jobs.insert(tx, backupJob(1))
  await jobs.insert(tx, copyJob(2), token)
  await jobs.findByToken(tx, { ...HERE, ...token })
  await jobs.byId(tx, jobId(1))
  await jobs.countByState(tx)
  await jobs.openOnPoint(tx, { pointId: pointId(1), kinds: ['copy'] })
  await jobs.openOnVault(tx, { vaultId: vaultId(1), vaultArn: 'arn' })
  await jobs.openOnVault(tx, { vaultId: vaultId(1), vaultArn: 'arn', kinds: ['copy'] })
  const filters: jobs.JobFilters[] = [
    {},
    { resourceArn: 'x' },
    { state: 'x' },
    { resourceType: 'x' },
    { parentJobId: 'x' },
    { messageCategory: 'x' },
    { vaultName: 'x' },
    { destinationVaultArn: 'x' },
    { sourcePointArn: 'x' },
    { createdBefore: 9, createdAfter: 1 },
    { completedBefore: 9, completedAfter: 1 },
    { state: 'x', resourceArn: 'x', createdAfter: 1 },
  ]
  for (const one of filters) {
    await jobs.list(tx, { kind: 'copy', ...HERE, filters: one, page: PAGE })
    await jobs.list(tx, { kind: 'copy', ...HERE, filters: one, page: { limit: 5 } })
  }
}

async function askPacks(tx: Tx): Promise<void> {
  const held = await jobs.claim(tx, { ...HELD, except: [jobId(2)], quotas: AWS_QUOTAS })
  await jobs.heldBackBy(tx, jobId(2), AWS_QUOTAS)
  assert.ok(held)
  await jobs.renew(tx, held, 5000)
  await jobs.start(tx, held, 5000)
  const of = { vaultId: vaultId(1), jobId: held.job.id, fence: held.fence, now: 5000 }
  await packs.plan(tx, { ...of, names: NAMES })
  const wanted = NAMES.map((name) => ({ name, sizeBytes: 1 }))
  await packs.claim(tx, { ...of, packs: wanted })
  const sealedKey = Uint8Array.of(1)
  const there = wanted.map((pack) => ({ ...pack, crc32: 1, sealedKey }))
  await packs.arrived(tx, { ...of, packs: there })
  await packs.ofJob(tx, of)
  await packs.users(tx, vaultId(1))
  await packs.known(tx, vaultId(1), NAMES)
  await packs.markDamaged(tx, { vaultId: vaultId(1), name: packName(1), now: 1 })
  await packs.damaged(tx, vaultId(1), NAMES)
  await packs.clearDamaged(tx, { vaultId: vaultId(1), name: packName(1) })
  await packs.correct(tx, { vaultId: vaultId(1), name: packName(1), sizeBytes: 1, crc32: 1 })
  await packs.isHeld(tx, { ...of, name: packName(1) })
  await packs.factsOf(tx, vaultId(1), NAMES)
  await packs.liveBehind(tx, { vaultId: vaultId(1), after: 0, upTo: 9, limit: 10 })
  await packs.weigh(tx, vaultId(1))
  await packs.donors(tx, { account: ACCOUNT, vaultId: vaultId(2), name: packName(1) })
  const name = packName(1)
  const uses = [{ name, sizeBytes: 1000, usedBytes: 1 }]
  await packs.recordPoint(tx, { point: pointRow(1), names: [name], uses })
  await packs.sparsePacks(tx, { vaultId: vaultId(1), limit: 10 })
  await packs.pointsNaming(tx, { vaultId: vaultId(1), numbers: [1] })
  await packs.unsettled(tx, { vaultId: vaultId(1), limit: 10, after: pointId(9) })
  await packs.noteDense(tx, {
    vaultId: vaultId(1),
    packs: [{ no: 1, name: packName(1), sizeBytes: 1, sum: 1 }],
  })
  const again = { vaultId: vaultId(1), pointId: pointId(1), generation: 2, names: [] }
  await packs.beginReseal(tx, again)
  await packs.isResealing(tx, pointId(1))
  await packs.settle(tx, { ...again, uses })
  await jobs.start(tx, held, 4000)
  await jobs.finish(tx, held, { state: 'COMPLETED', completedAt: 5000 })
}

async function askPoints(tx: Tx): Promise<void> {
  await points.byArn(tx, vaultId(1), 'arn')
  await points.byId(tx, pointId(1))
  await points.findByArn(tx, { account: ACCOUNT, arn: 'arn' })
  await points.newestCompleted(tx, { vaultId: vaultId(1), resourceArn: 'x' })
  await points.known(tx, { vaultId: vaultId(1), ids: [pointId(1)] })
  await points.createdAtEach(tx, [pointId(1)])
  await points.showByResource(tx, { ...HERE, resourceArn: 'x', page: PAGE })
  const filters: points.PointFilters[] = [
    {},
    { resourceArn: 'x' },
    { resourceType: 'EFS' },
    { backupPlanId: 'x' },
    { parentPointArn: 'x' },
    { unconfirmed: true },
    { createdBefore: 9, createdAfter: 1 },
    { resourceArn: 'x', createdBefore: 9 },
  ]
  for (const one of filters) {
    await points.listByVault(tx, { vaultId: vaultId(1), filters: one, page: PAGE })
    await points.showByVault(tx, { vaultId: vaultId(1), filters: one, page: PAGE })
    await points.listByVault(tx, { vaultId: vaultId(1), filters: one, page: { limit: 5 } })
  }
  await points.protectedResources(tx, { ...HERE, page: PAGE })
  await points.protectedResources(tx, { ...HERE, vaultId: vaultId(1), page: PAGE })
  await points.protectedResource(tx, { ...HERE, resourceArn: 'x' })
  await points.setStatus(tx, pointId(1), 'EXPIRED')
  await points.setRestoredAt(tx, pointId(1), 9)
  await points.confirm(tx, pointId(1))
  await points.setLifecycle(tx, pointId(1), { DeleteAfterDays: 7 })
  await points.dueByLifecycle(tx, { now: 9, limit: 5 })
  await points.lookAgain(tx, pointId(1), 9)
  await points.markDeleting(tx, permit(pointId(9)))
  const verification = { at: 9, result: 'WHOLE', samplePercent: 100 } as const
  await points.setVerification(tx, pointId(1), verification)
  const two = { vaultId: vaultId(1), other: vaultId(2) }
  await comparing.pointsWithoutCopy(tx, { ...two, page: PAGE })
  await comparing.countWithoutCopy(tx, two)
  await comparing.lackingOfAll(tx, two)
  await comparing.lackingOfPoint(tx, { ...two, pointId: pointId(1) })
}

async function askFacts(tx: Tx): Promise<void> {
  await facts.dueVaults(tx)
  await facts.nextNumbers(tx, 0)
  const due = await facts.take(tx, vaultId(1))
  assert.ok(due)
  await facts.take(tx, vaultId(1))
  await facts.written(tx, { vaultId: vaultId(1), number: due.number })
  await facts.forget(tx, vaultId(1))
  await factSnapshots.movingVaults(tx)
  const limits = { records: 0, perRecord: 0, factsAtOnce: 2 }
  const anew = await factSnapshots.takeStep(tx, vaultId(1), limits)
  assert.ok(anew)
  await facts.written(tx, { vaultId: vaultId(1), number: anew.number })
  await factSnapshots.takeStep(tx, vaultId(1), limits)
  await factSnapshots.replacedRecords(tx, vaultId(1))
  await factSnapshots.dropped(tx, vaultId(1), 0)
  await facts.forget(tx, vaultId(1))
  assert.ok(await rotations.begin(tx, vaultId(1), 'arn:key'))
  await rotations.underWay(tx)
  await rotations.standing(tx, vaultId(1))
  await rotations.end(tx, vaultId(1), { keyVersion: 2, keyArn: 'arn:key' })
  await rebuilding.isBlank(tx)
  await rebuilding.markRebuilt(tx, 1)
  const vault = vaultRow(7, { unconfirmed: true })
  await rebuilding.addVault(tx, {
    vault,
    tags: { a: 'b' },
    facts: { lowest: 1, highest: 3, replaced: 1 },
  })
  const found = NAMES.map((name) => ({ name, sizeBytes: 1 }))
  await rebuilding.addPacks(tx, { vaultId: vault.id, packs: found, missingSince: 1 })
  await rebuilding.seePacks(tx, { vaultId: vault.id, names: NAMES })
  await rebuilding.missingPacks(tx, vault.id)
  const point = pointRow(7, { vaultId: vault.id, unconfirmed: true })
  await rebuilding.addPoint(tx, { point, names: NAMES, tags: {} })
}

async function askTheRest(tx: Tx): Promise<void> {
  await tags.put(tx, 'arn', { a: 'b' })
  await tags.copy(tx, { from: 'arn', to: 'arn:2' })
  await tags.remove(tx, 'arn', ['a'])
  await tags.drop(tx, 'arn')
  await accounts.setChunkingKey(tx, ACCOUNT, Uint8Array.of(1))
  const config = { path: '/data' }
  const resource = { arn: 'arn', ...HERE, type: 'EFS', name: 'n', createdAt: 1 } as const
  await resources.add(tx, { ...resource, driver: 'directory', config })
  await resources.arns(tx)
  await resources.byArn(tx, 'arn')
  await resources.byPath(tx, { ...HERE, path: '/data' })
  await resources.list(tx, { ...HERE, page: PAGE })
  await resources.remove(tx, 'arn')
}

async function askTheEnd(tx: Tx): Promise<void> {
  const held = await jobs.claim(tx, HELD)
  assert.ok(held)
  await jobs.pause(tx, held, { dueAt: 5000, waitingFor: 'nothing' })
  const again = await jobs.claim(tx, HELD)
  assert.ok(again)
  await jobs.release(tx, again, 5000)
  await jobs.releaseLeases(tx)
  await jobs.requestStop(tx, { id: jobId(1), now: 1 })
  await packs.dropUses(tx, jobId(2))
  const strays = { vaultId: vaultId(1), now: 0 }
  await packs.lookedUpTo(tx, vaultId(1))
  await packs.noteListed(tx, { ...strays, names: [packName(77)], after: undefined, isEnd: true })
  await packs.noteListed(tx, { ...strays, names: [packName(77)], after: packName(1), isEnd: false })
  await packs.dueStrays(tx, vaultId(1), 0)
  await packs.seeAgain(tx, { ...strays, names: [packName(77)] })
  await packs.takeStrays(tx, { ...strays, packs: [{ name: packName(77), sizeBytes: 1 }] })
  const { generation } = await packs.sweepBegin(tx, vaultId(1))
  await packs.sweepReady(tx, vaultId(1), generation)
  const taken = await packs.sweepTake(tx, vaultId(1), { generation })
  assert.equal(taken.length, 1)
  await packs.sweepGone(
    tx,
    vaultId(1),
    taken.map((pack) => pack.name),
  )
  await packs.forgetKeys(tx)
  await points.remove(tx, permit(pointId(1)))
  await vaults.markDeleting(tx, vaultPermit(vaultId(1)))
  await vaults.remove(tx, vaultId(1))
}
