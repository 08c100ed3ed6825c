// The inner loop of the chunker: a rolling gear hash over bytes, in WebAssembly written here by
// hand (plain JavaScript reaches about half its speed). The bytes to be scanned
// lie in the module's own memory, so that files are read straight into it.

import { deriveKey, keyedHash } from './hashing.ts'

// The compiler's libraries of a server know no WebAssembly; this is all of it that is used here.
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => { buffer: ArrayBuffer }
  Global: new (type: { value: 'i32'; mutable: true }, value: number) => { value: number }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> }
}

const PAGE_BYTES = 64 * 1024
const GEAR_ENTRIES = 256

export interface GearScan {
  /** Where content goes. Never moves. */
  readonly memory: Uint8Array
  /**
   * Hashes bytes from `from` to `to`; stops behind the first one after which the hash is below
   * `limit` and says where that is, else says -1, and the hash goes on with the next call.
   */
  scan(from: number, to: number, limit: number): number
  /** Begins a new hash. */
  restart(): void
}

export function openGearScan(chunkingKey: Uint8Array, sizeBytes: number): GearScan {
  const pages = 1 + Math.ceil(sizeBytes / PAGE_BYTES)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const hash = new WebAssembly.Global({ value: 'i32', mutable: true }, 0)
  const instance = new WebAssembly.Instance(new WebAssembly.Module(MODULE), { e: { memory, hash } })
  const scan = instance.exports.scan as (from: number, to: number, limit: number) => number
  new Uint32Array(memory.buffer, 0, GEAR_ENTRIES).set(gearTable(chunkingKey))
  return {
    memory: new Uint8Array(memory.buffer, PAGE_BYTES, sizeBytes),
    scan: (from, to, limit) => {
      // The module answers 0 for "nowhere"; no content lies there, the gear table does.
      const found = scan(from + PAGE_BYTES, to + PAGE_BYTES, limit)
      return found === 0 ? -1 : found - PAGE_BYTES
    },
    restart: () => {
      hash.value = 0
    },
  }
}

/** 256 numbers that nobody without the chunking key can tell: cuts then tell nothing of content. */
export function gearTable(chunkingKey: Uint8Array): Uint32Array {
  const key = deriveKey('gear table', chunkingKey)
  const table = new Uint32Array(GEAR_ENTRIES)
  const counter = new Uint8Array(4)
  for (let block = 0; block < GEAR_ENTRIES / 8; block++) {
    counter[0] = block
    const words = keyedHash(key, counter)
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength)
    for (let word = 0; word < 8; word++) table[block * 8 + word] = view.getUint32(word * 4, true)
  }
  return table
}

const I32 = 0x7f
/** Bytes hashed between two looks at the end. */
const UNROLLED = 8

// Locals: 0 position, 1 end, 2 limit, 3 hash. A cut is where `hash < limit`.
const SCAN = [
  [0x01, 0x01, I32], // one more local, an i32
  [0x23, 0x00, 0x21, 0x03], // hash = global 0
  [0x02, 0x40, 0x03, 0x40], // block, loop over UNROLLED bytes at a time
  [0x20, 0x00, 0x41, UNROLLED, 0x6a, 0x20, 0x01, 0x4b, 0x0d, 0x01], // leave when fewer are left
  ...Array.from({ length: UNROLLED }, (_, ahead) => hashByte(ahead)),
  [0x20, 0x00, 0x41, UNROLLED, 0x6a, 0x21, 0x00], // position + UNROLLED
  [0x0c, 0x00, 0x0b, 0x0b], // again; end loop, end block
  [0x02, 0x40, 0x03, 0x40], // block, loop over the bytes left
  [0x20, 0x00, 0x20, 0x01, 0x4f, 0x0d, 0x01], // leave when position >= end
  hashByte(0),
  [0x20, 0x00, 0x41, 0x01, 0x6a, 0x21, 0x00], // position + 1
  [0x0c, 0x00, 0x0b, 0x0b], // again; end loop, end block
  [0x20, 0x03, 0x24, 0x00, 0x41, 0x00, 0x0b], // save the hash, return 0
].flat()

/** hash = (hash << 1) + gear[byte at position + ahead]; returns behind that byte on a cut. */
function hashByte(ahead: number): number[] {
  return [
    ...[0x20, 0x03, 0x41, 0x01, 0x74], // hash << 1
    ...[0x20, 0x00, 0x2d, 0x00, ahead, 0x41, 0x02, 0x74, 0x28, 0x02, 0x00], // its gear
    ...[0x6a, 0x22, 0x03, 0x20, 0x02, 0x49], // add, keep as hash; below the limit?
    ...[0x04, 0x40, 0x20, 0x00, 0x41, ahead + 1, 0x6a, 0x0f, 0x0b], // then return
  ]
}

const MODULE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, [0x01, 0x60, 0x03, I32, I32, I32, 0x01, I32]), // type 0: (i32, i32, i32) → i32
  ...section(2, [
    ...[0x02, ...name('e'), ...name('memory'), 0x02, 0x00, 0x01], // memory of at least a page
    ...[...name('e'), ...name('hash'), 0x03, I32, 0x01], // a mutable i32
  ]),
  ...section(3, [0x01, 0x00]), // one function, of type 0
  ...section(7, [0x01, ...name('scan'), 0x00, 0x00]),
  ...section(10, [0x01, ...length(SCAN.length), ...SCAN]),
])

function section(id: number, content: number[]): number[] {
  return [id, ...length(content.length), ...content]
}

/** LEB128 of a length below 2^14. */
function length(count: number): number[] {
  return count < 0x80 ? [count] : [(count & 0x7f) | 0x80, count >> 7]
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)]
}
