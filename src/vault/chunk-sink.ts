// Takes new chunks in order and has packs made of them. Bounds what waits: each chunk is copied
// into memory that is used again, and there is only so much of it.

import { ChunkCopies } from './chunk-copies.ts'
import { ID_BYTES } from './hashing.ts'
import type { OpenPacking, Packing, PackingTarget } from './packing.ts'

export class ChunkSink {
  readonly #open: OpenPacking
  readonly #target: Pick<PackingTarget, 'domain' | 'supply' | 'placed' | 'made'>
  #packing: Packing | undefined
  readonly #copies = new ChunkCopies()
  #failure: { readonly error: unknown } | undefined
  /** Of who waits for memory. */
  #wake: (() => void) | undefined

  constructor(
    open: OpenPacking,
    target: Pick<PackingTarget, 'domain' | 'supply' | 'placed' | 'made'>,
  ) {
    this.#open = open
    this.#target = target
  }

  /** Takes the chunk of a row; `plain` may change once this resolves. */
  async take(row: number, id: Uint8Array, plain: Uint8Array): Promise<void> {
    this.#packing ??= this.#begin()
    const buffer = await this.#copy(plain.length + ID_BYTES)
    buffer.set(plain)
    buffer.set(id, plain.length)
    this.#packing.take({ row, buffer, plainBytes: plain.length })
  }

  /** Resolves when every chunk taken has its place, and holds nothing then. */
  async finish(): Promise<void> {
    await this.#packing?.finish()
    this.#packing = undefined
    this.#copies.clear()
  }

  /** Waits for what runs, whatever comes of it. */
  async abandon(): Promise<void> {
    await this.#packing?.abandon()
  }

  /** Nothing is begun for a writer that has no new chunk. */
  #begin(): Packing {
    return this.#open({
      ...this.#target,
      spent: (buffer) => {
        this.#copies.giveBack(buffer)
        this.#wake?.()
      },
      failed: (error) => {
        this.#failure ??= { error }
        this.#wake?.()
      },
    })
  }

  /** Waits until there is memory; throws what the packing failed with. */
  async #copy(bytes: number): Promise<Uint8Array> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error
      const buffer = this.#copies.lend(bytes)
      if (buffer !== undefined) return buffer
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
