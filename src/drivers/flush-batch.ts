// Makes what is restored durable in batches: open files and folders are collected, the disk is
// asked for all of them at once, and only then does each go on (a file takes its name). On the disk
// this was tried on, a small file costs 0.07 ms more that way, against 0.28 ms one by one. On a
// file system in memory there is no disk to ask: each goes on at once.

import type { Tree } from '../world/index.ts'

/** Collected before the disk is asked. */
const FLUSH_FILES_MAX = 64
const FLUSH_BYTES_MAX = 64 * 1024 * 1024

interface Waiting {
  readonly fd: number
  readonly durable: () => void
}

export class FlushBatch implements Disposable {
  readonly #tree: Tree
  readonly #hasDisk: boolean
  #waiting: Waiting[] = []
  #bytes = 0

  constructor(tree: Tree, options: { readonly hasDisk: boolean }) {
    this.#tree = tree
    this.#hasDisk = options.hasDisk
  }

  /** Takes over `fd`: flushes it with the others, closes it, then calls `durable`. */
  add(fd: number, options: { bytes: number; durable: () => void }): Promise<void> | undefined {
    if (!this.#hasDisk) {
      this.#tree.close(fd)
      options.durable()
      return undefined
    }
    this.#waiting.push({ fd, durable: options.durable })
    this.#bytes += options.bytes
    if (this.#waiting.length >= FLUSH_FILES_MAX || this.#bytes >= FLUSH_BYTES_MAX) {
      return this.flush()
    }
    return undefined
  }

  /** Everything added so far is on the disk and has gone on, in the order added. */
  async flush(): Promise<void> {
    // All are awaited even when one fails: none may be closed under the kernel's feet.
    const flushed = await Promise.allSettled(this.#waiting.map(({ fd }) => this.#tree.flush(fd)))
    const failed = flushed.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    const batch = this.#waiting
    this.#closeAll()
    for (const { durable } of batch) durable()
  }

  /** Closes what was not flushed; nothing of it goes on. */
  [Symbol.dispose](): void {
    this.#closeAll()
  }

  #closeAll(): void {
    const batch = this.#waiting
    this.#waiting = []
    this.#bytes = 0
    for (const { fd } of batch) this.#tree.close(fd)
  }
}
