// The entries of a resource's newest recovery point, walked alongside a new reading of it. Says
// which files need not be read again. A file is taken over when nothing about it changed, unless it
// lies in a chunk of which too little is still used: those files are read again and bundled anew.

import type { Entry, EntryFacts } from '../model/index.ts'
import { compareEntryPaths } from '../model/index.ts'

/** A chunk is kept for its files only when they use at least this part of it. */
const USED_PART_MIN = 1 / 4
/** How far to look ahead for files of the same chunk. */
const AHEAD_ENTRIES_MAX = 4_096
/** Entries that were passed and are not forgotten yet. */
const PASSED_ENTRIES_MAX = 256
/** How many chunks' counts are remembered; files of a chunk lie side by side. */
const COUNTED_CHUNKS_MAX = 64

/** The parent's next entries are in a block that must be fetched first. */
const FETCH_FIRST = Symbol()

export class ParentEntries implements AsyncDisposable {
  readonly #groups: AsyncIterator<Iterable<Entry>>
  readonly #plainBytesOf: (chunk: Uint8Array) => number | undefined
  #group: Iterator<Entry> | undefined
  /** Entries read and not yet passed, from `#first` on. */
  #ahead: Entry[] = []
  #first = 0
  readonly #usedBytes = new Map<string, number>()
  #lastChunk: string | undefined
  #lastKey: { chunk: Uint8Array | undefined; key: string } = { chunk: undefined, key: '' }
  #ended = false

  constructor(
    groups: AsyncIterable<Iterable<Entry>>,
    plainBytesOf: (chunk: Uint8Array) => number | undefined,
  ) {
    this.#groups = groups[Symbol.asyncIterator]()
    this.#plainBytesOf = plainBytesOf
  }

  /**
   * The parent's extents under the facts of today, if the content is certainly the same and worth
   * keeping where it is. To be asked in entry order. A promise only now and then, when more of the
   * parent's list must be fetched: a million promises would cost more than the comparisons.
   */
  unchanged(facts: EntryFacts): Entry | undefined | Promise<Entry | undefined> {
    const found = this.#find(facts)
    return found === FETCH_FIRST ? this.#fetchAndFind(facts) : found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#groups.return?.()
  }

  async #fetchAndFind(facts: EntryFacts): Promise<Entry | undefined> {
    for (;;) {
      const next = await this.#groups.next()
      if (next.done) this.#ended = true
      else this.#group = next.value[Symbol.iterator]()
      const found = this.#find(facts)
      if (found !== FETCH_FIRST) return found
    }
  }

  /** May be repeated after more was fetched. */
  #find(facts: EntryFacts): Entry | undefined | typeof FETCH_FIRST {
    const before = this.#seek(facts.path)
    if (before === FETCH_FIRST) return FETCH_FIRST
    if (before === undefined || !isSameContent(before, facts)) return undefined
    const thin = this.#isThin(before)
    if (thin === FETCH_FIRST) return FETCH_FIRST
    return thin ? undefined : { ...facts, extents: before.extents }
  }

  #seek(path: Uint8Array): Entry | undefined | typeof FETCH_FIRST {
    for (;;) {
      const next = this.#ahead[this.#first] ?? this.#readAhead()
      if (next === undefined || next === FETCH_FIRST) return next
      const order = compareEntryPaths(next.path, path)
      if (order === 0) return next
      if (order > 0) return undefined
      this.#pass()
    }
  }

  #pass(): void {
    this.#first += 1
    // Passed ones go a few at a time: taking them off one by one moves all others.
    if (this.#first < this.#ahead.length && this.#first < PASSED_ENTRIES_MAX) return
    this.#ahead.splice(0, this.#first)
    this.#first = 0
  }

  #readAhead(): Entry | undefined | typeof FETCH_FIRST {
    if (this.#ended) return undefined
    const next = this.#group?.next()
    if (next === undefined || next.done) {
      this.#group = undefined
      return FETCH_FIRST
    }
    this.#ahead.push(next.value)
    for (const extent of next.value.extents) {
      if (extent.kind === 'data') this.#count(this.#keyOf(extent.chunk), extent.sizeBytes)
    }
    return next.value
  }

  /** Files of a chunk lie side by side, and their extents name it by the same view. */
  #keyOf(chunk: Uint8Array): string {
    if (this.#lastKey.chunk !== chunk) this.#lastKey = { chunk, key: keyOf(chunk) }
    return this.#lastKey.key
  }

  #count(chunk: string, sizeBytes: number): void {
    this.#usedBytes.set(chunk, (this.#usedBytes.get(chunk) ?? 0) + sizeBytes)
    this.#lastChunk = chunk
    if (this.#usedBytes.size <= COUNTED_CHUNKS_MAX) return
    const oldest = this.#usedBytes.keys().next().value
    if (oldest !== undefined) this.#usedBytes.delete(oldest)
  }

  /** Whether the one chunk of a small file is used too little to be kept for it. */
  #isThin(entry: Entry): boolean | typeof FETCH_FIRST {
    const [only, more] = entry.extents
    if (only?.kind !== 'data' || more) return false
    const plainBytes = this.#plainBytesOf(only.chunk)
    if (plainBytes === undefined) return false
    const chunk = this.#keyOf(only.chunk)
    const enough = plainBytes * USED_PART_MIN
    while ((this.#usedBytes.get(chunk) ?? plainBytes) < enough) {
      const ahead = this.#ahead.length - this.#first
      if (this.#lastChunk !== chunk || ahead >= AHEAD_ENTRIES_MAX) return true
      const next = this.#readAhead()
      if (next === FETCH_FIRST) return FETCH_FIRST
      if (next === undefined) return true
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
