// Where a server may die: the moments of one run at which what it leaves may have changed since the
// moment before, each with a copy of all of that. A dead process changes nothing more and takes its
// memory with it, so a run that stops at a moment and one that goes on leave the same at it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { blake3 } from '@napi-rs/blake-hash'
import type { WorldOptions } from './job-world.ts'

/** What users were told while a scene ran. */
export interface Promised {
  readonly jobs: string[]
  readonly deleted: string[]
}

/** A process that dies before a disk call is done, before a transaction begins, or at the end. */
export interface Moment {
  readonly number: number
  /** What is not done any more. */
  readonly call: string
  readonly left: WorldOptions
  readonly promised: Promised
}

/** What the next process finds. */
export interface Death {
  /** How and before which call. */
  readonly when: string
  /** Of the power; undefined when the process alone died. */
  readonly cut?: number
  readonly left: WorldOptions
}

/** Of the power: names without bytes, bytes without names, and mixtures. */
export const CUTS = 6
/** The file of a catalog that is not there. */
const LOST = ''
/** What a moment is called that nothing comes after. */
const THE_END = 'the end'

/**
 * Runs `work` in the world of these options; answers all its moments, in their order. Without
 * `catalogs` the catalog is lost with each of them.
 */
export async function momentsOf(
  world: WorldOptions,
  work: (told: Promised) => Promise<unknown>,
  catalogs?: CatalogCopies,
): Promise<Moment[]> {
  const told: Promised = { jobs: [], deleted: [] }
  const moments: Moment[] = []
  const keep = (call: string) => {
    const { held } = world
    moments.push({
      number: moments.length,
      call,
      left: {
        ...world,
        disk: world.disk.afterKill(),
        catalogFile: catalogs?.copyOf(world.catalogFile) ?? LOST,
        puts: [...world.puts],
        ...(held && { held: new Set(held) }),
      },
      promised: { jobs: [...told.jobs], deleted: [...told.deleted] },
    })
  }
  world.disk.watcher = keep
  await work(told)
  world.disk.watcher = () => undefined
  keep(THE_END)
  return moments
}

/** A kill at this moment, and every power cut. */
export function* deathsAt({ number, call, left }: Moment): Generator<Death> {
  const where = `call ${number} (${call})`
  yield { when: `killed at ${where}`, left: { ...left, disk: left.disk.afterKill() } }
  for (let cut = 0; cut < CUTS; cut += 1) {
    // What a cut takes back is rightly put again.
    const cutOff = { ...left, disk: left.disk.afterPowerCut(cut), puts: [] }
    yield { when: `power cut ${cut} at ${where}`, cut, left: cutOff }
  }
}

/** Copies of catalogs that are in use, one for each that differs. */
export class CatalogCopies {
  readonly #newFile: () => string
  readonly #known = new Map<string, string>()

  /** `newFile` names a file that is not there. */
  constructor(newFile: () => string) {
    this.#newFile = newFile
  }

  /** A file that holds what is kept in the catalog now, and must not be written. */
  copyOf(catalogFile: string): string {
    const main = readFileSync(catalogFile)
    const log = existsSync(`${catalogFile}-wal`) ? readFileSync(`${catalogFile}-wal`) : undefined
    const key = [main, log ?? ''].map((part) => blake3(part).toString('hex')).join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const copy = this.#newFile()
    this.#known.set(key, copy)
    writeFileSync(copy, main)
    if (log) writeFileSync(`${copy}-wal`, log)
    // Whatever was committed goes from the log into the file, as at the next process's start.
    const database = new DatabaseSync(copy)
    database.exec('pragma wal_checkpoint(truncate)')
    database.close()
    return copy
  }
}

/**
 * Says of what deaths leave whether it was met before. Two are the same only if all that is read
 * afterwards is the same to the byte: the disk in both layers, the catalog (of which there is one
 * copy for each that differs), what is immutable, what was put and what was promised. Then all that
 * follows is the same as well.
 */
export class Met {
  readonly #prints = new Set<string>()

  /** Whether this is the first time. What was met with puts was met without them, too. */
  isNew({ disk, catalogFile, held, puts }: WorldOptions, promised: Promised): boolean {
    const rest = [disk.processes, catalogFile, [...(held ?? [])].sort(), promised]
    const all = `${disk.fingerprint()} ${JSON.stringify(rest)}`
    const print = `${all} ${puts.join()}`
    if (this.#prints.has(print)) return false
    this.#prints.add(print).add(`${all} `)
    return true
  }
}
