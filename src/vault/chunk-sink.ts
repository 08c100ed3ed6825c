// Takes new chunks in order, compresses a few at a time on the thread pool and seals them in that
// same order. Bounds what waits; leaves packs to its lane.

import type { ChunkTable } from './chunk-table.ts'
import { Compressor, type StoredForm, seemsCompressible } from './compression.ts'
import type { PackLane } from './pack-lane.ts'

/** Chunks that wait for their compression; twice the cores of a small machine. */
const WAITING_MAX = 4
/** Copies are lent in steps of this size, so that nearly every one fits nearly every chunk. */
const COPY_STEP_BYTES = 1024 * 1024

interface WaitingChunk {
  readonly row: number
  /** The buffer that the chunk was copied into. */
  readonly copy: Uint8Array
  readonly stored: Promise<StoredForm>
}

export class ChunkSink {
  readonly #table: ChunkTable
  readonly #lane: PackLane
  readonly #compressor = new Compressor()
  readonly #waiting: WaitingChunk[] = []
  /** Buffers of sealed chunks: used again, or every chunk would be garbage outside the heap. */
  readonly #idle: Uint8Array[] = []

  constructor(table: ChunkTable, lane: PackLane) {
    this.#table = table
    this.#lane = lane
  }

  /** Takes the chunk of a row; `plain` may change once this resolves. */
  async take(row: number, plain: Uint8Array): Promise<void> {
    const compressible = seemsCompressible(plain)
    // Sealed straight from where it lies, when nothing that came before it still waits.
    if (!compressible && this.#waiting.length === 0) {
      await this.#append(row, { bytes: plain, encoding: 'raw' })
      return
    }
    const copy = this.#copy(plain)
    const bytes = copy.subarray(0, plain.length)
    const stored = compressible
      ? this.#compressor.compress(bytes)
      : Promise.resolve({ bytes, encoding: 'raw' as const })
    // An error is met when the chunk's turn comes.
    stored.catch(() => undefined)
    this.#waiting.push({ row, copy, stored })
    while (this.#waiting.length > WAITING_MAX) await this.#sealFirst()
  }

  /** Resolves when every chunk taken has its place; none may follow. */
  async finish(): Promise<void> {
    while (this.#waiting.length > 0) await this.#sealFirst()
    this.#compressor[Symbol.dispose]()
  }

  /** Waits for what runs, whatever comes of it. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#waiting.splice(0).map((chunk) => chunk.stored))
    this.#compressor[Symbol.dispose]()
  }

  #copy(plain: Uint8Array): Uint8Array {
    const fitting = this.#idle.findIndex((buffer) => buffer.length >= plain.length)
    // When none is large enough, one of them makes room for a larger one.
    const [taken] = this.#idle.splice(Math.max(fitting, 0), 1)
    const steps = Math.ceil(plain.length / COPY_STEP_BYTES)
    const fits = fitting >= 0 ? taken : undefined
    const copy = fits ?? new Uint8Array(steps * COPY_STEP_BYTES)
    copy.set(plain)
    return copy
  }

  async #sealFirst(): Promise<void> {
    const chunk = this.#waiting.shift()
    if (chunk === undefined) return
    await this.#append(chunk.row, await chunk.stored)
    this.#idle.push(chunk.copy)
  }

  async #append(row: number, stored: StoredForm): Promise<void> {
    const plainBytes = this.#table.plainBytesOf(row)
    const id = this.#table.idOf(row)
    const of = { plainBytes, encoding: stored.encoding }
    this.#table.place(row, await this.#lane.append(id, stored.bytes, of))
  }
}
