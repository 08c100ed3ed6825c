// Which chunks are compressed, and how. Writing is asynchronous, on the thread pool; what random
// and already compressed data would waste there is saved by a probe of a small sample.

import {
  constants,
  createZstdCompress,
  type ZstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib'
import { free } from './sealing.ts'

export type Encoding = 'raw' | 'zstd'

/**
 * Level 3 with a smaller table for its short matches (2^14 slots, which stay in the core's own
 * cache): an eighth less time for 0.7 % more bytes. Level 2 saves twice that and takes 4 % more.
 */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_chainLog]: 14 }
/** Its output is too large for Node's pool of small buffers: so it can be freed at once. */
const PROBE = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 64 * 1024 }
/** The sample: this many pieces, evenly spread. */
const PROBE_PIECES = 4
const PROBE_PIECE_BYTES = 4 * 1024
const PROBE_BYTES = PROBE_PIECES * PROBE_PIECE_BYTES
/** A sample that does not shrink below this share is taken for incompressible. */
const PROBE_SHARE = 0.97
/** Chi-square of the bytes of random data: 255 on average, hardly ever outside of these. */
const CHANCE = { from: 120, to: 420 }
/** Compressed bytes are kept only when they are at most this share of the plain ones. */
const KEPT_SHARE = 0.95
/** Smallest output buffer; Node refuses very small ones. */
const SLICE_BYTES = 16 * 1024
/** What a compressor writes into until it is full. */
const OUTPUT_BYTES = 256 * 1024

// Used again for every chunk: as its own memory each time, it would be garbage outside the heap.
const sample = new Uint8Array(PROBE_BYTES)
const counts = new Uint32Array(256)

/** Whether compressing is worth the attempt. Synchronous; 20 µs for random data, else some 60. */
export function seemsCompressible(plain: Uint8Array): boolean {
  if (plain.length <= 2 * PROBE_BYTES) return true
  const stride = Math.floor((plain.length - PROBE_PIECE_BYTES) / (PROBE_PIECES - 1))
  for (let piece = 0; piece < PROBE_PIECES; piece++) {
    const from = piece * stride
    sample.set(plain.subarray(from, from + PROBE_PIECE_BYTES), piece * PROBE_PIECE_BYTES)
  }
  if (looksRandom()) return false
  const compressed = zstdCompressSync(sample, PROBE)
  const shrinks = compressed.length < PROBE_BYTES * PROBE_SHARE
  free(compressed, PROBE.chunkSize)
  return shrinks
}

/** Whether all bytes of the sample are as frequent as chance makes them, no less and no more. */
function looksRandom(): boolean {
  counts.fill(0)
  let squares = 0
  for (let at = 0; at < sample.length; at++) {
    const byte = sample[at] as number
    const before = counts[byte] as number
    // The square of one more.
    squares += 2 * before + 1
    counts[byte] = before + 1
  }
  const chiSquare = (squares * 256) / sample.length - sample.length
  return chiSquare > CHANCE.from && chiSquare < CHANCE.to
}

/** A chunk as it is stored. */
export interface StoredForm {
  readonly bytes: Uint8Array
  readonly encoding: Encoding
}

/**
 * Compresses on the thread pool, each chunk a frame of its own. Its zstd contexts, over 3 MiB each
 * and as many as there were chunks at once, are used again until it is disposed of: a context for
 * each chunk costs as much time in the garbage collector as a fifth of the compressing.
 */
export class Compressor implements Disposable {
  readonly #idle: ZstdCompress[] = []

  /**
   * `plain` is the compressor's until this resolves. What it becomes lies in its place: its first
   * bytes are then compressed, or all of it is as it was.
   */
  async compress(plain: Uint8Array): Promise<StoredForm> {
    const stream = this.#idle.pop() ?? openStream()
    const frame = await frameOf(stream, plain)
    this.#idle.push(stream)
    const sizeBytes = frame.reduce((sum, piece) => sum + piece.length, 0)
    const isKept = sizeBytes <= plain.length * KEPT_SHARE
    let end = 0
    for (const piece of frame) {
      if (isKept) plain.set(piece, end)
      end += piece.length
      giveBack(piece)
    }
    if (!isKept) return { bytes: plain, encoding: 'raw' }
    return { bytes: plain.subarray(0, sizeBytes), encoding: 'zstd' }
  }

  [Symbol.dispose](): void {
    for (const stream of this.#idle.splice(0)) stream.destroy()
  }
}

/** A stream that ends its frame with every write. */
function openStream(): ZstdCompress {
  const flush = constants.ZSTD_e_end
  return createZstdCompress({ params: PARAMS, flush, chunkSize: OUTPUT_BYTES })
}

/** What comes out of an idle stream for `plain`. A stream that fails is of no further use. */
function frameOf(stream: ZstdCompress, plain: Uint8Array): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const take = (piece: Buffer) => void pieces.push(piece)
    const end = (error: Error | null | undefined) => {
      stream.off('data', take).off('error', end)
      if (error) reject(error)
      else resolve(pieces)
    }
    stream.on('data', take).once('error', end)
    // Node tells of a write when its output was taken.
    stream.write(plain, end)
  })
}

/**
 * A stream's output fills its memory piece by piece; behind the last one nobody needs it any more.
 * Left to the garbage collector, some 50 MiB of it wait.
 */
function giveBack({ buffer, byteOffset, length }: Buffer): void {
  const isAll = buffer.byteLength === OUTPUT_BYTES
  if (isAll && byteOffset + length === OUTPUT_BYTES) (buffer as ArrayBuffer).transfer(0)
}

/**
 * Room for one byte more than is to come: Node takes an output that is full for one that may go on,
 * gets itself another of the same size and asks the pool once more.
 */
export const SPARE_BYTES = 1

const outputBytes = (plainBytes: number) => Math.max(plainBytes + SPARE_BYTES, SLICE_BYTES)

/** The plaintext, or undefined when it is not exactly `plainBytes` long or not zstd at all. */
export function decompress(bytes: Uint8Array, plainBytes: number): Uint8Array | undefined {
  try {
    const chunkSize = outputBytes(plainBytes)
    const plain = zstdDecompressSync(bytes, { maxOutputLength: plainBytes, chunkSize })
    return plain.length === plainBytes ? plain : undefined
  } catch {
    // Not a frame, cut short, or longer than announced: all the same to the caller.
    return undefined
  }
}

/** As `decompress`, on the thread pool. What it lies in has at most `SPARE_BYTES` more. */
export function decompressAsync(
  bytes: Uint8Array,
  plainBytes: number,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const options = { maxOutputLength: plainBytes, chunkSize: outputBytes(plainBytes) }
    zstdDecompress(bytes, options, (error, plain) => {
      resolve(error === null && plain.length === plainBytes ? plain : undefined)
    })
  })
}
