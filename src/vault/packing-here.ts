// Makes packs on this thread: chunks are compressed on the thread pool as they come and sealed in
// their order.

import { Compressor, type StoredForm, seemsCompressible } from './compression.ts'
import { ID_BYTES } from './hashing.ts'
import { PackFiller } from './pack-filler.ts'
import type { NewChunk, Packing, PackingTarget } from './packing.ts'

/** See `Packing`. */
export function packHere(target: PackingTarget): Packing {
  return new PackingHere(target)
}

class PackingHere implements Packing {
  readonly #target: PackingTarget
  readonly #filler: PackFiller
  readonly #compressor = new Compressor()
  /** The chunks taken so far, one after another; never rejects. */
  #turn: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined
  #abandoned = false

  constructor(target: PackingTarget) {
    this.#target = target
    this.#filler = new PackFiller(target)
  }

  take(chunk: NewChunk): void {
    const stored = this.#storedForm(chunk.buffer.subarray(0, chunk.plainBytes))
    // An error is met when the chunk's turn comes.
    stored.catch(() => undefined)
    this.#inTurn(() => this.#seal(chunk, stored))
  }

  async finish(): Promise<void> {
    this.#inTurn(async () => this.#filler.finish())
    await this.#end()
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async abandon(): Promise<void> {
    this.#abandoned = true
    await this.#end()
  }

  async #end(): Promise<void> {
    await this.#turn
    this.#compressor[Symbol.dispose]()
  }

  async #storedForm(plain: Uint8Array): Promise<StoredForm> {
    if (seemsCompressible(plain)) return this.#compressor.compress(plain)
    return { bytes: plain, encoding: 'raw' }
  }

  async #seal({ row, buffer, plainBytes }: NewChunk, stored: Promise<StoredForm>): Promise<void> {
    const { bytes, encoding } = await stored
    if (this.#abandoned) return
    const id = buffer.subarray(plainBytes, plainBytes + ID_BYTES)
    const place = await this.#filler.append(id, bytes, { plainBytes, encoding })
    if (this.#abandoned) return
    this.#target.placed(row, place)
    this.#target.spent(buffer)
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#failure !== undefined) return
      try {
        await work()
      } catch (error) {
        this.#failure = { error }
        if (!this.#abandoned) this.#target.failed(error)
      }
    })
  }
}
