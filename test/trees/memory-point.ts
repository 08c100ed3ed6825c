// A recovery point held in memory, for tests of drivers without a vault: everything a reading gave,
// with contents as runs of data between holes. Reads as the backup job does, restores as its job.

import { existsSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type {
  Reading,
  RestoreReport,
  RestoreRequest,
  SourceContent,
  SourceItem,
  SourceSkip,
} from '../../src/drivers/index.ts'
import { type Driver, FileSkipped, type ReadOptions } from '../../src/drivers/index.ts'
import type { Entry, EntryFacts } from '../../src/model/index.ts'

export interface MemoryPoint {
  readonly entries: readonly Entry[]
  readonly skipped: readonly SourceSkip['skipped'][]
  /** One sentence, when anything was left out. */
  readonly told: readonly { reason: string; count: number; names: readonly string[] }[]
  /** Content runs by path, each byte of which is one character. */
  readonly contents: ReadonlyMap<string, readonly Run[]>
}

interface Run {
  readonly offset: number
  readonly bytes: Uint8Array
}

const READ_BYTES = 256 * 1024
const HOLE_BYTES = 64 * 1024
const FAR_FUTURE_MS = 60_000

/** `latin1` text of a path, to find it in a point. */
export const keyOf = (path: Uint8Array): string => Buffer.from(path).toString('latin1')

/** Backs `path` up. As if a minute from now, so that everything has settled, unless told. */
export async function backUp(
  driver: Driver,
  path: string,
  options?: Partial<ReadOptions>,
): Promise<MemoryPoint> {
  const reading = driver.read({ path }, { readStart: Date.now() + FAR_FUTURE_MS, ...options })
  const entries: Entry[] = []
  const skipped: SourceSkip['skipped'][] = []
  const contents = new Map<string, readonly Run[]>()
  for await (const item of itemsOf(reading)) {
    if (item.skipped) skipped.push(item.skipped)
    if (!item.facts) continue
    try {
      const content = item.open?.()
      const { facts, runs } = content ? readAll(item.facts, content) : { facts: item.facts }
      entries.push({ ...facts, extents: [] })
      if (runs) contents.set(keyOf(facts.path), runs)
    } catch (error) {
      if (!(error instanceof FileSkipped)) throw error
      skipped.push(error)
    }
  }
  return { entries, skipped, contents, told: reading.tally.summary() }
}

/** The items of a reading one by one, for who does not mind a promise for each. */
export async function* itemsOf(reading: Reading): AsyncIterable<SourceItem> {
  for await (const items of reading) yield* items
}

/** A restore request for all of `point`; not resuming, into an empty folder, unless told. */
export function restoreRequest(
  point: Pick<MemoryPoint, 'entries' | 'contents'>,
  request: Partial<RestoreRequest> & { readonly target: string },
): RestoreRequest {
  return {
    roots: request.roots ?? rootAround(dirname(request.target)),
    jobId: '5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11',
    resuming: false,
    allowNonEmpty: false,
    signal: new AbortController().signal,
    async *entries() {
      yield* point.entries
    },
    async content(entry, write) {
      for (const run of point.contents.get(keyOf(entry.path)) ?? []) {
        await write(run.bytes, run.offset)
      }
    },
    ...request,
  }
}

/** As the server does with the folders that are declared for restores. */
const rootAround = (name: string) => [{ name, real: existsSync(name) ? realpathSync(name) : name }]

/** Restores all of `point` into `target`. */
export function restore(
  driver: Driver,
  point: Pick<MemoryPoint, 'entries' | 'contents'>,
  request: Partial<RestoreRequest> & { readonly target: string },
): Promise<RestoreReport> {
  return driver.restore(restoreRequest(point, request))
}

function readAll(
  facts: EntryFacts,
  content: SourceContent,
): { facts: EntryFacts; runs: readonly Run[] } {
  const runs: Run[] = []
  let offset = 0
  for (;;) {
    const bytes = new Uint8Array(READ_BYTES)
    const got = content.read(bytes)
    const passed = got === 0 ? content.passHole() : 0
    offset += passed
    if (got + passed === 0) break
    for (let at = 0; at < got; at += HOLE_BYTES) {
      const piece = bytes.subarray(at, Math.min(got, at + HOLE_BYTES))
      if (piece.some((byte) => byte !== 0)) runs.push({ offset: offset + at, bytes: piece })
    }
    offset += got
  }
  const { identity: _, ...rest } = facts
  return { facts: { ...rest, ...content.close() }, runs }
}
