// Loses the catalog of a simulated server, whatever disk call it dies at, and makes it anew out of
// the stores; kills the making too, at every disk call, and lets it run again; and kills whoever
// writes facts. What was left before, the same to the byte, is not gone on from again.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { facts, points, tags, vaults } from '../../src/catalog/index.ts'
import { deletePoint, FactsWriter } from '../../src/jobs/index.ts'
import type { RebuildReport } from '../../src/model/index.ts'
import { knownByFacts } from '../../src/model/index.ts'
import { SimDisk } from '../sim/disk.ts'
import { m1, m2, m4, strays } from './invariants.ts'
import { fastFolder, type JobScene, makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, HOME, JobWorld, rebuiltWorld, type WorldOptions } from './job-world.ts'
import { CatalogCopies, deathsAt, Met, type Moment, momentsOf, type Promised } from './moments.ts'
import { oneCopy, pointsIn, scenes } from './scenes.ts'

const PAGE = { limit: 100 }
const NOTHING: Promised = { jobs: [], deleted: [] }

/** What is tried; each answers at how many calls it was interrupted. */
export const losses: Readonly<Record<string, () => Promise<number>>> = {
  'a copy under way': () => inFolder((folder) => everyLoss(sceneOf('a copy'), folder)),
  'a deletion under way': () =>
    inFolder((folder) => everyLoss(sceneOf('a point deleted and swept'), folder)),
  'the making of the catalog': () => inFolder(everyRebuildCrash),
  'the writing of facts': () => inFolder(everyWriteCrash),
  'the telling of facts anew': () => inFolder(everySnapshotCrash),
}

function sceneOf(name: string): JobScene {
  const scene = scenes[name]
  if (!scene) throw new Error(`no scene is called ${name}`)
  return scene
}

