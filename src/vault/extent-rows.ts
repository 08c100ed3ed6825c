// The extents of one large file, in typed arrays: a terabyte in one file has a million of them,
// which as objects would take more memory than all else together. Those of the writer, by their
// chunks' rows in its table; and those read from an entry list, by their chunks' ids.

import type { Extent, Extents } from '../model/index.ts'
import type { TableExtent } from './entry-block.ts'
import { ID_BYTES } from './hashing.ts'

/** Kept in segments of this many, so that growing copies nothing. */
const SEGMENT_BITS = 12
const SEGMENT_SIZE = 1 << SEGMENT_BITS
const SEGMENT_MASK = SEGMENT_SIZE - 1
const HOLE = -1

interface Segment {
  /** Rows of chunks or, with `ids`, 0 for data; -1 for a hole. */
  readonly rows: Int32Array
  readonly offsets: Uint32Array
  readonly sizes: Float64Array
  readonly ids: Uint8Array | undefined
}

/** The extents of a file that is written; neighbours in one chunk are joined. */
export class ExtentRows {
  readonly #segments: Segment[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(extent: TableExtent): void {
    const { row, sizeBytes } = extent
    const offset = 'offset' in extent ? extent.offset : 0
    const last = this.#length - 1
    const before = this.#segments[last >> SEGMENT_BITS]
    const at = last & SEGMENT_MASK
    if (before !== undefined && row !== HOLE && before.rows[at] === row) {
      const size = before.sizes[at] as number
      if ((before.offsets[at] as number) + size === offset) {
        before.sizes[at] = size + sizeBytes
        return
      }
    }
    append(this.#segments, this.#length, { row, offset, sizeBytes })
    this.#length += 1
  }

  slice(from: number, to: number): TableExtent[] {
    const extents: TableExtent[] = []
    for (let index = from; index < Math.min(to, this.#length); index++) {
      const segment = this.#segments[index >> SEGMENT_BITS] as Segment
      const at = index & SEGMENT_MASK
      const row = segment.rows[at] as number
      const sizeBytes = segment.sizes[at] as number
      const offset = segment.offsets[at] as number
      extents.push(row === HOLE ? { row, sizeBytes } : { row, offset, sizeBytes })
    }
    return extents
  }
}

/** The extents of a file that is read. Each is made when it is asked for. */
export class ExtentList implements Extents {
  readonly #segments: Segment[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(extent: Extent): void {
    const { sizeBytes } = extent
    if (extent.kind === 'hole') {
      append(this.#segments, this.#length, { row: HOLE, offset: 0, sizeBytes }, true)
    } else {
      const of = { row: 0, offset: extent.offset, sizeBytes }
      const { ids } = append(this.#segments, this.#length, of, true)
      ids?.set(extent.chunk, (this.#length & SEGMENT_MASK) * ID_BYTES)
    }
    this.#length += 1
  }

  at(index: number): Extent | undefined {
    if (index < 0 || index >= this.#length) return undefined
    const segment = this.#segments[index >> SEGMENT_BITS] as Segment
    const at = index & SEGMENT_MASK
    const sizeBytes = segment.sizes[at] as number
    if (segment.rows[at] === HOLE) return { kind: 'hole', sizeBytes }
    const chunk = (segment.ids as Uint8Array).subarray(at * ID_BYTES, (at + 1) * ID_BYTES)
    return { kind: 'data', chunk, offset: segment.offsets[at] as number, sizeBytes }
  }

  *[Symbol.iterator](): Generator<Extent> {
    for (let index = 0; index < this.#length; index++) yield this.at(index) as Extent
  }
}

function append(
  segments: Segment[],
  index: number,
  of: { row: number; offset: number; sizeBytes: number },
  withIds = false,
): Segment {
  const at = index & SEGMENT_MASK
  if (at === 0) {
    segments.push({
      rows: new Int32Array(SEGMENT_SIZE),
      offsets: new Uint32Array(SEGMENT_SIZE),
      sizes: new Float64Array(SEGMENT_SIZE),
      ids: withIds ? new Uint8Array(SEGMENT_SIZE * ID_BYTES) : undefined,
    })
  }
  const segment = segments[index >> SEGMENT_BITS] as Segment
  segment.rows[at] = of.row
  segment.offsets[at] = of.offset
  segment.sizes[at] = of.sizeBytes
  return segment
}
