// Runs a scene of jobs once and keeps what a death would leave at each of its moments; judges what
// a kill and power cuts leave at each, and lets the next process go on with it. What is the same to
// the byte as something left before is counted and not judged again: the memory of the dead is
// gone, so nothing that follows could differ. A failure is told with its call and cut.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { jobs, points, vaults } from '../../src/catalog/index.ts'
import type { OpenVault } from '../../src/vault/index.ts'
import { dice } from '../sim/dice.ts'
import { SimDisk } from '../sim/disk.ts'
import type { HeldFiles } from '../sim/held-files.ts'
import { broken, strays } from './invariants.ts'
import { AWAY, evidenceOf, HOME, JobWorld, type WorldOptions } from './job-world.ts'
import {
  CatalogCopies,
  CUTS,
  deathsAt,
  Met,
  type Moment,
  momentsOf,
  type Promised,
} from './moments.ts'

export interface JobScene {
  /** What is there before; no crash happens here. */
  prepare(world: JobWorld): Promise<void>
  /** What is interrupted. The next process does it again, so that it may repeat nothing twice. */
  run(world: JobWorld, told: Promised): Promise<void>
  /** What is asked for in the next process, before it does anything; its end is then its own. */
  afterwards?(world: JobWorld): Promise<void>
  /** Packs that were deleted may be put again: M5 is not asked. */
  readonly putsAgain?: boolean
}

/** Of so many moments one is gone on from with a power cut. */
const MOMENTS_PER_CUT = 3

/** How many deaths of a scene there were, and what was done about them. */
export interface DeathCount {
  /** At each of these, one kill and every power cut. */
  readonly moments: number
  /** Left what no death before had left, and were judged. */
  readonly judged: number
  /** Were gone on from by the next process, and judged once more. */
  readonly resumed: number
  /** Left what an earlier one had left. */
  readonly known: number
}

