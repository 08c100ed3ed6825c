// The extents of one large file, in typed arrays: a terabyte in one file has a million of them,
// which as objects would take more memory than all else together. Those of the writer, by their
// chunks' rows in its table; and those read from an entry list, by the numbers of their chunks' ids
// in a table that is held anyway, or with ids of their own.

import type { Extent, Extents } from '../model/index.ts'
import type { ChunkIds } from './chunk-table.ts'
import type { TableExtent } from './entry-block.ts'
import { ID_BYTES } from './hashing.ts'

/** Kept in segments of this many, so that growing copies nothing. */
const SEGMENT_BITS = 12
const SEGMENT_SIZE = 1 << SEGMENT_BITS
const SEGMENT_MASK = SEGMENT_SIZE - 1
const HOLE = -1
/** Numbers of ids of a list's own go down from here. */
const OWN = -2
const WORD = 2 ** 32

/** Set in the last word of a run, beside its length; sizes of data do not reach it. */
const RUN = 0x8000_0000

type ChunkSizes = Pick<ChunkIds, 'plainBytesOf'>

/**
 * Records of three words: a hole and its size; a part of a chunk, its offset and size; or a run of
 * whole chunks in neighbouring rows, which is what files are mostly made of.
 */
class Columns {
  readonly #sizes: ChunkSizes | undefined
  readonly #segments: Uint32Array[] = []
  #records = 0
  #length = 0
  /** The record looked at last and the first of its extents: most are asked for in order. */
  #cursor = { record: 0, first: 0 }

  constructor(sizes: ChunkSizes | undefined) {
    this.#sizes = sizes
  }

  get length(): number {
    return this.#length
  }

  push(row: number, offset: number, sizeBytes: number): void {
    this.#fold()
    const { words, at } = this.#record(this.#records++)
    words[at] = row
    words[at + 1] = row === HOLE ? Math.floor(sizeBytes / WORD) : offset
    words[at + 2] = sizeBytes % WORD
    this.#length += 1
  }

