// Where chunks lie: a hash table in typed arrays, some 60 bytes a chunk, so that a million of
// them cost no garbage collection. Rows are numbered in order of arrival and never move.

import type { Encoding } from './compression.ts'
import { ID_BYTES } from './hashing.ts'
import { free } from './sealing.ts'

/** Where a chunk lies in the pack with number `pack` (its owner numbers the packs). */
export interface ChunkPlace {
  readonly pack: number
  readonly ordinal: number
  readonly offset: number
  readonly storedBytes: number
  readonly encoding: Encoding
}

/** Chunk ids that somebody holds, by number. Whoever knows of them need not hold them again. */
export interface ChunkIds {
  /** The number of an id, or -1. */
  find(id: Uint8Array): number
  /** A view of the id with a number. */
  idOf(number: number): Uint8Array
  /** The plain size of the chunk with a number. */
  plainBytesOf(number: number): number
}

/** Rows are kept in segments, so that growing copies nothing. */
const SEGMENT_BITS = 14
const SEGMENT_ROWS = 1 << SEGMENT_BITS
const SEGMENT_MASK = SEGMENT_ROWS - 1
/**
 * A row's words: pack; offset and the low bits of the ordinal; stored length and the ordinal's high
 * bits; plain length and two flags. By the limits of the format an offset has 25 bits, an ordinal
 * 16 and a length 23.
 */
const COLUMNS = 4
const OFFSET_BITS = 25
const OFFSET_MASK = (1 << OFFSET_BITS) - 1
const LOW_BITS = 32 - OFFSET_BITS
const LOW_MASK = (1 << LOW_BITS) - 1
const LENGTH_BITS = 23
const LENGTH_MASK = (1 << LENGTH_BITS) - 1
const USED = 0x8000_0000
const ZSTD = 0x4000_0000
const NOT_PLACED = 0xffff_ffff
/** Slots are three quarters full before their number doubles. */
const LOAD = 0.75
const SLOTS_LEAST = 1024

export class ChunkTable implements ChunkIds {
  readonly #ids: Uint8Array[] = []
  readonly #idWords: Uint32Array[] = []
  readonly #rows: Uint32Array[] = []
  // Row number + 1 in the slot its id leads to, or the next free one; 0 is a free slot.
  #slots = new Uint32Array(SLOTS_LEAST)
  #size = 0
  readonly #probe = new Uint8Array(ID_BYTES)
  readonly #probeWords = new Uint32Array(this.#probe.buffer)

  get size(): number {
    return this.#size
  }

