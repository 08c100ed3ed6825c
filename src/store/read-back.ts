// Reads files to prove them: a whole file against a BLAKE3 hash, in large aligned pieces, and a
// range in full or not at all.

import { crc32 } from 'node:zlib'
import { Blake3Hasher } from '@napi-rs/blake-hash'
import type { DiskFile } from '../world/index.ts'
import type { ByteRange, ObjectDigest, ObjectName } from './object-store.ts'
import { NotAnObject, ObjectTruncated } from './object-store.ts'

/** No object is larger; a larger file under an object's name is not read into memory. */
const OBJECT_BYTES_MAX = 2 ** 31 - 1
/** Large enough to spare calls, small enough to stay in a core's cache; 2 and 4 MiB were slower. */
const SLAB_BYTES = 1024 * 1024
/** WebAssembly counts memory in pages of 64 KiB. */
const WASM_PAGE_BYTES = 64 * 1024
/** As many as objects are moved at once, twice over. */
const SLABS_KEPT_MAX = 16

// Node has it; the compiler's library for Node does not say so.
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer }
}

/**
 * Buffers that start on a page of memory: the kernel copies into them at twice the speed it
 * reaches with ordinary ones, which start 16 bytes into one. Lent out and taken back.
 */
export class Slabs {
  readonly #free: Uint8Array[] = []
  readonly #sizeBytes: number

  /** Each is as large as that, or a little larger. */
  constructor(sizeBytes = SLAB_BYTES) {
    this.#sizeBytes = sizeBytes
  }

  take(): Uint8Array {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const memory = new WebAssembly.Memory({
      initial: Math.ceil(this.#sizeBytes / WASM_PAGE_BYTES),
    })
    return new Uint8Array(memory.buffer)
  }

  giveBack(slab: Uint8Array): void {
    if (this.#free.length < SLABS_KEPT_MAX) this.#free.push(slab)
  }
}

/** BLAKE3-256 of a whole file in hexadecimal, and how many bytes it has. */
export async function hashFile(
  file: DiskFile,
  slabs: Slabs,
  signal: AbortSignal | undefined,
): Promise<{ blake3: string; sizeBytes: number }> {
  const hasher = new Blake3Hasher()
  const sizeBytes = await readThrough(file, { slabs, signal }, (piece) => void hasher.update(piece))
  return { blake3: hasher.digest(), sizeBytes }
}

/** The same with the CRC-32 of all bytes. */
export async function digestFile(
  file: DiskFile,
  slabs: Slabs,
  signal: AbortSignal | undefined,
): Promise<ObjectDigest> {
  const hasher = new Blake3Hasher()
  let sum = 0
  const sizeBytes = await readThrough(file, { slabs, signal }, (piece) => {
    hasher.update(piece)
    sum = crc32(piece, sum)
  })
  return { blake3: hasher.digest(), crc32: sum, sizeBytes }
}

/** Hands each piece of a file to `take`, which may not keep it; answers how many bytes it was. */
async function readThrough(
  file: DiskFile,
  means: { slabs: Slabs; signal: AbortSignal | undefined },
  take: (piece: Uint8Array) => void,
): Promise<number> {
  const slab = means.slabs.take()
  try {
    for (let position = 0; ; ) {
      means.signal?.throwIfAborted()
      const count = await file.read(slab, position)
      if (count === 0) return position
      take(count === slab.byteLength ? slab : slab.subarray(0, count))
      position += count
    }
  } finally {
    means.slabs.giveBack(slab)
  }
}

/** Fills `into` from `offset`; answers how many bytes there were. */
export async function readFully(file: DiskFile, into: Uint8Array, offset: number): Promise<number> {
  let done = 0
  while (done < into.byteLength) {
    const count = await file.read(into.subarray(done), offset + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** How many bytes to read of a file that has so many. */
export function wantedOf(
  name: ObjectName,
  range: ByteRange | undefined,
  sizeBytes: number,
): number {
  const { offset, sizeBytes: wanted } = range ?? { offset: 0, sizeBytes }
  if (wanted > OBJECT_BYTES_MAX) throw new NotAnObject(name, `a file of ${sizeBytes} bytes`)
  if (offset + wanted > sizeBytes) {
    throw new ObjectTruncated(name, { wantedBytes: offset + wanted, sizeBytes })
  }
  return wanted
}
