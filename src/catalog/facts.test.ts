// The outbox of facts: every change of a vault or a point is noted in its own transaction, a record
// that was taken stays the same until it is written, and all facts in their order come to what the
// catalog says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fact, knownByFacts } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as facts from './facts.ts'
import * as points from './points.ts'
import * as resources from './resources.ts'
import {
  ACCOUNT,
  openedCatalog,
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

const VAULT = vaultId(1)

test('a change is noted with it, told once, and told again only when it changes again', async (t) => {
  const catalog = await oneVault(t)
  assert.deepEqual(await catalog.read((tx) => facts.dueVaults(tx)), [VAULT])
  assert.deepEqual(kinds(await drain(catalog)), ['vault'])
  assert.deepEqual(await catalog.read((tx) => facts.dueVaults(tx)), [])
  await catalog.transaction((tx) => points.insert(tx, pointRow(1)))
  await catalog.transaction((tx) => tags.put(tx, 'arn:point:1', { a: 'b' }))
  const [told] = await drain(catalog)
  assert.ok(told?.kind === 'point')
  assert.deepEqual(told.tags, { a: 'b' })
  assert.equal(await catalog.transaction((tx) => facts.take(tx, VAULT)), undefined)
})

test('a change that is rolled back leaves no note', async (t) => {
  const catalog = await oneVault(t)
  await drain(catalog)
  const failing = catalog.transaction(async (tx) => {
    await points.insert(tx, pointRow(1))
    throw new Error('no')
  })
  await assert.rejects(failing, /no/)
  assert.deepEqual(await catalog.read((tx) => facts.dueVaults(tx)), [])
})

test('a record that was taken is the same record until it is written, whatever changes', async (t) => {
  const catalog = await oneVault(t)
  const taken = await catalog.transaction((tx) => facts.take(tx, VAULT))
  assert.equal(taken?.number, 1)
  await catalog.transaction((tx) => tags.put(tx, vaultRow(1).arn, { later: 'yes' }))
  assert.deepEqual(await catalog.transaction((tx) => facts.take(tx, VAULT)), taken)
  await catalog.transaction((tx) => facts.written(tx, { vaultId: VAULT, number: 1 }))
  const next = await catalog.transaction((tx) => facts.take(tx, VAULT))
  assert.equal(next?.number, 2)
  assert.deepEqual(next.facts[0]?.kind === 'vault' && next.facts[0].tags, { later: 'yes' })
})

test('a point tells how its resource is registered, and only to its own account', async (t) => {
  const catalog = await oneVault(t)
  const other = vaultRow(2).account.replace('1', '9') as typeof ACCOUNT
  await catalog.transaction(async (tx) => {
    for (const [account, arn] of [
      [ACCOUNT, 'arn:mine'],
      [other, 'arn:theirs'],
    ] as const) {
      const resource = {
        arn,
        account,
        region: REGION,
        type: 'EFS',
        name: 'n',
        createdAt: 1,
      } as const
      await resources.add(tx, { ...resource, driver: 'directory', config: { path: `/${arn}` } })
    }
    await points.insert(tx, pointRow(1, { resourceArn: 'arn:mine' }))
    await points.insert(tx, pointRow(2, { resourceArn: 'arn:theirs' }))
  })
  const told = (await drain(catalog)).filter((fact) => fact.kind === 'point')
  assert.deepEqual(
    told.map((fact) => fact.resource?.path),
    ['/arn:mine', undefined],
  )
})

test('a vault on its way out tells so, and its rows go with it', async (t) => {
  const catalog = await oneVault(t)
  await catalog.transaction((tx) => vaults.markDeleting(tx, vaultPermit(VAULT)))
  assert.deepEqual(kinds(await drain(catalog)), ['vault deleted'])
  await catalog.transaction((tx) => facts.noteVault(tx, VAULT))
  await catalog.transaction((tx) => facts.take(tx, VAULT))
  assert.equal(await catalog.transaction((tx) => vaults.remove(tx, VAULT)), true)
  assert.deepEqual(await catalog.read((tx) => facts.dueVaults(tx)), [])
})

/** What can happen to three points, and whether the writer comes by. */
const happening = fc.oneof(
  fc.record({ what: fc.constantFrom('add', 'delete', 'remove', 'restore'), n: fc.nat(2) }),
  fc.record({ what: fc.constantFrom('tag', 'untag'), n: fc.nat(2), value: fc.nat(3) }),
  fc.record({ what: fc.constantFrom('take', 'write'), n: fc.constant(0) }),
)

test('facts applied in their order give the state of the catalog', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (happenings) => {
      const catalog = await oneVault(t)
      const told: Fact[] = []
      let before: number | undefined
      const write = async () => {
        const due = await catalog.transaction((tx) => facts.take(tx, VAULT))
        if (due === undefined) return false
        // As the store does: a number that is there is not written again.
        if (due.number !== before) told.push(...due.facts)
        before = due.number
        return due.number
      }
      const gone = new Set<number>()
      for (const each of happenings) {
        const number = each.what === 'take' || each.what === 'write' ? await write() : undefined
        if (each.what === 'write' && typeof number === 'number') {
          await catalog.transaction((tx) => facts.written(tx, { vaultId: VAULT, number }))
        }
        await catalog.transaction((tx) => happen(tx, each, gone))
      }
      for (let number = await write(); typeof number === 'number'; number = await write()) {
        const of = { vaultId: VAULT, number }
        await catalog.transaction((tx) => facts.written(tx, of))
      }
      const known = knownByFacts(told)
      assert.deepEqual(withoutKind(known.points.values()), await catalog.read(stateOf))
    }),
    { numRuns: 40 },
  )
})

