// The entries of a resource's newest recovery point, walked alongside a new reading of it. Says
// which files need not be read again. A file is taken over when nothing about it changed, unless it
// lies in a chunk of which too little is still used: those files are read again and bundled anew.

import type { Entry, EntryFacts } from '../model/index.ts'
import { compareEntryPaths } from '../model/index.ts'

/** A chunk is kept for its files only when they use at least this part of it. */
const USED_PART_MIN = 1 / 4
/** How far to look ahead for files of the same chunk. */
const AHEAD_ENTRIES_MAX = 4_096
/** How many chunks' counts are remembered; files of a chunk lie side by side. */
const COUNTED_CHUNKS_MAX = 64

export class ParentEntries {
  readonly #source: AsyncIterator<Entry>
  readonly #plainBytesOf: (chunk: Uint8Array) => number | undefined
  readonly #ahead: Entry[] = []
  readonly #usedBytes = new Map<string, number>()
  #lastChunk: string | undefined
  #ended = false

  constructor(
    entries: AsyncIterable<Entry>,
    plainBytesOf: (chunk: Uint8Array) => number | undefined,
  ) {
    this.#source = entries[Symbol.asyncIterator]()
    this.#plainBytesOf = plainBytesOf
  }

  /**
   * The parent's extents under the facts of today, if the content is certainly the same and worth
   * keeping where it is. To be asked in entry order.
   */
  async unchanged(facts: EntryFacts): Promise<Entry | undefined> {
    const before = await this.#seek(facts.path)
    if (!before || !isSameContent(before, facts) || (await this.#isThin(before))) return undefined
    return { ...facts, extents: before.extents }
  }

  async #seek(path: Uint8Array): Promise<Entry | undefined> {
    for (;;) {
      const next = this.#ahead[0] ?? (await this.#readAhead())
      if (!next) return undefined
      const order = compareEntryPaths(next.path, path)
      if (order === 0) return next
      if (order > 0) return undefined
      this.#ahead.shift()
    }
  }

  async #readAhead(): Promise<Entry | undefined> {
    if (this.#ended) return undefined
    const next = await this.#source.next()
    if (next.done) {
      this.#ended = true
      return undefined
    }
    this.#ahead.push(next.value)
    for (const extent of next.value.extents) {
      if (extent.kind === 'data') this.#count(keyOf(extent.chunk), extent.sizeBytes)
    }
    return next.value
  }

  #count(chunk: string, sizeBytes: number): void {
    this.#usedBytes.set(chunk, (this.#usedBytes.get(chunk) ?? 0) + sizeBytes)
    this.#lastChunk = chunk
    const oldest = this.#usedBytes.keys().next().value
    if (this.#usedBytes.size > COUNTED_CHUNKS_MAX && oldest !== undefined) {
      this.#usedBytes.delete(oldest)
    }
  }

  /** Whether the one chunk of a small file is used too little to be kept for it. */
  async #isThin(entry: Entry): Promise<boolean> {
    const [only, more] = entry.extents
    if (only?.kind !== 'data' || more) return false
    const plainBytes = this.#plainBytesOf(only.chunk)
    if (plainBytes === undefined) return false
    const chunk = keyOf(only.chunk)
    const enough = plainBytes * USED_PART_MIN
    while ((this.#usedBytes.get(chunk) ?? plainBytes) < enough) {
      if (this.#lastChunk !== chunk || this.#ahead.length >= AHEAD_ENTRIES_MAX) return true
      if (!(await this.#readAhead())) return true
    }
    return false
  }
}

/** Same kind, size, modification time and identity: see "Unchanged files" in docs/design.md. */
function isSameContent(before: EntryFacts, now: EntryFacts): boolean {
  const was = before.identity
  const is = now.identity
  return (
    before.kind === 'file' &&
    now.kind === 'file' &&
    was !== undefined &&
    is !== undefined &&
    before.sizeBytes === now.sizeBytes &&
    before.mtimeNs === now.mtimeNs &&
    was.device === is.device &&
    was.inode === is.inode &&
    was.ctimeNs === is.ctimeNs
  )
}

function keyOf(chunk: Uint8Array): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset, 12).toString('latin1')
}
