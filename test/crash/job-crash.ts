// Runs a scene of jobs once to count its disk calls, then once for each of them, dying there, and
// lets the next process go on with what a kill and a power cut left. A failure is told with scene,
// call and cut, which is all it takes to see it again.

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
import { TRANSACTION } from './mortal-catalog.ts'

/** What users were told while a scene ran. */
export interface Promised {
  readonly jobs: string[]
  readonly deleted: string[]
}

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

/** Names without bytes, bytes without names, and mixtures. */
const CUTS = 6
/** One in so many power cuts is gone on from. */
const CUTS_GOING_ON = 3
/** Calls that change nothing. */
const READING = /^(read|stat|close) /

/** Answers at how many calls the scene was interrupted. */
export async function everyJobCrash(scene: JobScene, held?: HeldFiles): Promise<number> {
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
  #files = 0

  constructor(scene: JobScene, folder: string, held?: HeldFiles) {
    this.#scene = scene
    this.#folder = mkdtempSync(path.join(folder, 'run-'))
    this.#held = held
    this.#tree = path.join(this.#folder, 'tree')
    makeTree(this.#tree)
  }

  async all(): Promise<number> {
    const prepared = await this.#prepared()
    const { calls, end } = await this.#whole(prepared)
    for (const [number, call] of calls.entries()) {
      await this.#crashAt(prepared, { number, call, end })
    }
    return calls.length
  }

  /** What the scene ends with. */
  async undisturbed(): Promise<string[]> {
    return (await this.#whole(await this.#prepared())).end
  }

  /** The scene without a death: its disk calls, and what it ends with. */
  async #whole(prepared: WorldOptions): Promise<{ calls: string[]; end: string[] }> {
    const options = this.#forked(prepared, prepared.disk.afterKill())
    const world = await JobWorld.open(options)
    const before = options.disk.calls.length
    await this.#scene.run(world, { jobs: [], deleted: [] })
    const calls = options.disk.calls.slice(before)
    const end = await this.#ended(world, options)
    await world.close()
    return { calls, end }
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

  async #crashAt(
    prepared: WorldOptions,
    at: { number: number; call: string; end: string[] },
  ): Promise<void> {
    const dying = this.#forked(prepared, prepared.disk.afterKill())
    const told: Promised = { jobs: [], deleted: [] }
    const world = await JobWorld.open(dying)
    dying.disk.dieAtCall(at.number)
    await Promise.race([this.#scene.run(world, told), dying.disk.died])
    await world.close()
    const where = `call ${at.number} (${at.call})`
    const promised = { jobs: [...told.jobs], deleted: [...told.deleted] }
    // A death at a call that only reads leaves what one at the next call that does not leaves, from
    // which the next process goes on: here it is judged.
    await this.#goOn(`killed at ${where}`, this.#forked(dying, dying.disk.afterKill()), {
      ...at,
      promised,
      asked: true,
      goesOn: !READING.test(at.call),
    })
    // Power cuts are judged at the disk calls on both sides of it.
    if (at.call === TRANSACTION) return
    // Every cut is judged as it lies; going on from one takes longest, so only some do.
    const cut = Math.floor(at.number / CUTS_GOING_ON) % CUTS
    const left = this.#forked(dying, dying.disk.afterPowerCut(cut))
    const judged = { ...at, promised, asked: false, goesOn: at.number % CUTS_GOING_ON === 0 }
    await this.#goOn(`power cut ${cut} at ${where}`, left, judged)
  }

  /** Judges what is left, lets the next process end it, and judges that. */
  async #goOn(
    when: string,
    left: WorldOptions,
    wanted: { end: string[]; promised: Promised; asked: boolean; goesOn: boolean },
  ): Promise<void> {
    try {
      const asksPuts = wanted.asked && !this.#scene.putsAgain
      const asked = (puts: readonly string[]) => (asksPuts ? puts : [])
      const found = await evidenceOf(left)
      assert.deepEqual(broken({ ...found, puts: asked(found.puts) }, wanted.promised), [])
      if (!wanted.goesOn) return
      const world = await JobWorld.open(left)
      await this.#scene.afterwards?.(world)
      await world.runAll()
      await this.#scene.run(world, { jobs: [], deleted: [] })
      const end = await this.#ended(world, left)
      await world.close()
      if (!this.#scene.afterwards) assert.deepEqual(end, wanted.end)
      const last = await evidenceOf(left)
      assert.deepEqual(broken({ ...last, puts: asked(last.puts) }, wanted.promised), [])
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error)
      throw new Error(`${when}: ${told}`, { cause: error })
    }
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
