// Begins to write a large file back while it is still being written, so that little is left for its
// flush at the end. A failure is told once by a file: what a flush here met ends the restore.

import type { Tree } from '../world/index.ts'

/** Written between two flushes; a smaller file is flushed with its batch alone. */
export const FLUSH_AHEAD_BYTES = 64 * 1024 * 1024

export class FlushAhead implements AsyncDisposable {
  readonly #tree: Tree
  readonly #fd: number
  #flushing: Promise<void> | undefined
  #failure: { readonly reason: unknown } | undefined
  #bytes = 0

  constructor(tree: Tree, fd: number) {
    this.#tree = tree
    this.#fd = fd
  }

  /** So many bytes were written; throws what an earlier flush met. */
  wrote(bytes: number): void {
    if (this.#failure) throw this.#failure.reason
    this.#bytes += bytes
    if (this.#bytes < FLUSH_AHEAD_BYTES || this.#flushing) return
    this.#bytes = 0
    this.#flushing = this.#flush()
  }

  /** All is written, and no flush goes on; throws what one of them met. */
  async end(): Promise<void> {
    await this.#flushing
    if (this.#failure) throw this.#failure.reason
  }

  /** The file may be closed now. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing
  }

  async #flush(): Promise<void> {
    try {
      await this.#tree.flush(this.#fd)
    } catch (reason) {
      this.#failure ??= { reason }
    } finally {
      this.#flushing = undefined
    }
  }
}
