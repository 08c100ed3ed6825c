// The memory that new chunks are copied into on their way into packs: lent, given back, lent again,
// and never more of it than is agreed, lent or not, however large the chunks are.

import { free } from './sealing.ts'

/** Chunks on their way at the same time; what compresses them keeps as many contexts. */
const LENT_MAX = 4
/** Copies come in steps of this size, so that nearly every one fits nearly every chunk. */
const STEP_BYTES = 512 * 1024
/** Two of the largest chunks, or four of the size that most have. */
const BYTES_MAX = 18 * STEP_BYTES

export class ChunkCopies {
  /** Used again, or every chunk would be garbage outside the heap. */
  readonly #idle: Uint8Array[] = []
  #lent = 0
  /** Lent or not. */
  #bytes = 0

  /** At least `bytes` bytes; undefined while too much is lent, which a single copy never is. */
  lend(bytes: number): Uint8Array | undefined {
    if (this.#lent === LENT_MAX) return undefined
    const fitting = this.#idle.findIndex((copy) => copy.length >= bytes)
    const [copy] = fitting < 0 ? [this.#make(bytes)] : this.#idle.splice(fitting, 1)
    if (copy !== undefined) this.#lent += 1
    return copy
  }

  /** All of what was lent once, perhaps as another view of it. */
  giveBack(copy: Uint8Array): void {
    this.#lent -= 1
    this.#idle.push(copy)
  }

  /** Frees all that is not lent. */
  clear(): void {
    while (this.#idle.length > 0) this.#drop()
  }

  /** No idle one is large enough, so they make room for it. */
  #make(bytes: number): Uint8Array | undefined {
    const sizeBytes = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES
    while (this.#idle.length > 0 && this.#bytes + sizeBytes > BYTES_MAX) this.#drop()
    if (this.#lent > 0 && this.#bytes + sizeBytes > BYTES_MAX) return undefined
    this.#bytes += sizeBytes
    return new Uint8Array(sizeBytes)
  }

  #drop(): void {
    const copy = this.#idle.shift()
    if (copy === undefined) return
    this.#bytes -= copy.length
    free(copy)
  }
}
