// A line of packs being filled one after another and put into the store, several at a time. Each
// is claimed, put and reported in that order; nothing is put that the ledger does not ask for.

import type { Random } from '../world/index.ts'
import type { ChunkPlace } from './chunk-table.ts'
import type { Encoding } from './compression.ts'
import { type FinishedPack, PackBuilder } from './pack-builder.ts'
import { type PackTarget, putPack } from './pack-put.ts'
import type { PackRef } from './point-manifest.ts'

export interface LaneOptions extends PackTarget {
  readonly domain: Uint8Array
  readonly random: Random
  readonly packBytes: number
  readonly putsMax: number
  /** The number of the pack about to be begun. */
  readonly nextPack: () => number
  /** A pack is whole; its bytes are on their way. */
  readonly onFinished: (pack: number, ref: PackRef) => void
  /** A pack of this size is durable and was put by this writer. */
  readonly onStored: (sizeBytes: number) => void
}

export class PackLane {
  readonly #options: LaneOptions
  readonly #idle: Uint8Array[] = []
  readonly #puts = new Set<Promise<void>>()
  #current: { pack: number; builder: PackBuilder; buffer: Uint8Array } | undefined
  #failure: { error: unknown } | undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Seals a chunk into the current pack, after putting that on its way when it is full. */
  async append(
    id: Uint8Array,
    stored: Uint8Array,
    of: { plainBytes: number; encoding: Encoding },
  ): Promise<ChunkPlace> {
    if (this.#current !== undefined && !this.#current.builder.fits(stored.length)) {
      await this.#close()
    }
    this.#current ??= this.#begin()
    const { pack, builder } = this.#current
    return { pack, ...builder.add(id, stored, of) }
  }

  /** Resolves when every pack is durable and reported. */
  async finish(): Promise<void> {
    if (this.#current !== undefined) await this.#close()
    while (this.#puts.size > 0) await this.#settleOne()
    this.#check()
    await this.#options.ledger.arrived([])
  }

  /** Waits for what is on its way, whatever comes of it: nothing runs on after a failure. */
  async abandon(): Promise<void> {
    this.#current = undefined
    await Promise.all(this.#puts)
    // A later attempt need not put again what is there; why this one ended is told already.
    await this.#options.ledger.arrived([]).catch(() => undefined)
  }

  #begin() {
    const { domain, random, packBytes, nextPack } = this.#options
    const buffer = this.#idle.pop() ?? new Uint8Array(packBytes)
    return { pack: nextPack(), builder: new PackBuilder(buffer, domain, random), buffer }
  }

  async #close(): Promise<void> {
    const current = this.#current
    if (current === undefined) return
    this.#current = undefined
    while (this.#puts.size >= this.#options.putsMax) await this.#settleOne()
    this.#check()
    const finished = current.builder.finish()
    this.#options.onFinished(current.pack, finished.ref)
    const put = this.#put(finished)
      .catch((error: unknown) => {
        // Kept for the next caller: nobody awaits this promise itself.
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#puts.delete(put)
        this.#idle.push(current.buffer)
      })
    this.#puts.add(put)
  }

  async #put(pack: FinishedPack): Promise<void> {
    const target = { ...this.#options, report: 'later' } as const
    if (await putPack(target, pack)) this.#options.onStored(pack.ref.sizeBytes)
  }

  async #settleOne(): Promise<void> {
    await Promise.race(this.#puts)
    this.#check()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
