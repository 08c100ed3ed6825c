// Takes new chunks in order, compresses a few at a time on the thread pool and seals them in that
// same order. Bounds what waits; leaves packs to its lane.

import type { ChunkTable } from './chunk-table.ts'
import { compress, type Encoding, seemsCompressible } from './compression.ts'
import { copyOf } from './hashing.ts'
import type { PackLane } from './pack-lane.ts'

/** Chunks that wait for their compression; twice the cores of a small machine. */
const WAITING_MAX = 4

interface WaitingChunk {
  readonly row: number
  readonly stored: Promise<{ bytes: Uint8Array; encoding: Encoding }>
}

export class ChunkSink {
  readonly #table: ChunkTable
  readonly #lane: PackLane
  readonly #waiting: WaitingChunk[] = []

  constructor(table: ChunkTable, lane: PackLane) {
    this.#table = table
    this.#lane = lane
  }

  /** Takes the chunk of a row; `plain` may change once this resolves. */
  async take(row: number, plain: Uint8Array): Promise<void> {
    if (!seemsCompressible(plain)) {
      // Sealed straight from where it lies, when nothing that came before it still waits.
      if (this.#waiting.length === 0) {
        await this.#append(row, { bytes: plain, encoding: 'raw' })
        return
      }
      this.#wait(row, Promise.resolve({ bytes: copyOf(plain), encoding: 'raw' as const }))
    } else {
      this.#wait(row, compress(copyOf(plain)))
    }
    while (this.#waiting.length > WAITING_MAX) await this.#sealFirst()
  }

  /** Resolves when every chunk taken has its place. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#sealFirst()
  }

  /** Waits for what runs, whatever comes of it. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#waiting.splice(0).map((chunk) => chunk.stored))
  }

  #wait(row: number, stored: WaitingChunk['stored']): void {
    // An error is met when the chunk's turn comes.
    stored.catch(() => undefined)
    this.#waiting.push({ row, stored })
  }

  async #sealFirst(): Promise<void> {
    const chunk = this.#waiting.shift()
    if (chunk !== undefined) await this.#append(chunk.row, await chunk.stored)
  }

  async #append(row: number, stored: { bytes: Uint8Array; encoding: Encoding }): Promise<void> {
    const plainBytes = this.#table.plainBytesOf(row)
    const id = this.#table.idOf(row)
    const of = { plainBytes, encoding: stored.encoding }
    this.#table.place(row, await this.#lane.append(id, stored.bytes, of))
  }
}