async function inFolder(work: (files: Files) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-rebuild-'))
  try {
    makeTree(path.join(folder, 'tree'))
    return await work(new Files(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Files {
  readonly tree: string
  readonly #folder: string
  #count = 0

  constructor(folder: string) {
    this.#folder = folder
    this.tree = path.join(folder, 'tree')
  }

  newFile(): string {
    this.#count += 1
    return path.join(this.#folder, `catalog-${this.#count}.db`)
  }

  /** The same world for another process, with its catalog. */
  forked(from: WorldOptions, disk: SimDisk): WorldOptions {
    const next = this.lost(from, disk)
    copyFileSync(from.catalogFile, next.catalogFile)
    return next
  }

  /** The same world without its catalog. */
  lost(from: WorldOptions, disk: SimDisk): WorldOptions {
    return { ...from, disk, catalogFile: this.newFile(), puts: [] }
  }

  async prepared(prepare: (world: JobWorld) => Promise<void>): Promise<WorldOptions> {
    const catalogFile = this.newFile()
    const options = { disk: new SimDisk(), catalogFile, tree: this.tree, puts: [] }
    const world = await JobWorld.open(options)
    await prepare(world)
    await world.close()
    return options
  }
}

type GoOn = (left: WorldOptions) => Promise<void>

/** Goes on with what deaths in `run` leave, catalog and all; answers what was not done any more. */
async function everyDeath(
  files: Files,
  from: WorldOptions,
  run: (world: JobWorld) => Promise<void>,
  goOn: GoOn,
): Promise<readonly string[]> {
  const whole = files.forked(from, from.disk.afterKill())
  const world = await JobWorld.open(whole)
  const catalogs = new CatalogCopies(() => files.newFile())
  const moments = await momentsOf(whole, () => run(world), catalogs)
  await world.close()
  await eachOf(moments, goOn)
  return moments.map(({ call }) => call)
}

/** Goes on with what a kill and power cuts at each moment leave that was not left before. */
async function eachOf(moments: readonly Moment[], goOn: GoOn): Promise<void> {
  const met = new Met()
  for (const moment of moments) {
    for (const { when, left } of deathsAt(moment)) {
      const found = { ...left, puts: [] }
      if (met.isNew(found, moment.promised)) await explained(when, () => goOn(found))
    }
  }
}

/** The server dies at every call of the scene, and its catalog is lost with it. */
async function everyLoss(scene: JobScene, files: Files): Promise<number> {
  const from = await files.prepared(async (world) => {
    await scene.prepare(world)
    await writeAll(world)
  })
  const whole = files.forked(from, from.disk.afterKill())
  const world = await JobWorld.open(whole)
  const moments = await momentsOf(whole, (told) => scene.run(world, told))
  await world.close()
  // Nobody asks a catalog made anew for what the one before had promised.
  const unpromised = moments.map((moment) => ({ ...moment, promised: NOTHING }))
  await eachOf(unpromised, async (left) => {
    const next = files.lost(left, left.disk)
    await mustComeBack(next)
    await mustGoOn(files, next)
  })
  return moments.length
}

/** The catalog is made anew, and holds what it must. */
async function mustComeBack(left: WorldOptions): Promise<void> {
  const report = await rebuiltWorld(left)
  assert.deepEqual(
    [...report.lost, ...report.damaged, ...report.missingPacks, ...report.unreadable],
    [],
  )
  await mustHold(left)
}

/** Its vaults can be swept, and come back once more from what that leaves. */
async function mustGoOn(files: Files, left: WorldOptions): Promise<void> {
  const world = await JobWorld.open(left)
  for (const { region, name } of await vaultsOf(world)) {
    await world.sweep({ ...HOME, region }, name)
  }
  await writeAll(world)
  await world.close()
  await mustHold(left)
  assert.deepEqual(strays(await evidenceOf(left)), [])
  const again = files.lost(left, left.disk.afterKill())
  await rebuiltWorld(again)
  assert.deepEqual(await stateOf(again), await stateOf(left))
}

/** The making dies at every call; the next one begins anew and ends the same. */
async function everyRebuildCrash(files: Files): Promise<number> {
  const from = await files.prepared(async (world) => {
    await oneCopy(world)
    // A deletion that got as far as its fact: the manifest is left for the making to remove.
    const [copied] = await pointsIn(world, AWAY, 'offsite')
    const gone = { from: AWAY, vaultName: 'offsite', pointArn: copied?.arn ?? '' }
    await deletePoint(world.admission, gone)
    await writeAll(world)
  })
  const whole = files.lost(from, from.disk.afterKill())
  const made: RebuildReport[] = []
  const moments = await momentsOf(whole, async () => made.push(await rebuiltWorld(whole)))
  const [report] = made
  assert.ok(report)
  assert.equal(report.removed.length, 1)
  const state = await stateOf(whole)
  await eachOf(moments, async (left) => {
    const next = files.lost(left, left.disk)
    assertSame(await rebuiltWorld(next), report)
    assert.deepEqual(await stateOf(next), state)
    await mustHold(next)
  })
  return moments.length
}

/** Whoever writes facts dies at every call; the next process writes what is left. */
async function everyWriteCrash(files: Files): Promise<number> {
  const from = await files.prepared(async (world) => {
    await oneCopy(world)
    await world.context.catalog.transaction(async (tx) => {
      const daily = await vaults.byName(tx, { ...HOME, name: 'daily' })
      await tags.put(tx, daily?.arn ?? '', { team: 'ops' })
    })
  })
  const calls = await everyDeath(files, from, writeAll, async (left) => {
    const next = files.forked(left, left.disk)
    const other = await JobWorld.open(next)
    // As a server does from its start to its end.
    const writer = new FactsWriter(other.context)
    writer.start()
    await writer.stop()
    await factsMustTellAll(other)
    await other.close()
    const lost = files.lost(next, next.disk.afterKill())
    await rebuiltWorld(lost)
    assert.deepEqual(await stateOf(lost), await stateOf(next))
  })
  return calls.length
}

/** A few records are enough to tell everything anew, one fact at a time. */
const SNAPSHOTS = { records: 4, perRecord: 0, factsAtOnce: 1 }

/** Whoever tells facts anew and deletes those before dies at every call; the next goes on. */
async function everySnapshotCrash(files: Files): Promise<number> {
  const from = await files.prepared(async (world) => {
    await oneCopy(world)
    for (const team of ['ops', 'dev', 'ops']) {
      await world.context.catalog.transaction(async (tx) => {
        const daily = await vaults.byName(tx, { ...HOME, name: 'daily' })
        await tags.put(tx, daily?.arn ?? '', { team })
      })
      await writeAll(world)
    }
  })
  const calls = await everyDeath(files, from, tellAnew, async (left) => {
    const lost = files.lost(left, left.disk.afterKill())
    const { damaged } = await rebuiltWorld(lost)
    assert.deepEqual(damaged, [])
    const next = files.forked(left, left.disk)
    const other = await JobWorld.open(next)
    await tellAnew(other)
    await factsMustTellAll(other)
    await other.close()
    assert.deepEqual(await stateOf(lost), await stateOf(next))
  })
  assert.ok(calls.some((call) => call.startsWith('unlink')))
  return calls.length
}

async function tellAnew(world: JobWorld): Promise<void> {
  const writer = new FactsWriter({ ...world.context, snapshots: SNAPSHOTS })
  await writeAll(world)
  for (const { id } of await vaultsOf(world)) await writer.shorten(id)
}

async function writeAll(world: JobWorld): Promise<void> {
  const due = await world.context.catalog.read((tx) => facts.dueVaults(tx))
  for (const id of due) await world.context.facts.durable(id)
}

async function factsMustTellAll(world: JobWorld): Promise<void> {
  const { catalog } = world.context
  for (const vault of await vaultsOf(world)) {
    const open = await world.context.vaults.open(vault)
    const { facts: told, findings } = await open.facts.read()
    assert.deepEqual(findings, [])
    const known = knownByFacts(told)
    assert.deepEqual(known.vault?.tags, await catalog.read((tx) => tags.of(tx, vault.arn)))
    const listed = await pointsIn(world, vault, vault.name)
    assert.deepEqual([...known.points.keys()].sort(), listed.map(({ id }) => id).sort())
  }
}

async function vaultsOf(world: JobWorld) {
  return world.context.catalog.read(async (tx) => [
    ...(await vaults.list(tx, { ...HOME, page: PAGE })).rows,
    ...(await vaults.list(tx, { ...AWAY, page: PAGE })).rows,
  ])
}

/** Vaults, points and tags as a user sees them. */
async function stateOf(options: WorldOptions): Promise<unknown> {
  const world = await JobWorld.open({ ...options, disk: options.disk.afterKill() })
  const rows = await vaultsOf(world)
  const state = await world.context.catalog.read(async (tx) => {
    const all: unknown[] = []
    for (const vault of rows) {
      const { rows: listed } = await points.listByVault(tx, { vaultId: vault.id, page: PAGE })
      const { createdAt: _, ...kept } = vault
      all.push([vault.unconfirmed ? kept : vault, await tags.of(tx, vault.arn), listed])
      for (const { arn } of listed) all.push(await tags.of(tx, arn))
    }
    return all
  })
  await world.close()
  return state
}

/** Jobs are not known any more, so what is said of them is not asked. */
async function mustHold(options: WorldOptions): Promise<void> {
  const evidence = await evidenceOf(options)
  assert.deepEqual([...m1(evidence), ...m2(evidence), ...m4(evidence)], [])
}

/** But for what the first of them has removed already. */
function assertSame(found: RebuildReport, wanted: RebuildReport): void {
  assert.deepEqual({ ...found, removed: [] }, { ...wanted, removed: [] })
}

async function explained(when: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new Error(`${when}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
