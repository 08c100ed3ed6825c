// Goal: a server killed while recovery points move to cold storage, and while they expire, loses
// nothing that is to stay and keeps nothing that is to go. Method: in each round a large point that
// is to become cold, small ones with three months to live, and one that stays and shares packs with
// those. The clock moves on, and the server is killed while the large one moves, beside a copy of
// it and a sweep; the evidence is judged and the cold point restored. The clock moves on again, and
// it is killed while all of them expire, but for the one that stays; then the evidence is judged.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { UpdateRecoveryPointLifecycleCommand } from '@aws-sdk/client-backup'
import type { User } from '../real-server.ts'
import { dice } from '../sim/dice.ts'
import type { Evidence, StoredFile } from './evidence.ts'
import { makeHeavyTree } from './heavy-tree.ts'
import { broken, strays } from './invariants.ts'
import { jobNow, pointsNow } from './job-state.ts'
import { differences, pointIdOf, Victim } from './victim.ts'

export interface LifecycleOptions {
  /** It is made; everything goes below it. */
  readonly folder: string
  readonly seed: number
  /** Of the point that becomes cold. */
  readonly treeBytes: number
  /** At most this many kills while a point moves, and while points expire. */
  readonly killsPerPart: number
}

/** What one round did. */
export interface LifecycleReport {
  readonly counted: { readonly cool: number; readonly expire: number }
  readonly kills: number
  readonly wrong: readonly string[]
}

const REGION = 'eu-central-1'
const COPY_REGION = 'us-east-2'
const KIB = 1024
/** What a writer fills packs up to. */
const PACK_BYTES = 16 * KIB * KIB
const COLD_AFTER_DAYS = 1
const END_AFTER_DAYS = 91
/** By what the clock goes beyond the time of what is due. */
const LATE_S = 60
const DAY_S = 24 * 60 * 60
/** Bytes a second of each job in every odd round: many moments in the midst of a move. */
const SLOW = 40 * KIB * KIB
/** What is under fire here is over in a second. */
const BY_CLOCK_MS = 400
/** Points that expire beside the cold one, its copy, and what stayed in the round before. */
const SMALL_POINTS = 6
/** More than a quarter of the small tree's bytes, so that no pack is sparse soon. */
const CHANGING_BYTES = 700 * KIB

/** The points of one round, by their ARNs. */
interface Made {
  readonly cold: string
  readonly mortal: readonly string[]
  readonly staying: string
}

export class LifecycleRun implements AsyncDisposable {
  readonly #options: LifecycleOptions
  readonly #victim: Victim
  readonly #large: string
  readonly #small: string
  #resources = { large: '', small: '' }
  #round = 0
  #stayed: string | undefined
  #told: { completed: string[]; deleted: string[] } = { completed: [], deleted: [] }

  private constructor(options: LifecycleOptions, victim: Victim) {
    this.#options = options
    this.#victim = victim
    this.#large = path.join(options.folder, 'large')
    this.#small = path.join(options.folder, 'small')
  }

