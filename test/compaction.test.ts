// Copies between vaults whose packs were compacted, and of points that use little of their packs:
// what moves is what is needed. Method: whole jobs on a simulated disk with small packs; a tree of
// which one pack is mostly a file that goes away.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { facts, jobs, type PointRow, vaults } from '../src/catalog/index.ts'
import {
  deletePoint,
  type Requester,
  startRestore,
  startSweep,
  startVerify,
} from '../src/jobs/index.ts'
import { broken, strays } from './crash/invariants.ts'
import {
  AWAY,
  evidenceOf,
  HOME,
  JobWorld,
  rebuiltWorld,
  type WorldOptions,
} from './crash/job-world.ts'
import { copy, oneVault, pointsIn, startOneBackup } from './crash/scenes.ts'
import { dice } from './sim/dice.ts'
import { SimDisk } from './sim/disk.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

/** Packs have up to 64 KiB here: the large file takes most of the first one. */
const KEPT_BYTES = 9_000
const LARGE_BYTES = 50_000
const ORDERS = 6
const TOLD = { jobs: [], deleted: [] }

class Scene implements AsyncDisposable {
  readonly world: JobWorld
  readonly #folder: string
  readonly #options: WorldOptions
  #tokens = 0

  private constructor(folder: string, options: WorldOptions, world: JobWorld) {
    this.#folder = folder
    this.#options = options
    this.world = world
  }

  /** A vault in each Region, and a first backup in one. */
  static async begin(folder: string): Promise<Scene> {
    const tree = path.join(folder, 'tree')
    mkdirSync(tree)
    const random = dice(7)
    const fill = (name: string, sizeBytes: number) => {
      const bytes = Uint8Array.from({ length: sizeBytes }, () => random.below(256))
      writeFileSync(path.join(tree, name), bytes)
    }
    fill('a-kept', KEPT_BYTES)
    fill('b-large', LARGE_BYTES)
    const catalogFile = path.join(folder, 'catalog.db')
    const options = { disk: new SimDisk(), catalogFile, tree, puts: [] }
    const world = await JobWorld.open(options)
    await oneVault(world)
    await world.makeVault(AWAY, 'offsite')
    const scene = new Scene(folder, options, world)
    await scene.backUp()
    return scene
  }

  /** Answers the new point. */
  async backUp(): Promise<PointRow> {
    await startOneBackup(this.world, TOLD, `backup ${this.#tokens++}`, {})
    await this.world.runAll()
    return (await this.points(HOME))[0] as PointRow
  }

  /** Answers the copy, the packs that were put for it, and their bytes. */
  async copyOf(point: PointRow) {
    const before = this.#options.puts.length
    const token = `copy ${this.#tokens++}`
    const id = await copy(this.world, TOLD, token, point.arn)
    await this.world.runAll()
    const job = await this.world.context.catalog.read((tx) => jobs.byId(tx, id))
    assert.equal(job?.state, 'COMPLETED')
    const made = (await this.points(AWAY)).find(({ jobId }) => jobId === id) as PointRow
    const put = this.#options.puts.slice(before).filter((line) => line.includes('/packs/'))
    return { made, packsPut: put.length, bytesStored: job?.progress?.bytesStored ?? 0 }
  }

  /** Deletes a point and sweeps its vault; answers how many packs that compacted. */
  async deleteAndSweep(from: Requester, point: PointRow): Promise<number> {
    const vaultName = from === HOME ? 'daily' : 'offsite'
    await deletePoint(this.world.admission, { from, vaultName, pointArn: point.arn })
    await this.world.runAll()
    return this.#compacted()
  }

