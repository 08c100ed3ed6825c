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

/** Three words an extent. That of data fits a chunk; a hole, which has no offset, may be longer. */
class Columns {
  readonly #segments: Uint32Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(row: number, offset: number, sizeBytes: number): void {
    const index = this.#length
    if ((index & SEGMENT_MASK) === 0) this.#segments.push(new Uint32Array(SEGMENT_SIZE * 3))
    this.#length += 1
    const at = (index & SEGMENT_MASK) * 3
    const words = this.#segments[index >> SEGMENT_BITS] as Uint32Array
    words[at] = row
    words[at + 1] = row === HOLE ? Math.floor(sizeBytes / WORD) : offset
    words[at + 2] = sizeBytes % WORD
  }

  /** The last extent, if it ends in a chunk where another begins, is made longer by it. */
  lengthen(row: number, offset: number, moreBytes: number): boolean {
    const last = this.#length - 1
    const words = this.#segments[last >> SEGMENT_BITS]
    if (words === undefined || row === HOLE) return false
    const at = (last & SEGMENT_MASK) * 3
    const sizeBytes = words[at + 2] as number
    if (words[at] !== row || (words[at + 1] as number) + sizeBytes !== offset) return false
    words[at + 2] = sizeBytes + moreBytes
    return true
  }

  at(index: number): { row: number; offset: number; sizeBytes: number } {
    const words = this.#segments[index >> SEGMENT_BITS] as Uint32Array
    const at = (index & SEGMENT_MASK) * 3
    const row = (words[at] as number) | 0
    const offset = words[at + 1] as number
    const sizeBytes = words[at + 2] as number
    if (row === HOLE) return { row, offset: 0, sizeBytes: offset * WORD + sizeBytes }
    return { row, offset, sizeBytes }
  }
}

/** The extents of a file that is written; neighbours in one chunk are joined. */
export class ExtentRows {
  readonly #columns = new Columns()

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
  readonly #columns = new Columns()
  readonly #own = new OwnIds()

  /** Ids that `ids` has are not held twice; it must have them for as long as the list is used. */
  constructor(ids?: ChunkIds) {
    this.#ids = ids
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