  /** The last extent is made longer by one that begins in the same chunk where it ends. */
  lengthen(row: number, offset: number, moreBytes: number): boolean {
    if (this.#records === 0 || row === HOLE) return false
    const { words, at } = this.#record(this.#records - 1)
    const sizeBytes = words[at + 2] as number
    if (words[at] !== row || (words[at + 1] as number) + sizeBytes !== offset) return false
    words[at + 2] = sizeBytes + moreBytes
    return true
  }

  at(index: number): { row: number; offset: number; sizeBytes: number } {
    const { words, at, number } = this.#seek(index)
    const row = (words[at] as number) | 0
    const offset = words[at + 1] as number
    const sizeBytes = words[at + 2] as number
    if (row === HOLE) return { row, offset: 0, sizeBytes: offset * WORD + sizeBytes }
    if (sizeBytes < RUN) return { row, offset, sizeBytes }
    const whole = this.#sizes?.plainBytesOf(row + number) ?? 0
    return { row: row + number, offset: 0, sizeBytes: whole }
  }

  /** Joins the last record, when it is a whole chunk, to a run before it, or begins one with it. */
  #fold(): void {
    if (this.#records === 0 || this.#sizes === undefined) return
    const { words, at } = this.#record(this.#records - 1)
    const row = (words[at] as number) | 0
    if (row < 0 || words[at + 1] !== 0) return
    if (words[at + 2] !== this.#sizes.plainBytesOf(row)) return
    words[at + 2] = RUN + 1
    if (this.#records === 1) return
    const before = this.#record(this.#records - 2)
    const length = runLength(before.words, before.at)
    if (length === 0 || (before.words[before.at] as number) + length !== row) return
    before.words[before.at + 2] = RUN + length + 1
    this.#records -= 1
    this.#cursor = { record: 0, first: 0 }
  }

  /** The record of an extent, and which of the record's it is. */
  #seek(index: number): { words: Uint32Array; at: number; number: number } {
    let { record, first } = this.#cursor
    for (;;) {
      const { words, at } = this.#record(record)
      const end = first + Math.max(runLength(words, at), 1)
      if (index >= first && index < end) {
        this.#cursor = { record, first }
        return { words, at, number: index - first }
      }
      // Backwards is asked for rarely: from the beginning.
      if (index < first) [record, first] = [0, 0]
      else [record, first] = [record + 1, end]
    }
  }

  #record(number: number): { words: Uint32Array; at: number } {
    const segment = number >> SEGMENT_BITS
    this.#segments[segment] ??= new Uint32Array(SEGMENT_SIZE * 3)
    return { words: this.#segments[segment], at: (number & SEGMENT_MASK) * 3 }
  }
}

/** How many extents a run has; 0 of other records. */
function runLength(words: Uint32Array, at: number): number {
  const last = words[at + 2] as number
  return words[at] !== HOLE >>> 0 && last >= RUN ? last - RUN : 0
}

/** The extents of a file that is written; neighbours in one chunk are joined. */
export class ExtentRows {
  readonly #columns: Columns

  /** Whole chunks are kept in runs where their sizes are known. */
  constructor(sizes?: ChunkSizes) {
    this.#columns = new Columns(sizes)
  }

  get length(): number {
    return this.#columns.length
  }

  push(extent: TableExtent): void {
    const { row, sizeBytes } = extent
    const offset = 'offset' in extent ? extent.offset : 0
    if (this.#columns.lengthen(row, offset, sizeBytes)) return
    this.#columns.push(row, offset, sizeBytes)
  }

  slice(from: number, to: number): TableExtent[] {
    const extents: TableExtent[] = []
    for (let index = from; index < Math.min(to, this.length); index++) {
      const { row, offset, sizeBytes } = this.#columns.at(index)
      extents.push(row === HOLE ? { row, sizeBytes } : { row, offset, sizeBytes })
    }
    return extents
  }
}

/** The extents of a file that is read. Each is made when it is asked for. */
export class ExtentList implements Extents {
  readonly #ids: ChunkIds | undefined
  readonly #columns: Columns
  readonly #own = new OwnIds()

  /** Ids that `ids` has are not held twice; it must have them for as long as the list is used. */
  constructor(ids?: ChunkIds) {
    this.#ids = ids
    this.#columns = new Columns(ids)
  }

  get length(): number {
    return this.#columns.length
  }

  push(extent: Extent): void {
    if (extent.kind === 'hole') {
      this.#columns.push(HOLE, 0, extent.sizeBytes)
      return
    }
    const { chunk, offset, sizeBytes } = extent
    const known = this.#ids?.find(chunk) ?? -1
    this.#columns.push(known >= 0 ? known : OWN - this.#own.add(chunk), offset, sizeBytes)
  }

  at(index: number): Extent | undefined {
    if (index < 0 || index >= this.length) return undefined
    const { row, offset, sizeBytes } = this.#columns.at(index)
    if (row === HOLE) return { kind: 'hole', sizeBytes }
    return { kind: 'data', chunk: this.#idOf(row), offset, sizeBytes }
  }

  *[Symbol.iterator](): Generator<Extent> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as Extent
  }

  #idOf(row: number): Uint8Array {
    return row >= 0 && this.#ids ? this.#ids.idOf(row) : this.#own.idOf(OWN - row)
  }
}

class OwnIds {
  readonly #segments: Uint8Array[] = []
  #size = 0

  add(id: Uint8Array): number {
    const number = this.#size++
    const at = (number & SEGMENT_MASK) * ID_BYTES
    if (at === 0) this.#segments.push(new Uint8Array(SEGMENT_SIZE * ID_BYTES))
    this.#segments.at(-1)?.set(id, at)
    return number
  }

  idOf(number: number): Uint8Array {
    const at = (number & SEGMENT_MASK) * ID_BYTES
    return (this.#segments[number >> SEGMENT_BITS] as Uint8Array).subarray(at, at + ID_BYTES)
  }
}
