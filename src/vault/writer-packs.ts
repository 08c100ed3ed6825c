// The packs that a writer refers to, by number: those it was told of, then its own, which are
// absent until they are whole. Its own lie in typed arrays: as objects, with a key and a name each
// of its own, the 65,536 packs of a terabyte take ten times as much.

import { parsePackName } from '../model/index.ts'
import { asBuffer } from './hashing.ts'
import type { PackRef } from './point-manifest.ts'
import { KEY_BYTES } from './sealing.ts'

const NAME_BYTES = 32
const ROW_BYTES = NAME_BYTES + KEY_BYTES
const SEGMENT_PACKS = 1024

/** Of each pack its size and its CRC-32. */
const NUMBERS = 2

interface Segment {
  /** Of each pack its name, then its key. */
  readonly bytes: Uint8Array
  readonly numbers: Uint32Array
}

export class WriterPacks {
  readonly #known: readonly PackRef[]
  readonly #segments: Segment[] = []
  #length: number

  constructor(known: readonly PackRef[]) {
    this.#known = known
    this.#length = known.length
  }

  get length(): number {
    return this.#length
  }

  /** The number of one that is begun. */
  begin(): number {
    const own = this.#length - this.#known.length
    if (own % SEGMENT_PACKS === 0) {
      const bytes = new Uint8Array(SEGMENT_PACKS * ROW_BYTES)
      this.#segments.push({ bytes, numbers: new Uint32Array(SEGMENT_PACKS * NUMBERS) })
    }
    return this.#length++
  }

  /** What one that was begun has become. */
  keep(number: number, { name, sizeBytes, crc32, dataKey }: PackRef): void {
    const { bytes, numbers } = this.#own(number)
    bytes.set(Buffer.from(name, 'hex'))
    bytes.set(dataKey, NAME_BYTES)
    numbers.set([sizeBytes, crc32])
  }

  /** Those of which something is used, so many stored bytes of each. Keys are views. */
  used(usedBytes: Float64Array): PackRef[] {
    const refs: PackRef[] = []
    for (const [number, bytes] of usedBytes.entries()) {
      if (bytes === 0) continue
      refs.push({ ...(this.#known[number] ?? this.#refOf(number)), usedBytes: bytes })
    }
    return refs
  }

  #refOf(number: number): PackRef {
    const { bytes, numbers } = this.#own(number)
    const [sizeBytes = 0, crc32 = 0] = numbers
    if (sizeBytes === 0) throw new Error('a chunk lies in a pack that was not made')
    const name = parsePackName(asBuffer(bytes).toString('hex', 0, NAME_BYTES))
    return { name, sizeBytes, crc32, dataKey: bytes.subarray(NAME_BYTES), usedBytes: 0 }
  }

  /** Views of what is kept of one of its own. */
  #own(number: number): Segment {
    const own = number - this.#known.length
    const segment = this.#segments[Math.floor(own / SEGMENT_PACKS)]
    if (own < 0 || segment === undefined) throw new Error('no pack of this number was begun')
    const at = own % SEGMENT_PACKS
    return {
      bytes: segment.bytes.subarray(at * ROW_BYTES, (at + 1) * ROW_BYTES),
      numbers: segment.numbers.subarray(at * NUMBERS, (at + 1) * NUMBERS),
    }
  }
}
