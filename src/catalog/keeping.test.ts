// M4 and M5, "Who keeps a pack": no pack that a point or a running job needs is ever deleted, and
// none is put by two at once. First every state of a model, and that the walk finds three ways to
// get it wrong; then the real functions, in lockstep with the model, through every state of smaller
// scenes on a real database.

import assert from 'node:assert/strict'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Catalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import { type Copy, type Keeper, type Scene, walk } from './keeping.suite.ts'
import { type Flaw, KeepingModel, type ModelState } from './keeping-model.suite.ts'
import * as packs from './packs.ts'
import * as points from './points.ts'
import type { Claim } from './rows.ts'
import {
  copyJob,
  heldBy,
  openedCatalog,
  packName,
  permit,
  pointId,
  pointRow,
  vaultId,
  vaultRow,
} from './samples.suite.ts'
import * as vaults from './vaults.ts'

const WHOLE: Scene = { copies: ['A', 'B'], sweeps: 2, mishaps: 3, pointToDelete: true }
const LESS: Scene = { ...WHOLE, mishaps: 2 }

test('no interleaving of two copies, a deletion and two sweeps loses a pack', async () => {
  for (const pointToDelete of [true, false]) {
    const model = new KeepingModel({ pointToDelete })
    const states = await walk(model, { ...WHOLE, pointToDelete }, async () => model.key())
    assert.ok(states > 1000, `${states} states are too few to have tried much`)
  }
})

const fatal: readonly (readonly Flaw[])[] = [
  ['takes despite uses'],
  ['plans without reviving'],
  ['records without reviving', 'takes without looking again'],
]
for (const flaws of fatal) {
  test(`the walk finds what is lost when one ${flaws.join(' and ')}`, async () => {
    const model = new KeepingModel({ pointToDelete: true, flaws })
    await assert.rejects(
      walk(model, LESS, async () => model.key()),
      /after .*sweep/,
    )
  })
}

const belts: readonly Flaw[] = [
  'records without reviving',
  'takes without looking again',
  'condemns what running jobs put',
]
for (const flaw of belts) {
  test(`nothing is lost when one only ${flaw}: that rule is a second belt`, async () => {
    const model = new KeepingModel({ pointToDelete: true, flaws: [flaw] })
    assert.ok((await walk(model, LESS, async () => model.key())) > 500)
  })
}

const scenes: readonly Scene[] = [
  { copies: ['A'], sweeps: 2, mishaps: 1, pointToDelete: true },
  { copies: ['A', 'B'], sweeps: 1, mishaps: 0, pointToDelete: true },
  { copies: ['A', 'B'], sweeps: 1, mishaps: 1, pointToDelete: false },
]
for (const scene of scenes) {
  const { copies, sweeps, mishaps, pointToDelete } = scene
  const name = `${copies.length} copies, ${sweeps} sweeps, ${mishaps} mishaps`
  test(`the catalog does what the model does: ${name}`, async (t) => {
    const { catalog, below } = await openedCatalog(t)
    const real = new RealKeeper(catalog, below)
    await real.begin(pointToDelete)
    const model = new KeepingModel({ pointToDelete })
    const both = new Lockstep(real, model)
    const states = await walk(both, scene, async () => model.key())
    assert.ok(states > 100, `${states} states are too few to have tried much`)
  })
}

const numberOf: Record<Copy, number> = { A: 11, B: 12 }
const NOW = 5000
const NAME = packName(1)
const VAULT = vaultId(1)

/** The catalog's own functions. */
class RealKeeper implements Keeper<Saved> {
  readonly #catalog: Catalog
  readonly #below: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** What the sweep remembers of points from step to step. */
  #named: packs.NamedPacks | undefined

  constructor(catalog: Catalog, below: DatabaseSync) {
    this.#catalog = catalog
    this.#below = below
  }

