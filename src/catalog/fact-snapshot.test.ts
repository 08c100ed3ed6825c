// Telling facts anew: whatever changes meanwhile, and whichever of the replaced records are gone,
// what is left tells the same as all records that were ever written; and it does not grow.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type Fact, type KnownByFacts, knownByFacts } from '../model/index.ts'
import type { Catalog } from './catalog.ts'
import * as snapshots from './fact-snapshot.ts'
import * as facts from './facts.ts'
import * as points from './points.ts'
import {
  openedCatalog,
  permit,
  pointId,
  pointRow,
  vaultId,
  vaultPermit,
  vaultRow,
} from './samples.suite.ts'
import * as tags from './tags.ts'
import * as vaults from './vaults.ts'

const VAULT = vaultId(1)
const POINTS = 6
const FEW: snapshots.SnapshotLimits = { records: 3, perRecord: 1, factsAtOnce: 2 }

type Change =
  | { readonly act: 'tag'; readonly n: number; readonly value: string }
  | { readonly act: 'add' | 'delete' | 'remove'; readonly n: number }
  | { readonly act: 'write' | 'step' | 'drop' }

const number = fc.integer({ min: 0, max: POINTS })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ act: fc.constant('tag' as const), n: number, value: fc.string({ maxLength: 3 }) }),
  fc.record({ act: fc.constantFrom('add' as const, 'delete' as const), n: number }),
  fc.record({ act: fc.constant('remove' as const), n: number }),
  fc.record({ act: fc.constantFrom('write' as const, 'step' as const, 'step' as const) }),
  fc.record({ act: fc.constant('drop' as const) }),
)

test('a snapshot and what follows it tell what all records told', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 20, maxLength: 80 }), async (changes) => {
      const world = await World.open(t)
      for (const each of changes) await world.act(each)
      await world.act({ act: 'write' })
      assert.deepEqual(alive(world.left()), alive(knownByFacts([...world.ever.values()].flat())))
    }),
    { numRuns: 20 },
  )
})

test('however often something changes, records do not pile up', async (t) => {
  const world = await World.open(t)
  for (let n = 1; n <= POINTS; n += 1) await world.act({ act: 'add', n })
  for (let round = 0; round < 60; round += 1) {
    await world.act({ act: 'tag', n: 1 + (round % POINTS), value: `${round}` })
    for (const act of ['write', 'step', 'step', 'step', 'step', 'drop'] as const) {
      await world.act({ act })
    }
    assert.ok(world.kept.size <= 20, `${world.kept.size} records`)
  }
  assert.ok(world.ever.size > 60)
  assert.equal(world.left().points.size, POINTS)
})

test('a vault that is being deleted is not told anew', async (t) => {
  const world = await World.open(t)
  for (let round = 0; round < 9; round += 1) {
    await world.act({ act: 'tag', n: 0, value: `${round}` })
    await world.act({ act: 'write' })
  }
  const take = () => world.catalog.transaction((tx) => snapshots.takeStep(tx, VAULT, FEW))
  const due = await take()
  assert.ok(due)
  // Not before that one is written either.
  assert.equal(await take(), undefined)
  const written = { vaultId: VAULT, number: due.number }
  await world.catalog.transaction((tx) => facts.written(tx, written))
  await world.catalog.transaction((tx) => vaults.markDeleting(tx, vaultPermit(VAULT)))
  assert.equal(await take(), undefined)
})

function alive({ vault, isDeleted, points }: KnownByFacts) {
  return { vault, isDeleted, points: [...points].sort(([a], [b]) => (a < b ? -1 : 1)) }
}

class World {
  readonly catalog: Catalog
  /** Every record there ever was, and those that are left. */
  readonly ever = new Map<number, readonly Fact[]>()
  readonly kept = new Map<number, readonly Fact[]>()
  #replaced = 0

  private constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  static async open(t: TestContext): Promise<World> {
    const { catalog } = await openedCatalog(t)
    await catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
    await catalog.transaction((tx) => facts.noteVault(tx, VAULT))
    return new World(catalog)
  }

  left(): KnownByFacts {
    const numbers = [...this.kept.keys()].filter((at) => at > this.#replaced).sort((a, b) => a - b)
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => this.#replaced + 1 + at),
    )
    return knownByFacts(numbers.flatMap((at) => this.kept.get(at) ?? []))
  }

  async act(change: Change): Promise<void> {
    switch (change.act) {
      case 'tag': {
        const arn = change.n === 0 ? vaultRow(1).arn : `arn:point:${change.n}`
        return this.catalog.transaction((tx) => tags.put(tx, arn, { tag: change.value }))
      }
      case 'add':
        return this.#add(change.n)
      case 'delete':
      case 'remove':
        return this.#delete(change.n, change.act === 'remove')
      case 'write':
        while (await this.#put(await this.catalog.transaction((tx) => facts.take(tx, VAULT))));
        return
      case 'step':
        await this.#put(await this.catalog.transaction((tx) => snapshots.takeStep(tx, VAULT, FEW)))
        return
      case 'drop':
        return this.#drop()
    }
  }

  /** A point's id is never used again. */
  async #add(n: number): Promise<void> {
    const wasThere = [...this.ever.values()]
      .flat()
      .some((fact) => fact.kind === 'point deleted' && fact.pointId === pointId(n))
    const isThere = await this.catalog.read((tx) => points.byId(tx, pointId(n)))
    if (wasThere || isThere) return
    await this.catalog.transaction((tx) => points.insert(tx, pointRow(n)))
  }

  /** As a deletion goes: told before its row may go. */
  async #delete(n: number, goes: boolean): Promise<void> {
    const isThere = await this.catalog.read((tx) => points.byId(tx, pointId(n)))
    if (!isThere) return
    await this.catalog.transaction((tx) => points.markDeleting(tx, permit(pointId(n))))
    if (!goes) return
    await this.act({ act: 'write' })
    await this.catalog.transaction((tx) => points.remove(tx, permit(pointId(n))))
  }

  async #put(due: facts.DueRecord | undefined): Promise<boolean> {
    if (!due) return false
    assert.equal(due.number, this.ever.size + 1)
    this.ever.set(due.number, due.facts)
    this.kept.set(due.number, due.facts)
    if (due.replaces > 0) this.#replaced = due.replaces
    const written = { vaultId: VAULT, number: due.number }
    await this.catalog.transaction((tx) => facts.written(tx, written))
    return true
  }

  async #drop(): Promise<void> {
    const numbers = await this.catalog.read((tx) => snapshots.replacedRecords(tx, VAULT))
    if (!numbers) return
    for (let at = numbers.after + 1; at <= numbers.upTo; at += 1) this.kept.delete(at)
    await this.catalog.transaction((tx) => snapshots.dropped(tx, VAULT, numbers.upTo))
  }
}
