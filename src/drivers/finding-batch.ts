// Findings of a walk as bytes, for handing them to another thread: one piece of memory for some
// hundred of them costs a fraction of what cloning them as objects would. Both sides are this
// program, so what is read is believed.

import type { Finding, Found, LeftOut } from './finding.ts'
import { SKIP_REASONS } from './skip-tally.ts'

/** A batch ends when it holds so many findings, or so many bytes (and the last one whole). */
const FINDINGS_MAX = 256
const BYTES_MAX = 64 * 1024
/** With some room for the last finding, so that few batches must grow. */
const BEGUN_BYTES = BYTES_MAX + 4096

/** Kinds that are found; what else there is, is left out. */
const KINDS = ['directory', 'file', 'symlink'] as const
const LEFT_OUT = KINDS.length
/** Of one finding, without its path, reach and target. */
const FIXED_BYTES = 96

/** Findings being written. */
export class FindingBatch {
  #bytes = new Uint8Array(BEGUN_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #length = 0
  #count = 0

  get isFull(): boolean {
    return this.#count >= FINDINGS_MAX || this.#length >= BYTES_MAX
  }

  add(finding: Finding): void {
    this.#count += 1
    if (finding.skipped === undefined) this.#found(finding)
    else this.#leftOut(finding)
  }

  /** The bytes, to be handed over; the batch is empty afterwards. */
  take(): ArrayBuffer {
    const taken = this.#bytes.buffer.transfer(this.#length)
    this.#bytes = new Uint8Array(BEGUN_BYTES)
    this.#view = new DataView(this.#bytes.buffer)
    this.#length = 0
    this.#count = 0
    return taken
  }

  #found({ path, reach, stat, settledBeforeNs, target }: Found): void {
    this.#reserve(FIXED_BYTES + path.length + reach.length + (target?.length ?? 0))
    this.#u8((KINDS as readonly string[]).indexOf(stat.kind))
    this.#sized(path)
    this.#sized(reach)
    this.#i64(settledBeforeNs)
    this.#u32(stat.mode)
    this.#u32(stat.uid)
    this.#u32(stat.gid)
    this.#f64(stat.sizeBytes)
    this.#time(stat.mtimeNs)
    this.#time(stat.ctimeNs)
    this.#i64(stat.device)
    this.#i64(stat.inode)
    this.#u32(stat.links)
    if (target) this.#sized(target)
  }

  #leftOut({ path, skipped }: LeftOut): void {
    this.#reserve(FIXED_BYTES + path.length)
    this.#u8(LEFT_OUT)
    this.#u8(SKIP_REASONS.indexOf(skipped))
    this.#sized(path)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    this.#bytes = new Uint8Array(this.#bytes.buffer.transfer((this.#length + more) * 2))
    this.#view = new DataView(this.#bytes.buffer)
  }

  #u8(value: number): void {
    this.#bytes[this.#length++] = value
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  #f64(value: number): void {
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A time in nanoseconds: those of 64 bits end in the year 2262. */
  #time(value: bigint): void {
    this.#i64(value)
    this.#view.setInt32(this.#length, Number(value >> 64n), true)
    this.#length += 4
  }

  /** Writes the low 64 bits, whatever the sign. */
  #i64(value: bigint): void {
    this.#view.setBigInt64(this.#length, value, true)
    this.#length += 8
  }

  #sized(bytes: Uint8Array): void {
    this.#u32(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }
}

/** The findings of a batch in their order. Paths and targets are views of its bytes. */
export function* readBatch(batch: ArrayBuffer): Iterable<Finding> {
  const from = new BatchReader(batch)
  while (!from.isAtEnd) yield from.next()
}

class BatchReader {
  readonly #batch: ArrayBuffer
  readonly #view: DataView
  #at = 0

  constructor(batch: ArrayBuffer) {
    this.#batch = batch
    this.#view = new DataView(batch)
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#batch.byteLength
  }

  next(): Finding {
    const kind = KINDS[this.#u8()]
    return kind === undefined ? this.#leftOut() : this.#found(kind)
  }

  #found(kind: (typeof KINDS)[number]): Found {
    const path = this.#sized()
    const reach = this.#sized()
    const settledBeforeNs = this.#i64()
    const stat = {
      kind,
      mode: this.#u32(),
      uid: this.#u32(),
      gid: this.#u32(),
      sizeBytes: this.#f64(),
      mtimeNs: this.#time(),
      ctimeNs: this.#time(),
      device: this.#u64(),
      inode: this.#u64(),
      links: this.#u32(),
    }
    if (kind !== 'symlink') return { path, reach, stat, settledBeforeNs }
    return { path, reach, stat, settledBeforeNs, target: this.#sized() }
  }

  #leftOut(): LeftOut {
    const skipped = SKIP_REASONS[this.#u8()]
    if (skipped === undefined) throw new Error('a batch holds a reason that there is not')
    return { path: this.#sized(), skipped }
  }

  #u8(): number {
    return this.#view.getUint8(this.#at++)
  }

  #u32(): number {
    this.#at += 4
    return this.#view.getUint32(this.#at - 4, true)
  }

  #f64(): number {
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  #i64(): bigint {
    this.#at += 8
    return this.#view.getBigInt64(this.#at - 8, true)
  }

  #time(): bigint {
    const low = this.#i64()
    const high = this.#view.getInt32(this.#at, true)
    this.#at += 4
    if (high === (low < 0n ? -1 : 0)) return low
    return (BigInt(high) << 64n) | BigInt.asUintN(64, low)
  }

  #u64(): bigint {
    this.#at += 8
    return this.#view.getBigUint64(this.#at - 8, true)
  }

  #sized(): Uint8Array {
    const length = this.#u32()
    const begin = this.#at
    this.#at += length
    return new Uint8Array(this.#batch, begin, length)
  }
}
