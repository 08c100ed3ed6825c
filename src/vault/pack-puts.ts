// The packs of one line on their way into the store, several at a time. Each is claimed, put and
// reported in that order; nothing is put that the ledger does not ask for. Lends the memory that
// packs are made in, and no more of it than is agreed: that bounds all who make them.

import type { Random } from '../world/index.ts'
import { type PackTarget, putPack } from './pack-put.ts'
import type { MadePack, PackSupply } from './packing.ts'
import type { PackRef } from './point-manifest.ts'
import { free, KEY_BYTES } from './sealing.ts'

export interface PutsOptions extends PackTarget {
  readonly random: Random
  /** The memory of one pack. */
  readonly packBytes: number
  /** How many packs may be on their way while one is being filled, now. */
  readonly putsMax: () => number
  /** The number of the pack about to be begun. */
  readonly nextPack: () => number
  /** A pack is whole; its bytes are on their way. */
  readonly onFinished: (pack: number, ref: PackRef) => void
  /** A pack of this size is durable and was put by this writer. */
  readonly onStored: (sizeBytes: number) => void
}

export class PackPuts {
  readonly #options: PutsOptions
  readonly #idle: Uint8Array[] = []
  /** Idle or not. */
  #buffers = 0
  readonly #puts = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(options: PutsOptions) {
    this.#options = options
  }

  /** Waits while all memory is on its way; throws what a put failed with. */
  async supply(): Promise<PackSupply> {
    const { random, packBytes, putsMax, nextPack } = this.#options
    while (this.#puts.size > putsMax()) await this.#settleOne()
    this.#check()
    let buffer = this.#idle.pop()
    if (buffer === undefined) {
      buffer = new Uint8Array(packBytes)
      this.#buffers += 1
    }
    return { pack: nextPack(), buffer, dataKey: random.bytes(KEY_BYTES) }
  }

  /** Sends a pack on its way. */
  made(made: MadePack): void {
    this.#options.onFinished(made.pack, made.ref)
    const put = this.#put(made)
      .catch((error: unknown) => {
        // Kept for the next caller: nobody awaits this promise itself.
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#puts.delete(put)
        this.#giveBack(new Uint8Array(made.bytes.buffer as ArrayBuffer))
      })
    this.#puts.add(put)
  }

  /** Resolves when every pack is durable and reported, and holds nothing then. */
  async finish(): Promise<void> {
    while (this.#puts.size > 0) await this.#settleOne()
    this.#check()
    // Given back at once: whoever finishes needs memory next, for a list or for the manifest.
    this.#buffers -= this.#idle.length
    for (const buffer of this.#idle.splice(0)) free(buffer)
    await this.#options.ledger.arrived([])
  }

  /** Waits for what is on its way, whatever comes of it: nothing runs on after a failure. */
  async abandon(): Promise<void> {
    await Promise.all(this.#puts)
    // A later attempt need not put again what is there; why this one ended is told already.
    await this.#options.ledger.arrived([]).catch(() => undefined)
  }

  async #put(pack: MadePack): Promise<void> {
    // A pack that was under way when another failed is put no more.
    this.#check()
    const target = { ...this.#options, report: 'later' } as const
    if (await putPack(target, pack)) this.#options.onStored(pack.ref.sizeBytes)
  }

  /** There may be fewer packs on their way than there were. */
  #giveBack(buffer: Uint8Array): void {
    if (this.#buffers <= this.#options.putsMax() + 1) {
      this.#idle.push(buffer)
      return
    }
    this.#buffers -= 1
    free(buffer)
  }

  async #settleOne(): Promise<void> {
    await Promise.race(this.#puts)
    this.#check()
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