  /** Asks for all of it in an order drawn by seed, runs it at once; all must end well. */
  async allAtOnce(seed: number, of: { gone: PointRow; left: PointRow }): Promise<PointRow[]> {
    const { admission } = this.world
    const from = HOME
    const target = path.join(this.#folder, `at once ${this.#tokens++}`)
    const metadata = { 'copyhold:path': target }
    const acts: (() => Promise<unknown>)[] = [
      () => deletePoint(admission, { from, vaultName: 'daily', pointArn: of.gone.arn }),
      () => startSweep(admission, { from, vaultName: 'daily' }),
      () => copy(this.world, TOLD, 'copy at once', of.left.arn),
      () => startOneBackup(this.world, TOLD, 'backup at once', {}),
      () => startRestore(admission, { from, pointArn: of.left.arn, metadata }),
      () => startVerify(admission, { from, vaultName: 'daily' }),
    ]
    const { below } = dice(seed)
    while (acts.length > 0) {
      await acts.splice(below(acts.length), 1)[0]?.()
      // Some begin when others are half done.
      if (below(2) === 1) await this.world.attempts()
    }
    await this.world.runAll()
    const states = await this.world.context.catalog.read((tx) => jobs.countByState(tx))
    assert.deepEqual(
      states.filter(({ state }) => state !== 'COMPLETED'),
      [],
    )
    assert.deepEqual(contentsOf(target), contentsOf(this.world.tree))
    return [...(await this.points(HOME)), ...(await this.points(AWAY))]
  }

  points(of: Requester): Promise<PointRow[]> {
    return pointsIn(this.world, of, of === HOME ? 'daily' : 'offsite')
  }

  async packsOf(point: PointRow) {
    return (await this.#manifestOf(point)).packs
  }

  async generationOf(point: PointRow): Promise<number> {
    return (await this.#manifestOf(point)).generation
  }

  /** Leaves the point with two generations of its manifest, as a death between them does. */
  async sealAgain(point: PointRow): Promise<void> {
    const { context } = this.world
    const vault = await context.catalog.read((tx) => vaults.byId(tx, point.vaultId))
    assert.ok(vault)
    const open = await context.vaults.open(vault)
    const manifest = await open.readManifest(point.id)
    const generation = manifest.generation + 1
    await open.resealManifest(manifest, { ...manifest, generation }, context.random)
  }

  /** The same stores under a catalog that was made anew out of them. */
  async rebuilt(): Promise<Scene> {
    const { context } = this.world
    for (const id of await context.catalog.read((tx) => facts.dueVaults(tx))) {
      await context.facts.durable(id)
    }
    await this.world.close()
    const catalogFile = path.join(this.#folder, 'new.db')
    const disk = this.#options.disk.afterKill()
    const options = { ...this.#options, disk, catalogFile, puts: [] }
    const report = await rebuiltWorld(options)
    assert.deepEqual([report.damaged, report.lost, report.missingPacks], [[], [], []])
    return new Scene(this.#folder, options, await JobWorld.open(options))
  }

  async sweep(): Promise<void> {
    await this.world.sweep(HOME, 'daily')
    await this.world.sweep(AWAY, 'offsite')
  }

  removeLarge(): void {
    rmSync(path.join(this.world.tree, 'b-large'))
  }

  /** Restores a point and compares it with the tree as it is now; all invariants hold. */
  async assertHolds(of: Requester, point: PointRow): Promise<void> {
    const target = await this.restored(of, point)
    assert.deepEqual(contentsOf(target), contentsOf(this.world.tree))
    const evidence = await this.evidence()
    assert.deepEqual([...broken(evidence), ...strays(evidence)], [])
  }

  /** Answers the folder that the point was restored into. */
  async restored(from: Requester, point: PointRow): Promise<string> {
    const target = path.join(this.#folder, `restored ${this.#tokens++}`)
    const metadata = { 'copyhold:path': target }
    await startRestore(this.world.admission, { from, pointArn: point.arn, metadata })
    await this.world.runAll()
    return target
  }

  evidence() {
    return evidenceOf(this.#options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close()
  }

  async #manifestOf(point: PointRow) {
    const evidence = await evidenceOf(this.#options)
    const vault = evidence.vaults.find(({ id }) => id === point.vaultId)
    const manifest = vault?.manifests.get(point.id)
    assert.ok(manifest)
    return manifest
  }

  async #compacted(): Promise<number> {
    const swept = await this.world.context.catalog.read(async (tx) => [
      ...(await jobs.list(tx, { kind: 'sweep', ...HOME, page: { limit: 50 } })).rows,
      ...(await jobs.list(tx, { kind: 'sweep', ...AWAY, page: { limit: 50 } })).rows,
    ])
    return swept.reduce((sum, job) => sum + (job.progress?.packsCompacted ?? 0), 0)
  }
}

function contentsOf(folder: string) {
  return readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'hex')])
}

const namesOf = (packs: readonly { readonly name: string }[]) => packs.map(({ name }) => name)

test('after a deletion what is left of a pack is compacted, and the point is what it was', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  scene.removeLarge()
  const second = await scene.backUp()
  const before = await scene.packsOf(second)
  assert.ok((await scene.deleteAndSweep(HOME, first)) > 0)
  const after = await scene.packsOf(second)
  const sizeOf = (packs: typeof after) => packs.reduce((sum, pack) => sum + pack.sizeBytes, 0)
  assert.ok(sizeOf(after) < sizeOf(before) / 2)
  assert.equal(await scene.generationOf(second), 2)
  const [now] = await scene.points(HOME)
  assert.deepEqual(now, second)
  await scene.assertHolds(HOME, second)
})

test('a catalog made anew knows compacted points, and drops generations that were taken over', async () => {
  using folder = temporaryFolder()
  const scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  scene.removeLarge()
  const second = await scene.backUp()
  await scene.deleteAndSweep(HOME, first)
  await scene.sealAgain(second)
  await using next = await scene.rebuilt()
  await next.sweep()
  const [point] = await next.points(HOME)
  assert.equal(point?.id, second.id)
  assert.equal(await next.generationOf(second), 3)
  const target = await next.restored(HOME, second)
  assert.deepEqual(contentsOf(target), contentsOf(next.world.tree))
  assert.deepEqual(strays(await next.evidence()), [])
})

test('a compaction goes on beside copies, backups, restores and verifications, in any order', async () => {
  for (let seed = 2; seed < 2 + ORDERS; seed += 1) {
    using folder = temporaryFolder()
    await using scene = await Scene.begin(folder.path)
    const [gone] = await scene.points(HOME)
    assert.ok(gone)
    scene.removeLarge()
    const left = await scene.backUp()
    const points = await scene.allAtOnce(seed, { gone, left })
    assert.equal(points.length, 3, `seed ${seed}`)
    // What a running job held while it was swept is left to the next sweep.
    await scene.sweep()
    for (const point of points) {
      await scene.assertHolds(point.region === HOME.region ? HOME : AWAY, point)
    }
  }
})

test('a backup after a compaction puts nothing that its parent has', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  scene.removeLarge()
  const second = await scene.backUp()
  await scene.deleteAndSweep(HOME, first)
  const third = await scene.backUp()
  assert.deepEqual(namesOf(await scene.packsOf(third)), namesOf(await scene.packsOf(second)))
  await scene.assertHolds(HOME, third)
})

test('a copy of a compacted point finds its chunks in the packs its destination has kept', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  await scene.copyOf(first)
  scene.removeLarge()
  const second = await scene.backUp()
  const inFirst = new Set<string>(namesOf(await scene.packsOf(first)))
  const isNew = ({ name }: { name: string }) => !inFirst.has(name)
  const ownPacks = (await scene.packsOf(second)).filter(isNew).length
  assert.ok((await scene.deleteAndSweep(HOME, first)) > 0)
  const { made, packsPut } = await scene.copyOf(second)
  assert.ok(packsPut <= ownPacks, `${packsPut} packs put, ${ownPacks} were new`)
  const old = (await scene.packsOf(made)).filter(({ name }) => inFirst.has(name))
  assert.ok(old.length > 0)
  await scene.assertHolds(AWAY, made)
})

test('a copy into a vault that was compacted finds its chunks in the packs that were made', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  const { made: firstCopy } = await scene.copyOf(first)
  scene.removeLarge()
  const second = await scene.backUp()
  await scene.copyOf(second)
  assert.ok((await scene.deleteAndSweep(AWAY, firstCopy)) > 0)
  const third = await scene.backUp()
  const { made, packsPut } = await scene.copyOf(third)
  assert.equal(packsPut, 0)
  await scene.assertHolds(AWAY, made)
})

test('of a pack of which a point uses under a third only that is put, and only once', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  scene.removeLarge()
  const second = await scene.backUp()
  const used = await scene.packsOf(second)
  const neededBytes = used.reduce((sum, pack) => sum + pack.usedBytes, 0)
  assert.ok(used.some(({ usedBytes, sizeBytes }) => usedBytes < sizeBytes / 3))
  const { made, bytesStored } = await scene.copyOf(second)
  assert.ok(bytesStored <= neededBytes * 1.1, `${bytesStored} bytes put for ${neededBytes}`)
  await scene.assertHolds(AWAY, made)
  const again = await scene.copyOf(second)
  assert.equal(again.packsPut, 0)
  await scene.assertHolds(AWAY, again.made)
  const third = await scene.backUp()
  assert.equal((await scene.copyOf(third)).packsPut, 0)
})

test('of a pack of which a point uses more than a third all is moved', async () => {
  using folder = temporaryFolder()
  await using scene = await Scene.begin(folder.path)
  const [first] = await scene.points(HOME)
  assert.ok(first)
  const { made } = await scene.copyOf(first)
  assert.deepEqual(namesOf(await scene.packsOf(made)), namesOf(await scene.packsOf(first)))
})
