// Reads the little-endian values of format 1 from untrusted bytes. Promises that no length is
// believed before it is compared with what is left: a bad one is VaultDamaged, never a huge
// allocation or a loop.

import { VaultDamaged } from './damage.ts'

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #object: string
  #at = 0

  /** `object` is named when something is wrong. */
  constructor(bytes: Uint8Array, object: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#object = object
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  get offset(): number {
    return this.#at
  }

  fail(reason: string): never {
    throw new VaultDamaged(this.#object, `${reason} (at byte ${this.#at})`)
  }

  u8(): number {
    if (this.left < 1) this.fail('ends too early')
    return this.#bytes[this.#at++] as number
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#step(8), true)
  }

  /** A view of the next `count` bytes, not a copy. */
  raw(count: number): Uint8Array {
    const start = this.#step(count)
    return this.#bytes.subarray(start, start + count)
  }

  /** LEB128 in its shortest form, at most `max`. */
  uvarint(max: number): number {
    let value = 0
    let scale = 1
    for (let length = 1; length <= UVARINT_BYTES_MAX; length++) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && length > 1) this.fail('has a number in an overlong form')
        if (value > max) this.fail(`has a number above ${max}`)
        return value
      }
      scale *= 128
    }
    return this.fail('has a number without an end')
  }

  /** A signed whole number of 56 bits in zigzag form. */
  zigzag(): bigint {
    const { low, high } = this.#groups()
    if (high === 0) return BigInt(low % 2 === 0 ? low / 2 : -(low + 1) / 2)
    const value = BigInt(low) + (BigInt(high) << LOW_BITS)
    return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n
  }

  /** A length and as many bytes: a view, at most `max` long. */
  sized(max: number): Uint8Array {
    return this.raw(this.uvarint(max))
  }

  /** Throws when anything is left. */
  end(): void {
    if (this.left > 0) this.fail(`has ${this.left} bytes too many`)
  }

  /** A number of LEB128 in two parts, each of which a double holds exactly. */
  #groups(): { low: number; high: number } {
    let low = 0
    let scale = 1
    for (let length = 1; length <= UVARINT_BYTES_MAX; length++) {
      const byte = this.u8()
      if (byte === 0 && length > 1) this.fail('has a number in an overlong form')
      if (length === UVARINT_BYTES_MAX && byte < 0x80) return { low, high: byte }
      low += (byte & 0x7f) * scale
      if (byte < 0x80) return { low, high: 0 }
      scale *= 128
    }
    return this.fail('has a number without an end')
  }

  #step(count: number): number {
    if (count > this.left) this.fail('ends too early')
    const start = this.#at
    this.#at += count
    return start
  }
}

/** 8 groups of 7 bits hold every whole number a double holds exactly. */
const UVARINT_BYTES_MAX = 8
/** Bits of all groups but the last one of so many. */
const LOW_BITS = 49n
