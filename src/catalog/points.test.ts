// Recovery points, tags, resources and accounts: found again as they were written, listed by every
// filter, newest first.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as accounts from './accounts.ts'
import type { Catalog } from './catalog.ts'
import * as points from './points.ts'
import * as resources from './resources.ts'
import type { PointRow, ResourceRow } from './rows.ts'
import {
  ACCOUNT,
  emptyCatalog,
  jobId,
  permit,
  pointId,
  pointRow,
  REGION,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import * as tags from './tags.ts'
import * as vaults from './vaults.ts'

const HERE = { account: ACCOUNT, region: REGION }

const WHOLE = pointRow(1, {
  resourceName: 'papers',
  iamRoleArn: 'arn:role',
  lifecycle: { DeleteAfterDays: 30 },
  sourceVaultArn: 'arn:source',
  createdBy: { BackupPlanId: 'plan-1', BackupRuleId: 'rule-1' },
  parentPointArn: 'arn:parent',
  compositeMember: 'member',
  lastRestoredAt: 9,
  restoreMetadata: { 'file-system-id': 'fs-1' },
  message: 'two files could not be read',
})

async function withPoints(catalog: Catalog, rows: readonly PointRow[]): Promise<void> {
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2]) await vaults.insert(tx, vaultRow(n))
    for (const row of rows) await points.insert(tx, row)
  })
}

test('a point is found by vault and ARN, by id and by account, as it was inserted', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [WHOLE])
  await catalog.read(async (tx) => {
    assert.deepEqual(await points.byArn(tx, vaultId(1), WHOLE.arn), WHOLE)
    assert.equal(await points.byArn(tx, vaultId(2), WHOLE.arn), undefined)
    assert.deepEqual(await points.byId(tx, WHOLE.id), WHOLE)
    assert.deepEqual(await points.findByArn(tx, { account: ACCOUNT, arn: WHOLE.arn }), WHOLE)
    const each = await points.createdAtEach(tx, [pointId(1), pointId(2)])
    assert.deepEqual([...each], [[pointId(1), WHOLE.createdAt]])
    const known = await points.known(tx, { vaultId: vaultId(1), ids: [pointId(1), pointId(2)] })
    assert.deepEqual([...known], [pointId(1)])
  })
})

test('a job makes one point', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [pointRow(1)])
  const second = pointRow(2, { jobId: jobId(1) })
  await assert.rejects(
    catalog.transaction((tx) => points.insert(tx, second)),
    /UNIQUE/,
  )
})

test('points of a vault are listed newest first by every filter', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [
    pointRow(1, { resourceArn: 'arn:other' }),
    pointRow(2, { createdBy: { BackupPlanId: 'plan-1' } }),
    pointRow(3, { parentPointArn: 'arn:parent' }),
    pointRow(4, { resourceType: 'S3' }),
    pointRow(5, { vaultId: vaultId(2) }),
  ])
  const found = async (filters: points.PointFilters) => {
    const options = { vaultId: vaultId(1), filters, page: { limit: 10 } }
    const { rows } = await catalog.read((tx) => points.listByVault(tx, options))
    return rows.map((row) => row.createdAt - 1000)
  }
  assert.deepEqual(await found({}), [4, 3, 2, 1])
  assert.deepEqual(await found({ resourceArn: 'arn:other' }), [1])
  assert.deepEqual(await found({ backupPlanId: 'plan-1' }), [2])
  assert.deepEqual(await found({ parentPointArn: 'arn:parent' }), [3])
  assert.deepEqual(await found({ resourceType: 'S3' }), [4])
  assert.deepEqual(await found({ createdAfter: 1001, createdBefore: 1004 }), [3, 2])
  assert.deepEqual(await found({ resourceArn: 'arn:resource:1', createdAfter: 1003 }), [4])
})

test('pages of points cover them all once, whatever the page size', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(
    catalog,
    [1, 2, 3, 4, 5, 6, 7].map((n) => pointRow(n, { createdAt: n % 3 })),
  )
  for (const limit of [1, 2, 3, 7, 8]) {
    const seen: string[] = []
    let after: { at: number; id: string } | undefined
    do {
      const options = { vaultId: vaultId(1), page: { limit, after } }
      const listed = await catalog.read((tx) => points.listByVault(tx, options))
      seen.push(...listed.rows.map((row) => `${row.createdAt} ${row.id}`))
      after = listed.next
    } while (after)
    assert.deepEqual(seen, [...new Set(seen)].sort().reverse())
    assert.equal(seen.length, 7)
  }
})

test('a page outside 1 to 1000 rows is a bug', async (t) => {
  const catalog = await emptyCatalog(t)
  for (const limit of [0, 1001, 1.5]) {
    const options = { vaultId: vaultId(1), page: { limit } }
    await assert.rejects(
      catalog.read((tx) => points.listByVault(tx, options)),
      RangeError,
    )
  }
})

test('a backup’s parent is the newest COMPLETED point of its resource and vault', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [
    pointRow(1),
    pointRow(2),
    pointRow(3, { status: 'PARTIAL' }),
    pointRow(4, { resourceArn: 'arn:other' }),
    pointRow(5, { vaultId: vaultId(2) }),
  ])
  const of = { vaultId: vaultId(1), resourceArn: 'arn:resource:1' }
  assert.equal((await catalog.read((tx) => points.newestCompleted(tx, of)))?.id, pointId(2))
})

