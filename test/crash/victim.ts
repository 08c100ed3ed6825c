// A server that is killed at moments drawn by dice and started again on the same folder, and what
// it leaves there. A kill counts only when some but not all of what it interrupts had happened.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { User, until } from '../real-server.ts'
import type { Dice } from '../sim/dice.ts'
import { compareTrees } from '../trees/compare-trees.ts'
import { realEvidence } from './disk-evidence.ts'
import { type Evidence, hasOpenJobs } from './evidence.ts'
import { placesIn, ServerProcess } from './process.ts'

const LOOK_MS = 3
const OVER_LOOK_MS = 40
/** A kill by progress comes at most so long after it. */
const AFTER_PROGRESS_MS = 40

/** What is to be interrupted. */
export interface Watched {
  /** How much of it has happened: packs put, bytes restored, files gone. */
  readonly progress: () => number
  /** What `progress` said when it began, if that is not what it says now. */
  readonly begun?: number
  /** About how much there is to happen. */
  readonly total: number
  readonly isOver: () => boolean
  readonly killsMax: number
  /** A kill by the clock comes within this long. */
  readonly byClockMs: number
}

/** What became of it. */
export interface Fired {
  readonly counted: number
  readonly kills: number
  readonly moved: number
}

export class Victim implements AsyncDisposable {
  readonly folder: string
  readonly #dice: Dice
  #server: ServerProcess
  #kills = 0
  #complaints: string[] = []

  private constructor(folder: string, dice: Dice, server: ServerProcess) {
    this.folder = folder
    this.#dice = dice
    this.#server = server
  }

  /** Starts a server on the folder. */
  static async start(folder: string, dice: Dice): Promise<Victim> {
    return new Victim(folder, dice, await ServerProcess.start(folder))
  }

  /** All kills until now. */
  get kills(): number {
    return this.#kills
  }

  get catalog(): string {
    return path.join(placesIn(this.folder).data, 'catalog.db')
  }

  user(region: string): User {
    return new User(this.#server.url, region)
  }

  evidence(): Promise<Evidence> {
    return realEvidence(this.folder)
  }

  /** Counts packs that the log says were put into a store of a Region. */
  packsPut(region: string, store: 'stores' | 'cold' = 'stores'): () => number {
    const { data, putLog } = placesIn(this.folder)
    const root = `${path.join(data, store, region)} `
    return () => {
      if (!existsSync(putLog)) return 0
      const lines = readFileSync(putLog, 'utf8').split('\n')
      return lines.filter((line) => line.startsWith(root) && line.includes('/packs/')).length
    }
  }

  /** Waits until no job is open. */
  async settled(): Promise<void> {
    await until(async () => (hasOpenJobs(this.catalog) ? undefined : true))
  }

  /** What the servers said that were killed since this was last asked: nothing is good. */
  complaints(): string[] {
    return this.#complaints.splice(0)
  }

  /** Kills a few times while it goes on, and waits for its end. */
  async fire(watched: Watched): Promise<Fired> {
    const begun = watched.begun ?? watched.progress()
    const seen: number[] = []
    while (seen.length < watched.killsMax && (await this.#untilMoment({ ...watched, begun }))) {
      await this.#kill()
      seen.push(watched.progress() - begun)
      await this.#startAgain()
    }
    await until(async () => watched.isOver() || undefined)
    const moved = watched.progress() - begun
    const counted = seen.filter((each) => each > 0 && each < moved).length
    return { counted, kills: seen.length, moved }
  }

  /** Kills once, some time within so long. */
  async killWithin(ms: number): Promise<void> {
    await pause(this.#dice.below(ms))
    await this.#kill()
    await this.#startAgain()
  }

  /** Ends the server with SIGTERM; answers what is wrong with that. */
  async terminate(): Promise<string[]> {
    const code = await this.#server.terminate()
    const { said } = this.#server
    const good = code === 0 && said === ''
    return good ? [] : [`SIGTERM ended the server with ${code}; it said: ${said}`]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.kill()
  }

  /** Waits for the moment of a kill; false when there is nothing to interrupt any more. */
  async #untilMoment({
    progress,
    begun,
    total,
    isOver,
    byClockMs,
  }: Watched & { readonly begun: number }): Promise<boolean> {
    const byClock = this.#dice.below(4) === 0
    const moved = progress() - begun
    const more = Math.max(1, Math.ceil((total - moved) * (this.#dice.below(90) / 100)))
    const wanted = byClock ? Number.POSITIVE_INFINITY : moved + more
    const latest = performance.now() + (byClock ? this.#dice.below(byClockMs) : 60_000)
    let look = 0
    while (progress() - begun < wanted && performance.now() < latest) {
      if (performance.now() > look) {
        if (isOver()) return false
        look = performance.now() + OVER_LOOK_MS
      }
      await pause(LOOK_MS)
    }
    if (!byClock) await pause(this.#dice.below(AFTER_PROGRESS_MS))
    return !isOver()
  }

  async #kill(): Promise<void> {
    await this.#server.kill()
    this.#kills += 1
    // An attempt that failed and was tried again shows only here.
    if (this.#server.said !== '') this.#complaints.push(`the server said: ${this.#server.said}`)
  }

  async #startAgain(): Promise<void> {
    this.#server = await ServerProcess.start(this.folder)
  }
}

/** The id in a recovery point's ARN. */
export function pointIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1).toUpperCase()
}

/** How a restored tree differs from the one that was backed up, in sentences. */
export function differences(tree: string, restored: string): string[] {
  return compareTrees(tree, restored).map(
    ({ path: at, what, detail }) => `the restored ${at || 'root'} differs in ${what}: ${detail}`,
  )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
