// Cuts a stream of bytes into chunks by content (FastCDC with normalised sizes): an insertion
// changes the chunks around it and no others. Promises chunks between the smallest and the largest
// size, the last one of a stream excepted; leaves naming and storing them to the writer.

import { type GearScan, openGearScan } from './gear-scan.ts'

export interface ChunkSizes {
  readonly chunkMinBytes: number
  readonly chunkAverageBytes: number
  readonly chunkMaxBytes: number
}

/** How much the cut condition is tightened before the average size, and loosened after it. */
const NORMALISATION_BITS = 2

export class ChunkStream {
  readonly #sizes: ChunkSizes
  readonly #gear: GearScan
  readonly #hardLimit: number
  readonly #easyLimit: number
  // The chunk being built is memory[#start, #end), hashed up to #scanned.
  #start = 0
  #scanned = 0
  #end = 0

  /** `tailMaxBytes` is the most that `tail` will be asked for. */
  constructor(chunkingKey: Uint8Array, sizes: ChunkSizes, tailMaxBytes: number) {
    const bits = Math.round(Math.log2(sizes.chunkAverageBytes))
    this.#sizes = sizes
    // A hash below 2^(32 - n) is one whose upper n bits are all zero.
    this.#hardLimit = 2 ** (32 - Math.min(31, bits + NORMALISATION_BITS))
    this.#easyLimit = 2 ** (32 - Math.max(1, bits - NORMALISATION_BITS))
    // Room for some usual chunks more, so that bytes are moved to the front only now and then.
    const roomBytes = sizes.chunkMaxBytes + 2 * sizes.chunkAverageBytes
    this.#gear = openGearScan(chunkingKey, roomBytes + tailMaxBytes)
  }

  /** Bytes that are in no chunk yet. */
  get pendingBytes(): number {
    return this.#end - this.#start
  }

  /** Where the next `bytes` bytes go; what `next` returned before is no longer valid. */
  tail(bytes: number): Uint8Array {
    const { memory } = this.#gear
    if (this.#end + bytes > memory.length) {
      memory.copyWithin(0, this.#start, this.#end)
      this.#scanned -= this.#start
      this.#end -= this.#start
      this.#start = 0
    }
    if (this.#end + bytes > memory.length) throw new Error('a tail larger than was agreed')
    return memory.subarray(this.#end, this.#end + bytes)
  }

  /** The first `bytes` bytes of the tail now belong to the stream. */
  commit(bytes: number): void {
    this.#end += bytes
  }

  /** The next whole chunk, valid until `tail`; with `flush` also one that the end makes whole. */
  next(options: { flush: boolean }): Uint8Array | undefined {
    const cut = this.#findCut()
    const end = cut >= 0 ? cut : options.flush ? this.#end : -1
    if (end <= this.#start) return undefined
    const chunk = this.#gear.memory.subarray(this.#start, end)
    this.#start = end
    this.#scanned = end
    this.#gear.restart()
    return chunk
  }

  #findCut(): number {
    const { chunkMinBytes, chunkAverageBytes, chunkMaxBytes } = this.#sizes
    this.#scanned = Math.min(Math.max(this.#scanned, this.#start + chunkMinBytes), this.#end)
    // Before the smallest size nothing is hashed: a cut there is not wanted anyway.
    if (this.#end - this.#start <= chunkMinBytes) return -1
    const hard = this.#scan(this.#start + chunkAverageBytes, this.#hardLimit)
    if (hard >= 0) return hard
    const easy = this.#scan(this.#start + chunkMaxBytes, this.#easyLimit)
    if (easy >= 0) return easy
    return this.#end - this.#start >= chunkMaxBytes ? this.#start + chunkMaxBytes : -1
  }

  #scan(until: number, limit: number): number {
    const to = Math.min(until, this.#end)
    if (this.#scanned >= to) return -1
    const found = this.#gear.scan(this.#scanned, to, limit)
    this.#scanned = found >= 0 ? found : to
    return found
  }
}
