// Reads one file's content into a chunk stream: finds runs of zeros that need no storing and
// remembers which bytes of the stream are whose. Leaves cutting and storing to its caller.

import type { ChunkStream } from './chunk-stream.ts'
import type { ChunkIds } from './chunk-table.ts'
import type { TableExtent, TableExtents } from './entry-block.ts'
import { ExtentRows } from './extent-rows.ts'
import type { SourceContent } from './source-content.ts'

/** Zeros are looked for block by block; a file's last block may be shorter. */
const BLOCK_BYTES = 4 * 1024
const ZEROS = new Uint8Array(BLOCK_BYTES)
/** Bytes asked of a source at a time: a multiple of the block. */
export const READ_BYTES = 1024 * 1024

/** A run of a file in a chunk stream, whose chunks are known once they are cut. */
export interface Span {
  readonly extents: TableExtent[]
  /** Bytes that no chunk has taken yet. */
  openBytes: number
}

export interface Hole {
  readonly holeBytes: number
}

export type Piece = Span | Hole

/** Extents that are known, in an array or kept tighter. */
export type SettledExtents = TableExtent[] | ExtentRows

export interface ReadContent {
  /** What lies before the pieces and has its chunks; absent where there is little of it. */
  settled?: SettledExtents | undefined
  pieces: Piece[]
  sizeBytes: number
}

/** Pieces of a large file that may pile up before those that have their chunks are kept tighter. */
const PIECES_MAX = 256

/** The spans of a stream in order; chunks are taken from its front. */
export class SpanQueue {
  #spans: Span[] = []
  #first = 0

  push(span: Span): void {
    this.#spans.push(span)
  }

  /** A chunk of the table's row `row` takes the next `plainBytes` bytes. */
  take(row: number, plainBytes: number): void {
    let offset = 0
    while (offset < plainBytes) {
      const span = this.#spans[this.#first]
      if (span === undefined) throw new Error('a chunk of bytes that nobody wrote')
      const sizeBytes = Math.min(span.openBytes, plainBytes - offset)
      span.extents.push({ row, offset, sizeBytes })
      span.openBytes -= sizeBytes
      offset += sizeBytes
      if (span.openBytes === 0) this.#first++
    }
    this.#spans = this.#spans.slice(this.#first)
    this.#first = 0
  }
}

export class ContentReading {
  readonly #stream: ChunkStream
  readonly #queue: SpanQueue
  readonly #holeBytes: number
  readonly content: ReadContent = { pieces: [], sizeBytes: 0 }
  /** Zeros met last that are neither in the stream nor a hole yet. */
  #zeros = 0
  /** The span that this step's data adds to; between steps its bytes may be cut already. */
  #growing: Span | undefined

  constructor(stream: ChunkStream, queue: SpanQueue, holeBytes: number) {
    this.#stream = stream
    this.#queue = queue
    this.#holeBytes = holeBytes
  }

  /**
   * Reads on by at most READ_BYTES, or to a hole, which is passed; false at the end, when
   * everything is in the stream.
   */
  step(source: Pick<SourceContent, 'read' | 'passHole'>): boolean {
    // Zeros that may yet turn out to be data get their place before what is read now.
    const lead = this.#zeros < this.#holeBytes ? this.#zeros : 0
    const tail = this.#stream.tail(lead + READ_BYTES)
    const sizeBytes = fill(tail.subarray(lead), source)
    this.#growing = undefined
    let end = this.#sift(tail, lead, lead + sizeBytes)
    const passed = sizeBytes < READ_BYTES ? (source.passHole?.() ?? 0) : 0
    this.#zeros += passed
    this.content.sizeBytes += sizeBytes + passed
    const more = sizeBytes === READ_BYTES || passed > 0
    if (!more) end = this.#settleZeros(tail, end)
    this.#stream.commit(end)
    return more
  }