test('protected resources are told from points, by ARN, each with its newest', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [
    pointRow(1, { resourceArn: 'arn:b' }),
    pointRow(2, { resourceArn: 'arn:a', vaultId: vaultId(2) }),
    pointRow(3, { resourceArn: 'arn:b', resourceName: 'bee' }),
    pointRow(4, { resourceArn: 'arn:c' }),
  ])
  await catalog.read(async (tx) => {
    const first = await points.protectedResources(tx, { ...HERE, page: { limit: 2 } })
    const after = first.next
    const second = await points.protectedResources(tx, { ...HERE, page: { limit: 2, after } })
    assert.deepEqual(
      [...first.rows, ...second.rows].map((row) => [row.resourceArn, row.lastPointArn]),
      [
        ['arn:a', 'arn:point:2'],
        ['arn:b', 'arn:point:3'],
        ['arn:c', 'arn:point:4'],
      ],
    )
    assert.equal(second.next, undefined)
    const inVault = { ...HERE, vaultId: vaultId(2), page: { limit: 5 } }
    assert.equal((await points.protectedResources(tx, inVault)).rows.length, 1)
    const one = await points.protectedResource(tx, { ...HERE, resourceArn: 'arn:b' })
    assert.deepEqual(one, first.rows[1])
    assert.equal(await points.protectedResource(tx, { ...HERE, resourceArn: 'x' }), undefined)
  })
})

test('a point changes its status and time of restore, and goes with its tags', async (t) => {
  const catalog = await emptyCatalog(t)
  await withPoints(catalog, [WHOLE])
  await catalog.transaction(async (tx) => {
    await tags.put(tx, WHOLE.arn, { a: '1' })
    await points.setStatus(tx, WHOLE.id, 'EXPIRED', 'the role is gone')
    await points.setRestoredAt(tx, WHOLE.id, 77)
    const changed = await points.byId(tx, WHOLE.id)
    assert.deepEqual(changed, {
      ...WHOLE,
      status: 'EXPIRED',
      message: 'the role is gone',
      lastRestoredAt: 77,
    })
    await points.remove(tx, permit(WHOLE.id))
    await points.remove(tx, permit(WHOLE.id))
    assert.equal(await points.byId(tx, WHOLE.id), undefined)
    assert.deepEqual(await tags.of(tx, WHOLE.arn), {})
  })
})

test('tags are put, overwritten, removed and copied', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    await tags.put(tx, 'arn:a', { two: '2', one: '1', proto: '__proto__' })
    await tags.put(tx, 'arn:a', { two: 'zwei' })
    await tags.put(tx, 'arn:a', {})
    await tags.put(tx, 'arn:b', { two: 'deux', own: 'yes' })
    await tags.copy(tx, { from: 'arn:a', to: 'arn:b' })
    assert.deepEqual(await tags.of(tx, 'arn:b'), {
      own: 'yes',
      two: 'zwei',
      one: '1',
      proto: '__proto__',
    })
    await tags.remove(tx, 'arn:a', ['one', 'absent'])
    assert.deepEqual(await tags.of(tx, 'arn:a'), { proto: '__proto__', two: 'zwei' })
    await tags.drop(tx, 'arn:a')
    assert.deepEqual(await tags.of(tx, 'arn:a'), {})
  })
})

test('a resource is declared once for its path, listed newest first and forgotten', async (t) => {
  const catalog = await emptyCatalog(t)
  const resource = (n: number): ResourceRow => ({
    arn: `arn:resource:${n}`,
    ...HERE,
    type: 'EFS',
    name: `resource ${n}`,
    driver: 'directory',
    config: { path: `/data/${n}` },
    createdAt: n,
  })
  await catalog.transaction(async (tx) => {
    for (const n of [1, 2, 3]) assert.equal(await resources.add(tx, resource(n)), true)
    const again = { ...resource(4), config: { path: '/data/1' } }
    assert.equal(await resources.add(tx, again), false)
    assert.deepEqual(await resources.byArn(tx, 'arn:resource:1'), resource(1))
    assert.deepEqual(await resources.byPath(tx, { ...HERE, path: '/data/2' }), resource(2))
    const first = await resources.list(tx, { ...HERE, page: { limit: 2 } })
    const page = { limit: 2, after: first.next }
    const second = await resources.list(tx, { ...HERE, page })
    assert.deepEqual([...first.rows, ...second.rows], [resource(3), resource(2), resource(1)])
    assert.equal(await resources.remove(tx, 'arn:resource:1'), true)
    assert.equal(await resources.remove(tx, 'arn:resource:1'), false)
  })
})

test('an account keeps the first chunking key it is given', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    assert.equal(await accounts.chunkingKey(tx, ACCOUNT), undefined)
    const first = Uint8Array.of(1, 2)
    assert.deepEqual(await accounts.setChunkingKey(tx, ACCOUNT, first), first)
    assert.deepEqual(await accounts.setChunkingKey(tx, ACCOUNT, Uint8Array.of(3)), first)
    assert.deepEqual(await accounts.chunkingKey(tx, ACCOUNT), first)
  })
})