  /** The row of a chunk, or -1. */
  find(id: Uint8Array): number {
    return (this.#slots[this.#slotOf(id)] as number) - 1
  }

  /** Adds a chunk that `find` does not know, without a place yet; its row. */
  add(id: Uint8Array, plainBytes: number): number {
    if (this.#size + 1 > this.#slots.length * LOAD) this.#spread()
    const slot = this.#slotOf(id)
    if (this.#slots[slot] !== 0) throw new Error('the chunk is in the table already')
    const row = this.#size++
    const at = row & SEGMENT_MASK
    if (at === 0) this.#addSegment()
    this.#idsOf(row).set(id, at * ID_BYTES)
    const columns = this.#columnsOf(row)
    columns[at * COLUMNS] = NOT_PLACED
    columns[at * COLUMNS + 3] = plainBytes
    this.#slots[slot] = row + 1
    return row
  }

  /** Says where a chunk lies; once. */
  place(row: number, place: ChunkPlace): void {
    const columns = this.#columnsOf(row)
    const at = (row & SEGMENT_MASK) * COLUMNS
    if (columns[at] !== NOT_PLACED) throw new Error('the chunk has its place already')
    columns[at] = place.pack
    const { ordinal, offset, storedBytes } = place
    columns[at + 1] = offset | ((ordinal & LOW_MASK) << OFFSET_BITS)
    columns[at + 2] = storedBytes | ((ordinal >>> LOW_BITS) << LENGTH_BITS)
    if (place.encoding === 'zstd') columns[at + 3] = (columns[at + 3] as number) | ZSTD
  }

  placeOf(row: number): ChunkPlace {
    const columns = this.#columnsOf(row)
    const at = (row & SEGMENT_MASK) * COLUMNS
    const pack = columns[at] as number
    if (pack === NOT_PLACED) throw new Error('the chunk has no place yet')
    const [first, second] = [columns[at + 1] as number, columns[at + 2] as number]
    return {
      pack,
      ordinal: (first >>> OFFSET_BITS) | ((second >>> LENGTH_BITS) << LOW_BITS),
      offset: first & OFFSET_MASK,
      storedBytes: second & LENGTH_MASK,
      encoding: ((columns[at + 3] as number) & ZSTD) === 0 ? 'raw' : 'zstd',
    }
  }

  /** A view of the chunk's id. */
  idOf(row: number): Uint8Array {
    const at = (row & SEGMENT_MASK) * ID_BYTES
    return this.#idsOf(row).subarray(at, at + ID_BYTES)
  }

  plainBytesOf(row: number): number {
    return this.#flagsOf(row) & LENGTH_MASK
  }

  markUsed(row: number): void {
    const at = (row & SEGMENT_MASK) * COLUMNS + 3
    this.#columnsOf(row)[at] = this.#flagsOf(row) | USED
  }

  isUsed(row: number): boolean {
    return (this.#flagsOf(row) & USED) !== 0
  }

  /** Empties it and gives its memory back at once, with that of ids it lent. */
  clear(): void {
    for (const segment of [...this.#ids, ...this.#rows]) free(segment)
    for (const segments of [this.#ids, this.#idWords, this.#rows]) segments.length = 0
    free(this.#slots)
    this.#slots = new Uint32Array(SLOTS_LEAST)
    this.#size = 0
  }

  #slotOf(id: Uint8Array): number {
    if (id.length !== ID_BYTES) throw new Error(`a chunk id has ${ID_BYTES} bytes`)
    this.#probe.set(id)
    const words = this.#probeWords
    const mask = this.#slots.length - 1
    let slot = (words[0] as number) & mask
    for (;;) {
      const entry = this.#slots[slot] as number
      if (entry === 0 || this.#same(entry - 1, words)) return slot
      slot = (slot + 1) & mask
    }
  }

  #same(row: number, words: Uint32Array): boolean {
    const ids = this.#idWords[row >>> SEGMENT_BITS] as Uint32Array
    const at = (row & SEGMENT_MASK) * (ID_BYTES / 4)
    for (let word = 0; word < ID_BYTES / 4; word++) {
      if (ids[at + word] !== words[word]) return false
    }
    return true
  }

  #spread(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let row = 0; row < this.#size; row++) {
      const ids = this.#idWords[row >>> SEGMENT_BITS] as Uint32Array
      let slot = (ids[(row & SEGMENT_MASK) * (ID_BYTES / 4)] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = row + 1
    }
    free(this.#slots)
    this.#slots = slots
  }

  #addSegment(): void {
    const ids = new Uint8Array(SEGMENT_ROWS * ID_BYTES)
    this.#ids.push(ids)
    this.#idWords.push(new Uint32Array(ids.buffer))
    this.#rows.push(new Uint32Array(SEGMENT_ROWS * COLUMNS))
  }

  #flagsOf(row: number): number {
    return this.#columnsOf(row)[(row & SEGMENT_MASK) * COLUMNS + 3] as number
  }

  #idsOf(row: number): Uint8Array {
    return this.#ids[row >>> SEGMENT_BITS] as Uint8Array
  }

  #columnsOf(row: number): Uint32Array {
    const columns = this.#rows[row >>> SEGMENT_BITS]
    if (row < 0 || columns === undefined) throw new Error('no such row')
    return columns
  }
}
