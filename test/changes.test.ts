// Goal: backups and copies of a tree that changes restore to what the tree was, and move no more
// than they must. Method: random small trees and random changes (fast-check, seeded); backup, copy,
// backup, copy through the real jobs, on a simulated disk and with small packs; packs and catalog
// rows are counted.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { jobs } from '../src/catalog/index.ts'
import { startRestore } from '../src/jobs/index.ts'
import type { JobId } from '../src/model/index.ts'
import { rowsOf } from './crash/catalog-rows.ts'
import { broken, strays } from './crash/invariants.ts'
import { AWAY, evidenceOf, HOME, JobWorld, type WorldOptions } from './crash/job-world.ts'
import { copy, oneVault, pointsIn, startOneBackup } from './crash/scenes.ts'
import { dice } from './sim/dice.ts'
import { SimDisk } from './sim/disk.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const RUNS = 15
const SEED = 20261122
/** Longer than the clock of any file system stands still. */
const TICK_MS = 15
const BUNDLED_ANEW_MAX = 4
/** The copy's job, its token, its point, the point's packs, its fact, and its vault's count. */
const ROWS_OF_A_COPY_MAX = 6

type Content = { readonly kind: 'random' | 'text' | 'zeros'; readonly bytes: number; seed: number }
type Change =
  | { readonly act: 'write' | 'append'; readonly at: string; readonly content: Content }
  | { readonly act: 'remove' | 'chmod' | 'make folder'; readonly at: string }
  | { readonly act: 'rename'; readonly at: string; readonly to: string }

const folders = ['', 'a/', 'a/b/', 'c/']
const place = fc
  .tuple(fc.constantFrom(...folders), fc.integer({ min: 0, max: 5 }))
  .map(([folder, number]) => `${folder}file-${number}`)
const content: fc.Arbitrary<Content> = fc.record({
  kind: fc.constantFrom('random', 'text', 'zeros'),
  bytes: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 60_000 })),
  seed: fc.integer({ min: 2, max: 1_000_000 }),
})
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ act: fc.constantFrom('write', 'append'), at: place, content }),
  fc.record({ act: fc.constantFrom('remove', 'chmod', 'make folder'), at: place }),
  fc.record({ act: fc.constant('rename'), at: place, to: place }),
)
const tree = fc.array(fc.record({ act: fc.constant('write'), at: place, content }), {
  minLength: 1,
  maxLength: 14,
})
const changes = fc.array(change, { maxLength: 8 })