  /** Starts a server, and makes the trees and the vaults. */
  static async begin(options: LifecycleOptions): Promise<LifecycleRun> {
    mkdirSync(options.folder)
    const run = new LifecycleRun(
      options,
      await Victim.start(options.folder, dice(options.seed + 2)),
    )
    makeHeavyTree(run.#large, options.treeBytes)
    mkdirSync(run.#small)
    writeFileSync(path.join(run.#small, 'a-kept'), randomBytes(CHANGING_BYTES))
    await run.#user.createVault('daily')
    await run.#away.createVault('copies')
    const large = await run.#user.addDirectory(run.#large)
    run.#resources = { large, small: await run.#user.addDirectory(run.#small) }
    return run
  }

  /** A move to cold storage and an expiry under fire, each judged. */
  async round(): Promise<LifecycleReport> {
    this.#round += 1
    const before = this.#victim.kills
    const made = await this.#backUpAll()
    const { copy, ...cooled } = await this.#cool(made)
    const expired = await this.#expire([made.cold, copy, ...made.mortal], made.staying)
    this.#stayed = made.staying
    return {
      counted: { cool: cooled.counted, expire: expired.counted },
      kills: this.#victim.kills - before,
      wrong: [...cooled.wrong, ...expired.wrong, ...this.#victim.complaints()],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#victim[Symbol.asyncDispose]()
  }

  get #user(): User {
    return this.#victim.user(REGION)
  }

  get #away(): User {
    return this.#victim.user(COPY_REGION)
  }

  async #backUpAll(): Promise<Made> {
    const cold = await this.#user.backUp('daily', this.#resources.large, {
      lifecycle: { MoveToColdStorageAfterDays: COLD_AFTER_DAYS, DeleteAfterDays: END_AFTER_DAYS },
      // Read in full: the tree is the same in every round, the packs are new.
      options: { 'copyhold.full': 'true' },
    })
    const mortal: string[] = []
    for (let count = 0; count < SMALL_POINTS; count += 1) {
      mortal.push(await this.#backUpSmall({ DeleteAfterDays: END_AFTER_DAYS }))
    }
    const staying = await this.#backUpSmall()
    if (this.#stayed) mortal.push(await this.#mayEnd(this.#stayed))
    return { cold, mortal, staying }
  }

  #backUpSmall(lifecycle?: { readonly DeleteAfterDays: number }): Promise<string> {
    writeFileSync(path.join(this.#small, 'changing'), randomBytes(CHANGING_BYTES))
    return this.#user.backUp('daily', this.#resources.small, { lifecycle })
  }

  /** What stayed in the round before is to end in this one. */
  async #mayEnd(point: string): Promise<string> {
    await this.#user.client.send(
      new UpdateRecoveryPointLifecycleCommand({
        BackupVaultName: 'daily',
        RecoveryPointArn: point,
        Lifecycle: { DeleteAfterDays: 2 * END_AFTER_DAYS },
      }),
    )
    return point
  }

  /** Kills the server while the point moves to cold storage; answers the copy made meanwhile. */
  async #cool({ cold, staying }: Made) {
    const id = pointIdOf(cold)
    const { catalog } = this.#victim
    const from = { vault: 'daily', point: cold }
    const lifecycle = { DeleteAfterDays: END_AFTER_DAYS }
    await this.#limitJobs(this.#round % 2 === 1 ? SLOW : null)
    const copyJob = await this.#user.startCopy(from, this.#away.vaultArn('copies'), lifecycle)
    await this.#user.extension('POST', '/vaults/daily/sweep', '{}')
    await this.#user.advanceClock(COLD_AFTER_DAYS * DAY_S + LATE_S)
    const { counted } = await this.#victim.fire({
      progress: this.#victim.packsPut(REGION, 'cold'),
      total: Math.ceil(this.#options.treeBytes / PACK_BYTES),
      isOver: () => pointsNow(catalog, [id]).get(id) === 'COLD',
      killsMax: this.#options.killsPerPart,
      byClockMs: BY_CLOCK_MS,
    })
    await this.#victim.settled()
    await this.#limitJobs(null)
    const copy = jobNow(catalog, copyJob)
    if (copy?.state === 'COMPLETED') this.#told.completed.push(copyJob)
    const evidence = await this.#victim.evidence()
    const wrong = [
      ...(copy?.state === 'COMPLETED'
        ? []
        : [`the copy ended as ${copy?.state}: ${copy?.failure}`]),
      ...notOnlyCold(evidence, id),
      ...(await this.#restoredWrong(cold, this.#large)),
      ...(await this.#restoredWrong(staying, this.#small)),
      ...this.#judged(evidence),
    ]
    return { counted, wrong, copy: copy?.pointArn ?? '' }
  }

  /** Kills the server while these points expire, and only these. */
  async #expire(points: readonly string[], staying: string) {
    const ids = points.map(pointIdOf)
    const { catalog } = this.#victim
    const leaving = leavingWith(await this.#victim.evidence(), ids)
    const isOver = () => pointsNow(catalog, ids).size === 0 && leaving.every(isGone)
    await this.#user.advanceClock((END_AFTER_DAYS - COLD_AFTER_DAYS) * DAY_S + LATE_S)
    const { counted } = await this.#victim.fire({
      progress: () => leaving.filter(isGone).length,
      total: leaving.length,
      isOver,
      killsMax: this.#options.killsPerPart,
      byClockMs: BY_CLOCK_MS,
    })
    await this.#victim.settled()
    this.#told.deleted.push(...ids)
    const evidence = await this.#victim.evidence()
    const left = evidence.points.map(({ id }) => id)
    const wrong = [
      ...(left.join() === pointIdOf(staying) ? [] : [`${staying} was to stay; ${left} did`]),
      ...(await this.#restoredWrong(staying, this.#small)),
      ...this.#judged(evidence),
    ]
    return { counted, wrong }
  }

  async #limitJobs(job: number | null): Promise<void> {
    await this.#user.extension('PUT', '/limits', JSON.stringify({ job }))
  }

  #judged(evidence: Evidence): string[] {
    return [...broken(evidence, this.#told), ...strays(evidence)]
  }

  /** How the point, restored, differs from its tree. */
  async #restoredWrong(point: string, tree: string): Promise<string[]> {
    const target = path.join(this.#options.folder, 'restored')
    try {
      await this.#user.restore(point, target)
      return differences(tree, target)
    } catch (error) {
      return [`${point} cannot be restored: ${error}`]
    } finally {
      rmSync(target, { recursive: true, force: true })
    }
  }
}

/** A cold point has its manifest in cold storage, and neither that nor its packs anywhere warm. */
function notOnlyCold({ vaults }: Evidence, id: string): string[] {
  const holding = vaults.filter((vault) => vault.manifests.has(id))
  const [cold, ...more] = holding
  if (!cold?.root.includes('/cold/') || more.length > 0) {
    return [`the cold point ${id} is in ${holding.map(({ root }) => root).join() || 'no vault'}`]
  }
  const warm = vaults.find(({ root }) => root === cold.root.replace('/cold/', '/stores/'))
  return (cold.manifests.get(id)?.packs ?? [])
    .filter(({ name }) => warm?.packs.has(name))
    .map(({ name }) => `pack ${name} of the cold point ${id} is still warm`)
}

/** The manifests of these points, and the packs that no other point of the same vault names. */
function leavingWith({ vaults, files }: Evidence, ids: readonly string[]): StoredFile[] {
  const needed = vaults.flatMap(({ root, id, manifests }) =>
    [...manifests]
      .filter(([point]) => !ids.includes(point))
      .flatMap(([_, { packs }]) => packs.map(({ name }) => `${root}/${id}/${name}`)),
  )
  const staying = new Set(needed)
  return files.filter(({ root, path: file }) => {
    const [vault, kind] = file.split('/')
    if (kind === 'points') return ids.some((id) => file.includes(id))
    return kind === 'packs' && !staying.has(`${root}/${vault}/${path.basename(file)}`)
  })
}

function isGone({ root, path: file }: StoredFile): boolean {
  return !existsSync(path.join(root, file))
}
