// Takes new chunks in order and has packs made of them. Bounds what waits: each chunk is copied
// into memory that is used again, and there is only so much of it.

import { ID_BYTES } from './hashing.ts'
import type { OpenPacking, Packing, PackingTarget } from './packing.ts'
import { free } from './sealing.ts'

/** Chunks on their way at the same time; what compresses them keeps as many contexts. */
const LENT_MAX = 4
/** Copies are lent in steps of this size, so that nearly every one fits nearly every chunk. */
const COPY_STEP_BYTES = 512 * 1024

export class ChunkSink {
  readonly #open: OpenPacking
  readonly #target: Pick<PackingTarget, 'domain' | 'supply' | 'placed' | 'made'>
  #packing: Packing | undefined
  /** Memory of spent chunks: used again, or every chunk would be garbage outside the heap. */
  readonly #idle: Uint8Array[] = []
  #lent = 0
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
    while (this.#lent >= LENT_MAX && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#failure !== undefined) throw this.#failure.error
    const buffer = this.#memory(plain.length + ID_BYTES)
    buffer.set(plain)
    buffer.set(id, plain.length)
    this.#lent += 1
    this.#packing.take({ row, buffer, plainBytes: plain.length })
  }

  /** Resolves when every chunk taken has its place; none may follow. */
  async finish(): Promise<void> {
    await this.#packing?.finish()
    for (const buffer of this.#idle.splice(0)) free(buffer)
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
        this.#lent -= 1
        this.#idle.push(buffer)
        this.#wake?.()
      },
      failed: (error) => {
        this.#failure ??= { error }
        this.#wake?.()
      },
    })
  }

  #memory(bytes: number): Uint8Array {
    const fitting = this.#idle.findIndex((buffer) => buffer.length >= bytes)
    // When none is large enough, one of them makes room for a larger one.
    const [taken] = this.#idle.splice(Math.max(fitting, 0), 1)
    if (taken !== undefined && fitting >= 0) return taken
    return new Uint8Array(Math.ceil(bytes / COPY_STEP_BYTES) * COPY_STEP_BYTES)
  }
}