test('whatever the changes, both copies restore, and only what is new is moved', async () => {
  const property = fc.asyncProperty(tree, changes, async (first, then) => {
    using folder = temporaryFolder()
    await using scene = await Scene.begin(folder.path)
    scene.change(first as Change[])
    const before = scene.remember('before')
    const firstCopy = await scene.backUpAndCopy('first')

    await pause(TICK_MS)
    scene.change(then)
    const after = scene.remember('after')
    const secondCopy = await scene.backUpAndCopy('second')

    await scene.copyAgainForNothing()
    await scene.backUpForNothing()
    assert.deepEqual(compareTrees(before, await scene.restored(firstCopy)), [])
    assert.deepEqual(compareTrees(after, await scene.restored(secondCopy)), [])
    const evidence = await evidenceOf(scene.options)
    assert.deepEqual([...broken(evidence), ...strays(evidence)], [])
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
})

class Scene implements AsyncDisposable {
  readonly options: WorldOptions
  readonly #folder: string
  readonly #world: JobWorld
  readonly #told = { jobs: [] as JobId[], deleted: [] as string[] }

  private constructor(folder: string, options: WorldOptions, world: JobWorld) {
    this.#folder = folder
    this.options = options
    this.#world = world
  }

  static async begin(folder: string): Promise<Scene> {
    const tree = path.join(folder, 'tree')
    mkdirSync(tree)
    const catalogFile = path.join(folder, 'catalog.db')
    const options = { disk: new SimDisk(), catalogFile, tree, puts: [] }
    const world = await JobWorld.open(options)
    await oneVault(world)
    await world.makeVault(AWAY, 'offsite')
    return new Scene(folder, options, world)
  }

  change(all: readonly Change[]): void {
    for (const each of all) apply(this.options.tree, each)
  }

  /** A copy of the tree as it is now, to compare with. */
  remember(name: string): string {
    const kept = path.join(this.#folder, name)
    assert.equal(spawnSync('cp', ['-a', this.options.tree, kept]).status, 0)
    return kept
  }

  /** Answers the copy's ARN; asserts that it put just the packs that were not there. */
  async backUpAndCopy(name: string): Promise<string> {
    await startOneBackup(this.#world, this.#told, name, {})
    await this.#world.runAll()
    const there = await this.#packsIn(AWAY.region)
    const put = await this.#countingPuts(() => this.#copy(name))
    const now = await this.#packsIn(AWAY.region)
    assert.equal(put.count, now.size - there.size)
    return put.result
  }

  /** Copies the newest point once more: no pack, and as many rows as for any other point. */
  async copyAgainForNothing(): Promise<void> {
    const before = rowsOf(this.options.catalogFile)
    const put = await this.#countingPuts(() => this.#copy('for nothing'))
    const changed = [...rowsOf(this.options.catalogFile)].filter((row) => !before.has(row))
    assert.equal(put.count, 0)
    assert.ok(changed.length <= ROWS_OF_A_COPY_MAX, changed.join('\n'))
  }

  /**
   * Backs up what has not changed. After changes, chunks that lost most of their files are bundled
   * anew, and by that others may become such chunks; soon no backup puts a pack any more.
   */
  async backUpForNothing(): Promise<void> {
    for (let time = 0; time < BUNDLED_ANEW_MAX; time += 1) {
      const put = await this.#countingPuts(async () => {
        await startOneBackup(this.#world, this.#told, `for nothing ${time}`, {})
        await this.#world.runAll()
      })
      if (put.count === 0) return
    }
    assert.fail('backups of an unchanged tree put packs for ever')
  }

  async restored(pointArn: string): Promise<string> {
    const target = path.join(this.#folder, `restored-${pointArn.slice(-12)}`)
    const metadata = { 'copyhold:path': target }
    const { id } = await startRestore(this.#world.admission, {
      from: AWAY,
      pointArn,
      metadata,
    })
    await this.#world.runAll()
    await this.#mustBeCompleted(id)
    return target
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world.close()
  }

  async #copy(token: string): Promise<string> {
    const [newest] = await pointsIn(this.#world, HOME, 'daily')
    const id = await copy(this.#world, this.#told, token, newest?.arn)
    await this.#world.runAll()
    return (await this.#mustBeCompleted(id)).pointArn ?? ''
  }

  async #mustBeCompleted(id: JobId) {
    const job = await this.#world.context.catalog.read((tx) => jobs.byId(tx, id))
    assert.equal(job?.state, 'COMPLETED', JSON.stringify(job?.failure))
    return job
  }

  async #countingPuts<T>(work: () => Promise<T>): Promise<{ count: number; result: T }> {
    const before = this.options.puts.length
    const result = await work()
    const added = this.options.puts.slice(before)
    return { count: added.filter((line) => line.includes('/packs/')).length, result }
  }

  async #packsIn(region: string): Promise<Set<string>> {
    const { vaults } = await evidenceOf(this.options)
    return new Set(
      vaults.filter((vault) => vault.root === region).flatMap((vault) => [...vault.packs.keys()]),
    )
  }
}

function apply(tree: string, change: Change): void {
  const file = path.join(tree, change.at)
  mkdirSync(path.dirname(file), { recursive: true })
  if (change.act === 'write') writeFileSync(file, bytesOf(change.content))
  if (change.act === 'append') appendFileSync(file, bytesOf(change.content))
  if (change.act === 'remove') rmSync(file, { force: true })
  if (change.act === 'chmod' && existsSync(file)) chmodSync(file, 0o640)
  if (change.act === 'make folder') {
    mkdirSync(path.join(path.dirname(file), 'empty'), { recursive: true })
  }
  if (change.act === 'rename' && existsSync(file)) {
    mkdirSync(path.dirname(path.join(tree, change.to)), { recursive: true })
    renameSync(file, path.join(tree, change.to))
  }
}

function bytesOf({ kind, bytes, seed }: Content): Uint8Array {
  if (kind === 'zeros') return new Uint8Array(bytes)
  const { below } = dice(seed)
  const limit = kind === 'text' ? 2 : 256
  return Uint8Array.from({ length: bytes }, () => below(limit))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
