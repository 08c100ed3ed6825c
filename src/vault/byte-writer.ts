// Writes the little-endian values of format 1 into a buffer that grows. The counterpart of
// `byte-reader.ts`.

export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(startBytes = 1024) {
    this.#bytes = new Uint8Array(startBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** A view of what was written; valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Empties it and keeps the memory. */
  clear(): void {
    this.#length = 0
  }

  u8(value: number): void {
    const at = this.#grow(1)
    this.#bytes[at] = value
  }

  u16(value: number): void {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, true)
  }

  u32(value: number): void {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, true)
  }

  u64(value: bigint): void {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value, true)
  }

  raw(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** LEB128 in its shortest form. */
  uvarint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not a uvarint: ${value}`)
    let rest = value
    while (rest >= 0x80) {
      this.u8((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.u8(rest)
  }

  /** A signed whole number of 56 bits. */
  zigzag(value: bigint): void {
    const number = Number(value)
    if (Math.abs(number) < EXACT_END) this.uvarint(number >= 0 ? number * 2 : -number * 2 - 1)
    else this.#wideUvarint(value >= 0n ? value * 2n : -value * 2n - 1n)
  }

  sized(bytes: Uint8Array): void {
    this.uvarint(bytes.length)
    this.raw(bytes)
  }

  /** One that takes all of the 8 bytes. */
  #wideUvarint(value: bigint): void {
    if (value >> 56n !== 0n) throw new Error(`not of 56 bits: ${value}`)
    for (let shift = 0n; shift < 49n; shift += 7n) this.u8(Number((value >> shift) & 0x7fn) | 0x80)
    this.u8(Number(value >> 49n))
  }

  /** Makes room and says where it is. To be called before `#bytes` or `#view` is looked at. */
  #grow(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      bigger.set(this.#bytes.subarray(0, at))
      this.#bytes = bigger
      this.#view = new DataView(bigger.buffer)
    }
    return at
  }
}

/** Twice a smaller number is exact in a double. */
const EXACT_END = 2 ** 52
