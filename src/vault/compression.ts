// Which chunks are compressed, and how. Writing is asynchronous, on the thread pool; what random
// and already compressed data would waste there is saved by a probe of a small sample.

import {
  constants,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib'

export type Encoding = 'raw' | 'zstd'

const LEVEL = 3
const PROBE_LEVEL = 1
/** The sample: this many pieces, evenly spread. */
const PROBE_PIECES = 4
const PROBE_PIECE_BYTES = 4 * 1024
/** A sample that does not shrink below this share is taken for incompressible. */
const PROBE_SHARE = 0.97
/** Compressed bytes are kept only when they are at most this share of the plain ones. */
const KEPT_SHARE = 0.95
/** Smallest output buffer; Node refuses very small ones. */
const SLICE_BYTES = 16 * 1024

/** Whether compressing is worth the attempt. Synchronous, some 60 µs. */
export function seemsCompressible(plain: Uint8Array): boolean {
  const sampleBytes = PROBE_PIECES * PROBE_PIECE_BYTES
  if (plain.length <= 2 * sampleBytes) return true
  const sample = new Uint8Array(sampleBytes)
  const stride = Math.floor((plain.length - PROBE_PIECE_BYTES) / (PROBE_PIECES - 1))
  for (let piece = 0; piece < PROBE_PIECES; piece++) {
    const from = piece * stride
    sample.set(plain.subarray(from, from + PROBE_PIECE_BYTES), piece * PROBE_PIECE_BYTES)
  }
  const shrunk = zstdCompressSync(sample, { params: levelParams(PROBE_LEVEL) })
  return shrunk.length < sampleBytes * PROBE_SHARE
}

/** `plain` must not change before this resolves. */
export function compress(plain: Uint8Array): Promise<{ bytes: Uint8Array; encoding: Encoding }> {
  return new Promise((resolve, reject) => {
    // One output buffer, and so one visit to the thread pool, for all that would be kept.
    const options = { params: levelParams(LEVEL), chunkSize: Math.max(plain.length, SLICE_BYTES) }
    zstdCompress(plain, options, (error, bytes) => {
      if (error) reject(error)
      else if (bytes.length <= plain.length * KEPT_SHARE) resolve({ bytes, encoding: 'zstd' })
      else resolve({ bytes: plain, encoding: 'raw' })
    })
  })
}

/** The plaintext, or undefined when it is not exactly `plainBytes` long or not zstd at all. */
export function decompress(bytes: Uint8Array, plainBytes: number): Uint8Array | undefined {
  try {
    const chunkSize = Math.max(plainBytes, SLICE_BYTES)
    const plain = zstdDecompressSync(bytes, { maxOutputLength: plainBytes, chunkSize })
    return plain.length === plainBytes ? plain : undefined
  } catch {
    // Not a frame, cut short, or longer than announced: all the same to the caller.
    return undefined
  }
}

/** As `decompress`, on the thread pool. */
export function decompressAsync(
  bytes: Uint8Array,
  plainBytes: number,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const options = { maxOutputLength: plainBytes, chunkSize: Math.max(plainBytes, SLICE_BYTES) }
    zstdDecompress(bytes, options, (error, plain) => {
      resolve(error === null && plain.length === plainBytes ? plain : undefined)
    })
  })
}

function levelParams(level: number): Record<number, number> {
  return { [constants.ZSTD_c_compressionLevel]: level }
}