  /** Two copies' jobs, held; and, when wanted, a point made by a third job. */
  async begin(pointToDelete: boolean): Promise<void> {
    await this.#catalog.transaction((tx) => vaults.insert(tx, vaultRow(1)))
    for (const n of pointToDelete ? [1, 11, 12] : [11, 12]) {
      await this.#catalog.transaction((tx) => jobs.insert(tx, copyJob(n)))
      const by = { owner: 'engine-1', now: NOW, leaseMs: 60_000, kinds: ['copy'] } as const
      const claim = await this.#catalog.transaction((tx) => jobs.claim(tx, by))
      if (n !== 1 || claim === undefined) continue
      await this.#catalog.transaction(async (tx) => {
        const of = { vaultId: VAULT, jobId: claim.job.id, fence: claim.fence, now: NOW }
        await jobs.start(tx, claim, NOW)
        await packs.plan(tx, { ...of, names: [NAME] })
        await packs.claim(tx, { ...of, packs: [{ name: NAME, sizeBytes: 1 }] })
        await packs.arrived(tx, { ...of, packs: [{ name: NAME, sizeBytes: 1, crc32: 1 }] })
        await packs.recordPoint(tx, { point: pointRow(1), names: [NAME] })
        await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: NOW })
      })
    }
  }

  async plan(copy: Copy) {
    const { job } = await this.#held(copy)
    const of = { vaultId: VAULT, jobId: job.id, names: [NAME] }
    return (await this.#catalog.transaction((tx) => packs.plan(tx, of))).get(NAME)
  }

  async claim(copy: Copy) {
    const { job, fence } = await this.#held(copy)
    const wanted = { packs: [{ name: NAME, sizeBytes: 1 }], now: NOW }
    const of = { vaultId: VAULT, jobId: job.id, fence, ...wanted }
    const turn = (await this.#catalog.transaction((tx) => packs.claim(tx, of))).get(NAME)
    assert.ok(turn)
    return turn
  }

  async arrived(copy: Copy) {
    const { job } = await this.#held(copy)
    const there = { packs: [{ name: NAME, sizeBytes: 1, crc32: 1 }] }
    const of = { vaultId: VAULT, jobId: job.id, ...there }
    await this.#catalog.transaction((tx) => packs.arrived(tx, of))
  }

  async record(copy: Copy) {
    const held = await this.#held(copy)
    await this.#catalog.transaction(async (tx) => {
      await packs.recordPoint(tx, { point: pointRow(numberOf[copy]), names: [NAME] })
      await jobs.start(tx, held, NOW)
      await jobs.finish(tx, held, { state: 'COMPLETED', completedAt: NOW })
    })
  }

  async fail(copy: Copy) {
    const held = await this.#held(copy)
    const end = { state: 'FAILED', completedAt: NOW } as const
    await this.#catalog.transaction((tx) => jobs.finish(tx, held, end))
  }

  async loseLease(copy: Copy) {
    const held = await this.#held(copy)
    await this.#catalog.transaction((tx) => jobs.release(tx, held, NOW))
  }

  async takeUp(copy: Copy) {
    const except = [copyJob(numberOf[copy === 'A' ? 'B' : 'A']).id]
    const by = { owner: 'engine-1', now: NOW, leaseMs: 60_000, kinds: ['copy'], except } as const
    assert.ok(await this.#catalog.transaction((tx) => jobs.claim(tx, by)))
  }

  deletePoint() {
    return this.#catalog.transaction((tx) => points.remove(tx, permit(pointId(1))))
  }

  async sweepBegin() {
    const looked = this.#named && { looked: 0, named: this.#named }
    const round = await this.#catalog.transaction((tx) => packs.sweepBegin(tx, VAULT, looked))
    this.#named = round.named
    return round.generation
  }

  sweepReady(generation: number) {
    return this.#catalog.read((tx) => packs.sweepReady(tx, VAULT, generation))
  }

  async sweepTake(generation: number) {
    const of = { generation, ...(this.#named && { named: this.#named }) }
    const taken = await this.#catalog.transaction((tx) => packs.sweepTake(tx, VAULT, of))
    return taken.length > 0
  }

  sweepGone() {
    return this.#catalog.transaction((tx) => packs.sweepGone(tx, VAULT, [NAME]))
  }

  async state() {
    const [row] = this.#prepared('select state from pack').all()
    return String(row?.state ?? 'gone')
  }

  async save(): Promise<Saved> {
    const rows = TABLES.map((table) =>
      this.#prepared(`select * from ${table}`)
        .all()
        .map((row) => Object.entries(row)),
    )
    return { rows, named: this.#named }
  }

  async load({ rows: saved, named }: Saved): Promise<void> {
    this.#named = named
    this.#prepared('begin immediate').run()
    for (const table of [...TABLES].reverse()) this.#prepared(`delete from ${table}`).run()
    for (const [index, table] of TABLES.entries()) {
      for (const row of saved[index] ?? []) {
        const columns = row.map(([column]) => `"${column}"`).join(', ')
        const places = row.map(() => '?').join(', ')
        const values = row.map(([, value]) => value)
        this.#prepared(`insert into ${table} (${columns}) values (${places})`).run(...values)
      }
    }
    this.#prepared('commit').run()
  }

  #prepared(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#below.prepare(text)
    this.#statements.set(text, known)
    return known
  }

  async #held(copy: Copy): Promise<Claim> {
    const job = await this.#catalog.read((tx) => jobs.byId(tx, copyJob(numberOf[copy]).id))
    assert.ok(job)
    return heldBy(job)
  }
}

/** Parents before children, so that foreign keys hold in this order and its reverse. */
const TABLES = ['vault', 'job', 'pack', '"use"', 'point', 'point_packs', 'fact_due'] as const
interface Saved {
  readonly rows: [column: string, value: SQLInputValue][][][]
  readonly named: packs.NamedPacks | undefined
}

/** Does everything with both and insists on the same answers and the same state. */
class Lockstep implements Keeper<{ real: Saved; model: ModelState }> {
  readonly #real: RealKeeper
  readonly #model: KeepingModel

  constructor(real: RealKeeper, model: KeepingModel) {
    this.#real = real
    this.#model = model
  }

  plan = (copy: Copy) => this.#both((keeper) => keeper.plan(copy))
  claim = (copy: Copy) => this.#both((keeper) => keeper.claim(copy))
  arrived = (copy: Copy) => this.#both((keeper) => keeper.arrived(copy))
  record = (copy: Copy) => this.#both((keeper) => keeper.record(copy))
  fail = (copy: Copy) => this.#both((keeper) => keeper.fail(copy))
  loseLease = (copy: Copy) => this.#both((keeper) => keeper.loseLease(copy))
  takeUp = (copy: Copy) => this.#both((keeper) => keeper.takeUp(copy))
  deletePoint = () => this.#both((keeper) => keeper.deletePoint())
  sweepBegin = () => this.#both((keeper) => keeper.sweepBegin())
  sweepReady = (generation: number) => this.#both((keeper) => keeper.sweepReady(generation))
  sweepTake = (generation: number) => this.#both((keeper) => keeper.sweepTake(generation))
  sweepGone = () => this.#both((keeper) => keeper.sweepGone())
  state = () => this.#both((keeper) => keeper.state())

  async save() {
    return { real: await this.#real.save(), model: await this.#model.save() }
  }

  async load(saved: { real: Saved; model: ModelState }) {
    await this.#real.load(saved.real)
    await this.#model.load(saved.model)
  }

  async #both<T>(act: (keeper: Keeper<unknown>) => Promise<T>): Promise<T> {
    const wanted = await act(this.#model)
    const got = await act(this.#real)
    assert.deepEqual(got, wanted)
    assert.equal(await this.#real.state(), await this.#model.state())
    return got
  }
}
