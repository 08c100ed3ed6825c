// A line of packs: new chunks go in, durable packs come out, each told of once it is whole.

import { ChunkSink } from './chunk-sink.ts'
import type { ChunkPlace } from './chunk-table.ts'
import { PackPuts, type PutsOptions } from './pack-puts.ts'
import type { OpenPacking } from './packing.ts'

export interface LaneOptions extends PutsOptions {
  readonly domain: Uint8Array
  readonly packing: OpenPacking
  /** Where the chunk of a row lies; known once its pack is whole, at the latest. */
  readonly onPlaced: (row: number, place: ChunkPlace) => void
}

export class PackLane {
  readonly #sink: ChunkSink
  readonly #puts: PackPuts

  constructor(options: LaneOptions) {
    const puts = new PackPuts(options)
    this.#puts = puts
    this.#sink = new ChunkSink(options.packing, {
      domain: options.domain,
      supply: () => puts.supply(),
      placed: options.onPlaced,
      made: (pack) => puts.made(pack),
    })
  }

  /** Takes the chunk of a row; `plain` may change once this resolves. */
  take(row: number, id: Uint8Array, plain: Uint8Array): Promise<void> {
    return this.#sink.take(row, id, plain)
  }

  /**
   * Resolves when every chunk taken has its place in a pack that is durable and reported. All
   * memory is given back; more may be taken, into the next pack.
   */
  async finish(): Promise<void> {
    await this.#sink.finish()
    await this.#puts.finish()
  }

  /** Waits for what is on its way, whatever comes of it; begins no more. */
  async abandon(): Promise<void> {
    await this.#sink.abandon()
    await this.#puts.abandon()
  }
}