async function happen(
  tx: Tx,
  { what, n, value = 0 }: { what: string; n: number; value?: number },
  gone: Set<number>,
): Promise<void> {
  const id = pointId(n)
  const arn = `arn:point:${n}`
  const point = await points.byId(tx, id)
  // A point's id is drawn anew for each.
  if (what === 'add' && !point && !gone.has(n)) await points.insert(tx, pointRow(n))
  if (!point) return
  if (what === 'delete' || what === 'remove') {
    gone.add(n)
    await points.markDeleting(tx, permit(id))
  }
  if (what === 'remove') await points.remove(tx, permit(id))
  if (what === 'restore') await points.setRestoredAt(tx, id, 7)
  if (what === 'tag') await tags.put(tx, arn, { [`key-${value}`]: `${value}` })
  if (what === 'untag') await tags.remove(tx, arn, [`key-${value}`])
}

/** The points that are there for users, with their tags. */
async function stateOf(tx: Parameters<Parameters<Catalog['read']>[0]>[0]) {
  const { rows } = await points.listByVault(tx, { vaultId: VAULT, page: { limit: 100 } })
  const kept = rows.filter((row) => row.status !== 'DELETING')
  const all: unknown[] = []
  for (const row of kept) all.push({ ...row, tags: await tags.of(tx, row.arn) })
  return withoutKind(all)
}

/** Points as facts and as rows, made comparable. */
function withoutKind(all: Iterable<unknown>): unknown[] {
  const rows = [...all].map((each) => {
    const {
      kind,
      pointId: fact,
      id,
      vaultId: v,
      vaultArn,
      vaultName,
      account,
      region,
      ...rest
    } = each as Record<string, unknown>
    return { ...rest, id: id ?? fact }
  })
  return rows.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
}

async function oneVault(t: Parameters<typeof openedCatalog>[0]): Promise<Catalog> {
  const { catalog } = await openedCatalog(t)
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    await facts.noteVault(tx, VAULT)
  })
  return catalog
}

/** Writes all that is due, as the writer does. */
async function drain(catalog: Catalog): Promise<Fact[]> {
  const all: Fact[] = []
  for (;;) {
    const due = await catalog.transaction((tx) => facts.take(tx, VAULT))
    if (due === undefined) return all
    all.push(...due.facts)
    await catalog.transaction((tx) => facts.written(tx, { vaultId: VAULT, number: due.number }))
  }
}

function kinds(all: readonly Fact[]): string[] {
  return all.map(({ kind }) => kind)
}