  /** Moves data together over zeros left out; says where the data ends. */
  #sift(tail: Uint8Array, from: number, to: number): number {
    let end = 0
    for (let at = from; at < to; at += BLOCK_BYTES) {
      const blockEnd = Math.min(at + BLOCK_BYTES, to)
      if (isZero(tail, at, blockEnd)) {
        this.#zeros += blockEnd - at
        continue
      }
      if (this.#zeros > 0) end = this.#settleZeros(tail, end)
      if (end !== at) tail.copyWithin(end, at, blockEnd)
      this.#addData(blockEnd - at)
      end += blockEnd - at
    }
    return end
  }

  /** Decides what the zeros met last are; says where the data ends now. */
  #settleZeros(tail: Uint8Array, end: number): number {
    const zeros = this.#zeros
    this.#zeros = 0
    if (zeros >= this.#holeBytes) {
      this.content.pieces.push({ holeBytes: zeros })
      return end
    }
    if (zeros === 0) return end
    tail.fill(0, end, end + zeros)
    this.#addData(zeros)
    return end + zeros
  }

  #addData(sizeBytes: number): void {
    const last = this.content.pieces.at(-1)
    if (last !== undefined && last === this.#growing) {
      this.#growing.openBytes += sizeBytes
      return
    }
    this.#growing = { extents: [], openBytes: sizeBytes }
    this.content.pieces.push(this.#growing)
    this.#queue.push(this.#growing)
  }
}

/** Reads until `into` is full or the data ends; says how many bytes came. */
function fill(into: Uint8Array, source: Pick<SourceContent, 'read'>): number {
  let filled = 0
  while (filled < into.length) {
    const count = source.read(filled === 0 ? into : into.subarray(filled))
    if (count === 0) break
    filled += count
  }
  return filled
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  // Most blocks are told apart by their first or last byte.
  if (bytes[from] !== 0 || bytes[to - 1] !== 0) return false
  return Buffer.compare(bytes.subarray(from, to), ZEROS.subarray(0, to - from)) === 0
}

/** Keeps what has its chunks tighter; for contents of many pieces, between two steps. */
export function settle(content: ReadContent, chunks: ChunkIds): void {
  const { pieces } = content
  if (pieces.length < PIECES_MAX) return
  const open = pieces.findIndex((piece) => !isSettled([piece]))
  const count = open < 0 ? pieces.length : open
  content.settled ??= new ExtentRows(chunks)
  for (const extent of eachExtent(pieces.slice(0, count))) content.settled.push(extent)
  content.pieces = pieces.slice(count)
}

/** How many extents a content has so far; at most one more for each piece. */
export function extentsAtMost({ settled, pieces }: ReadContent): number {
  let count = settled?.length ?? 0
  for (const piece of pieces) count += 'holeBytes' in piece ? 1 : piece.extents.length + 1
  return count
}

/** Whether every byte of a content has its chunk. */
export function isSettled(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) => 'holeBytes' in piece || piece.openBytes === 0)
}

/** The extents of a content that has all its chunks, neighbours in one chunk joined. */
export function extentsOf({
  settled,
  pieces,
}: Readonly<Omit<ReadContent, 'sizeBytes' | 'pieces'>> & {
  readonly pieces: readonly Piece[]
}): TableExtents {
  if (settled !== undefined) {
    for (const extent of eachExtent(pieces)) settled.push(extent)
    return settled
  }
  const extents: TableExtent[] = []
  for (const extent of eachExtent(pieces)) {
    const last = extents.at(-1)
    if (last !== undefined && follows(last, extent)) {
      extents[extents.length - 1] = { ...last, sizeBytes: last.sizeBytes + extent.sizeBytes }
    } else {
      extents.push(extent)
    }
  }
  return extents
}

function* eachExtent(pieces: readonly Piece[]): Generator<TableExtent> {
  for (const piece of pieces) {
    if ('holeBytes' in piece) yield { row: -1, sizeBytes: piece.holeBytes }
    else yield* piece.extents
  }
}

function follows(last: TableExtent, next: TableExtent): boolean {
  if (!('offset' in last && 'offset' in next)) return false
  return last.row === next.row && last.offset + last.sizeBytes === next.offset
}