/** Answers what was tried; throws what broke, and when. */
export async function everyJobCrash(scene: JobScene, held?: HeldFiles): Promise<DeathCount> {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-crash-'))
  try {
    return await new Crashes(scene, folder, held).all()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a scene ends with that nothing interrupts, where every file of a store is held. */
export async function heldJobEnd(scene: JobScene): Promise<{ end: string[]; asEver: string[] }> {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-held-'))
  try {
    const asEver = await new Crashes(scene, folder).undisturbed()
    const end = await new Crashes(scene, folder, new Set()).undisturbed()
    return { end, asEver }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Memory, where there is a folder of it: nothing here is about the real disk. */
export function fastFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()
}

class Crashes {
  readonly #scene: JobScene
  readonly #folder: string
  readonly #tree: string
  readonly #held: HeldFiles | undefined
  readonly #judged = new Met()
  readonly #resumed = new Met()
  readonly #count = { judged: 0, resumed: 0, known: 0 }
  #files = 0

  constructor(scene: JobScene, folder: string, held?: HeldFiles) {
    this.#scene = scene
    this.#folder = mkdtempSync(path.join(folder, 'run-'))
    this.#held = held
    this.#tree = path.join(this.#folder, 'tree')
    makeTree(this.#tree)
  }

  async all(): Promise<DeathCount> {
    const { moments, end } = await this.#whole(await this.#prepared())
    for (const moment of moments) await this.#dieAt(moment, end)
    return { ...this.#count, moments: moments.length }
  }

  /** What the scene ends with. */
  async undisturbed(): Promise<string[]> {
    return (await this.#whole(await this.#prepared())).end
  }

  /** The scene without a death: its moments, and what it ends with. */
  async #whole(prepared: WorldOptions): Promise<{ moments: Moment[]; end: string[] }> {
    const options = this.#forked(prepared, prepared.disk.afterKill())
    const world = await JobWorld.open(options)
    const catalogs = new CatalogCopies(() => this.#newFile())
    const moments = await momentsOf(options, (told) => this.#scene.run(world, told), catalogs)
    const end = await this.#ended(world, options)
    await world.close()
    return { moments, end }
  }

  async #prepared(): Promise<WorldOptions> {
    const options = {
      disk: new SimDisk(),
      catalogFile: this.#newFile(),
      tree: this.#tree,
      puts: [],
      ...(this.#held && { held: this.#held }),
    }
    const world = await JobWorld.open(options)
    await this.#scene.prepare(world)
    await world.close()
    return options
  }

  async #dieAt(moment: Moment, end: string[]): Promise<void> {
    // Going on takes longest, so at some moments it is done with one of the cuts, by turns.
    const goneOnFrom = (moment.number / MOMENTS_PER_CUT) % CUTS
    for (const death of deathsAt(moment)) {
      const goesOn = death.cut === undefined || death.cut === goneOnFrom
      try {
        await this.#judge(death.left, { promised: moment.promised, end, goesOn })
      } catch (error) {
        const told = error instanceof Error ? error.message : String(error)
        throw new Error(`${death.when}: ${told}`, { cause: error })
      }
    }
  }

  /** Judges what is left, lets the next process end it, and judges that; each only once. */
  async #judge(
    left: WorldOptions,
    wanted: { promised: Promised; end: string[]; goesOn: boolean },
  ): Promise<void> {
    const { promised, end, goesOn } = wanted
    if (this.#judged.isNew(left, promised)) {
      this.#count.judged += 1
      await this.#mustHold(left, promised)
    } else {
      this.#count.known += 1
    }
    if (!goesOn || !this.#resumed.isNew(left, promised)) return
    this.#count.resumed += 1
    await this.#goOn(this.#forked(left, left.disk), promised, end)
  }

  async #goOn(left: WorldOptions, promised: Promised, wanted: string[]): Promise<void> {
    const world = await JobWorld.open(left)
    await this.#scene.afterwards?.(world)
    await world.runAll()
    await this.#scene.run(world, { jobs: [], deleted: [] })
    const end = await this.#ended(world, left)
    await world.close()
    if (!this.#scene.afterwards) assert.deepEqual(end, wanted)
    await this.#mustHold(left, promised)
  }

  async #mustHold(left: WorldOptions, promised: Promised): Promise<void> {
    const found = await evidenceOf(left)
    const puts = this.#scene.putsAgain ? [] : found.puts
    assert.deepEqual(broken({ ...found, puts }, promised), [])
  }

  /** Sweeps, asserts that there is nothing over, and says what there is. */
  async #ended(world: JobWorld, options: WorldOptions): Promise<string[]> {
    const { catalog } = world.context
    const rows = await catalog.read(async (tx) => [
      ...(await vaults.list(tx, { ...HOME, page: PAGE })).rows,
      ...(await vaults.list(tx, { ...AWAY, page: PAGE })).rows,
    ])
    const found: string[] = []
    for (const vault of rows) {
      await world.sweep({ account: vault.account, region: vault.region }, vault.name)
      const listed = await catalog.read((tx) =>
        points.listByVault(tx, { vaultId: vault.id, page: PAGE }),
      )
      for (const point of listed.rows) {
        const holding = await catalog.read((tx) => vaults.holding(tx, point))
        const open = await world.context.vaults.open(holding ?? vault)
        const content = await digestOf(open, point.id)
        found.push(`${vault.name}: ${point.storageClass} ${point.status} ${content}`)
      }
      found.push(`vault ${vault.name}`)
    }
    const states = await catalog.read((tx) => jobs.countByState(tx))
    const visible = states.filter(({ kind }) => kind === 'backup' || kind === 'copy')
    found.push(...visible.map(({ kind, state, count }) => `${count} ${kind} ${state}`))
    assert.deepEqual(strays(await evidenceOf(options)), [])
    return found.sort()
  }

  #forked(from: WorldOptions, disk: SimDisk): WorldOptions {
    const catalogFile = this.#newFile()
    copyFileSync(from.catalogFile, catalogFile)
    const { held } = from
    const own = held && { held: new Set(held) }
    return { ...from, ...own, disk, catalogFile, puts: [...from.puts] }
  }

  #newFile(): string {
    this.#files += 1
    return path.join(this.#folder, `catalog-${this.#files}.db`)
  }
}

const PAGE = { limit: 100 }

/** What a recovery point would restore. */
async function digestOf(vault: OpenVault, pointId: Parameters<OpenVault['readManifest']>[0]) {
  const manifest = await vault.readManifest(pointId)
  const reader = await vault.reader(manifest)
  const hash = createHash('sha256')
  for await (const entry of vault.entries(manifest)) {
    hash.update(entry.path).update(`${entry.kind} ${entry.mode} ${entry.sizeBytes}`)
    if (entry.kind !== 'file') continue
    await reader.content(entry, (bytes, offset) => void hash.update(`${offset}`).update(bytes))
  }
  return hash.digest('hex').slice(0, 16)
}

const TREE_FILES = [60_000, 20_000, 3_000, 200, 0]

/** A few files that make several small packs. */
export function makeTree(folder: string): void {
  const { below } = dice(42)
  const fill = (sizeBytes: number) => Uint8Array.from({ length: sizeBytes }, () => below(256))
  mkdirSync(folder)
  for (const [at, sizeBytes] of TREE_FILES.entries()) {
    writeFileSync(path.join(folder, `file-${at}`), fill(sizeBytes))
  }
}
