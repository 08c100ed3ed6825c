// Runs a scene that repairs damaged packs once and keeps what a death would leave at each of the
// moments in which it repairs. What is left may hold the damaged packs as they were or whole, and
// nothing else wrong; the next process ends with all of it whole and nothing over. What was left
// before, the same to the byte, is not gone on from again.

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { SimDisk } from '../sim/disk.ts'
import { broken, strays } from './invariants.ts'
import { fastFolder, makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, HOME, JobWorld, type WorldOptions } from './job-world.ts'
import { CatalogCopies, deathsAt, Met, type Moment, momentsOf } from './moments.ts'

export interface RepairScene {
  /** What is there before the damage. */
  prepare(world: JobWorld): Promise<void>
  /** What is interrupted, and asked again by the next process. */
  run(world: JobWorld): Promise<void>
  /** Vaults to sweep at the end, besides `daily` and `offsite`. */
  readonly others?: readonly string[]
}

/** Calls behind the one that gives a repaired pack its name that still belong to the repair. */
const CALLS_AFTER = 8
/** A bit of this byte flips in the first pack of `daily`; the second one is gone. */
const FLIPPED_AT = 99

/** Answers at how many calls the scene was interrupted. */
export async function everyRepairCrash(scene: RepairScene): Promise<number> {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-repair-'))
  try {
    return await new RepairCrashes(scene, folder).all()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class RepairCrashes {
  readonly #scene: RepairScene
  readonly #folder: string
  readonly #whole = new Map<string, Uint8Array>()
  readonly #met = new Met()
  #files = 0

  constructor(scene: RepairScene, folder: string) {
    this.#scene = scene
    this.#folder = folder
  }

  async all(): Promise<number> {
    const prepared = await this.#prepared()
    const whole = this.#forked(prepared, prepared.disk.afterKill())
    const world = await JobWorld.open(whole)
    const catalogs = new CatalogCopies(() => this.#newFile())
    const moments = await momentsOf(whole, () => this.#scene.run(world), catalogs)
    await this.#mustBeWhole(world, whole)
    await world.close()
    // What comes before and after is interrupted in `every-crash.test.ts`.
    const damaged = [...this.#whole.keys()]
    const first = moments.findIndex(({ call }) => damaged.some((file) => call.includes(file)))
    const last = moments.findLastIndex(({ call }) => call.startsWith('rename')) + CALLS_AFTER
    const repairing = moments.slice(first, last)
    for (const moment of repairing) await this.#dieAt(moment)
    return repairing.length
  }

  async #prepared(): Promise<WorldOptions> {
    const disk = new SimDisk()
    const tree = path.join(this.#folder, 'tree')
    const options = { disk, catalogFile: this.#newFile(), tree, puts: [] }
    makeTree(tree)
    const world = await JobWorld.open(options)
    await this.#scene.prepare(world)
    await world.close()
    const packs = disk.tree().filter((file) => file.includes(`${HOME.region}/`) && isPack(file))
    const [flipped = '', gone = ''] = packs
    for (const file of [flipped, gone]) this.#whole.set(file, disk.bytesOf(file).slice())
    disk.damage(flipped, FLIPPED_AT)
    await disk.unlink(gone)
    await disk.syncFolder(path.dirname(gone))
    return options
  }

  async #dieAt(moment: Moment): Promise<void> {
    for (const { when, left } of deathsAt(moment)) {
      if (!this.#met.isNew(left, moment.promised)) continue
      await this.#goOn(when, this.#forked(left, left.disk))
    }
  }

  async #goOn(when: string, left: WorldOptions): Promise<void> {
    try {
      await this.#mustBeHarmless(left)
      const world = await JobWorld.open(left)
      await world.runAll()
      await this.#scene.run(world)
      await this.#mustBeWhole(world, left)
      await world.close()
    } catch (error) {
      throw new Error(`${when}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }

  /** The damaged packs are as they were or whole; all else holds. */
  async #mustBeHarmless(left: WorldOptions): Promise<void> {
    const damaged = [...this.#whole.keys()].map((file) => path.basename(file))
    const complaints = broken(await evidenceOf(left)).filter(
      (complaint) => !damaged.some((name) => complaint.includes(name)),
    )
    assert.deepEqual(complaints, [])
    for (const [file, whole] of this.#whole) {
      if (!left.disk.tree().includes(file)) continue
      const found = left.disk.bytesOf(file).slice()
      if (Buffer.compare(found, whole) === 0) continue
      found[FLIPPED_AT] = (found[FLIPPED_AT] ?? 0) ^ 1
      assert.deepEqual(found, whole, `${file} is neither what it was nor whole`)
    }
  }

  async #mustBeWhole(world: JobWorld, options: WorldOptions): Promise<void> {
    await world.sweep(HOME, 'daily')
    for (const name of ['offsite', ...(this.#scene.others ?? [])]) await world.sweep(AWAY, name)
    const evidence = await evidenceOf(options)
    assert.deepEqual([...broken(evidence), ...strays(evidence)], [])
    for (const [file, whole] of this.#whole) {
      assert.deepEqual(options.disk.bytesOf(file), whole, file)
    }
  }

  #forked(from: WorldOptions, disk: SimDisk): WorldOptions {
    const catalogFile = this.#newFile()
    copyFileSync(from.catalogFile, catalogFile)
    return { ...from, disk, catalogFile, puts: [...from.puts] }
  }

  #newFile(): string {
    this.#files += 1
    return path.join(this.#folder, `catalog-${this.#files}.db`)
  }
}

const isPack = (file: string) => file.includes('/packs/') && !file.endsWith('/')
