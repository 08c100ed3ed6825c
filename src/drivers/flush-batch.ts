// Makes what is restored durable in batches: open files and folders are collected; the whole file
// system is written back once, which is one commit of its journal for all of them; then each is
// flushed, which finds nothing left to write and proves that nothing of it failed; and only then
// does each go on (a file takes its name). While one batch is on its way, the next is collected. On
// a file system in memory there is no disk to ask: each goes on at once.

import type { Tree } from '../world/index.ts'

/** Collected before the disk is asked, where the process may open enough. */
const FILES_MAX = 1024
/** Each batch is at most this part of what the process may open; two of a restore may be. */
const FILES_SHARE = 1 / 16
/** Those that only wait for others. */
const WAITING_MAX = 4 * FILES_MAX
const FLUSH_BYTES_MAX = 64 * 1024 * 1024
/** Fewer are flushed sooner than everything else on their file system. */
const WRITE_BACK_FILES_MIN = 16

/** Where it flushes. */
export interface FlushWorld {
  readonly tree: Tree
  /** Whether a flush writes to anything there. */
  readonly hasDisk: boolean
  /** How many files all of the process may have open. */
  readonly openFilesMax: number
  /** Has everything on the file system written, where that can be had. Proves nothing. */
  writeBack(): Promise<void>
}

interface Waiting {
  /** Undefined for what only waits for those before it. */
  readonly fd: number | undefined
  readonly durable: () => void
}

interface Batch {
  readonly files: readonly Waiting[]
  /** Settled when no flush goes on; an error is kept until somebody waits for it. */
  readonly flushed: Promise<{ readonly failure: unknown } | undefined>
  isFlushed: boolean
}

export class FlushBatch implements AsyncDisposable {
  readonly #world: FlushWorld
  readonly #filesMax: number
  #waiting: Waiting[] = []
  /** Open files and folders among those. */
  #files = 0
  #bytes = 0
  #onItsWay: Batch | undefined

  constructor(world: FlushWorld) {
    this.#world = world
    this.#filesMax = Math.min(FILES_MAX, Math.ceil(world.openFilesMax * FILES_SHARE))
  }

  /** Takes over `fd`: flushes it with the others, closes it, then calls `durable`. */
  add(fd: number, options: { bytes: number; durable: () => void }): Promise<void> | undefined {
    if (!this.#world.hasDisk) {
      this.#world.tree.close(fd)
      options.durable()
      return undefined
    }
    this.#files += 1
    this.#bytes += options.bytes
    return this.#wait({ fd, durable: options.durable })
  }

  /** Calls `durable` when everything added before has gone on. */
  after(durable: () => void): Promise<void> | undefined {
    if (this.#world.hasDisk) return this.#wait({ fd: undefined, durable })
    durable()
    return undefined
  }

  /** Everything added so far is on the disk and has gone on, in the order added. */
  async flush(): Promise<void> {
    await this.#send()
    await this.#arrive()
  }

  /** Closes what was not flushed; nothing of it goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    const batch = this.#onItsWay
    this.#onItsWay = undefined
    // None may be closed under the kernel's feet.
    await batch?.flushed
    this.#close([...(batch?.files ?? []), ...this.#waiting.splice(0)])
  }

  #wait(waiting: Waiting): Promise<void> | undefined {
    this.#waiting.push(waiting)
    const isFull =
      this.#files >= this.#filesMax ||
      this.#bytes >= FLUSH_BYTES_MAX ||
      this.#waiting.length >= WAITING_MAX
    if (isFull) return this.#send()
    return this.#onItsWay?.isFlushed ? this.#arrive() : undefined
  }

  async #send(): Promise<void> {
    await this.#arrive()
    const files = this.#waiting
    this.#waiting = []
    this.#files = 0
    this.#bytes = 0
    if (files.length === 0) return
    const batch: Batch = { files, flushed: this.#flushAll(files), isFlushed: false }
    batch.flushed.then(() => {
      batch.isFlushed = true
    })
    this.#onItsWay = batch
  }

  /** What is on its way is durable and has gone on. */
  async #arrive(): Promise<void> {
    const batch = this.#onItsWay
    const failed = await batch?.flushed
    this.#onItsWay = undefined
    if (!batch) return
    this.#close(batch.files)
    if (failed) throw failed.failure
    for (const { durable } of batch.files) durable()
  }

  async #flushAll(files: readonly Waiting[]): Promise<{ failure: unknown } | undefined> {
    const { tree } = this.#world
    const open = files.flatMap(({ fd }) => fd ?? [])
    if (open.length >= WRITE_BACK_FILES_MIN) await this.#world.writeBack()
    // All are awaited even when one fails.
    const flushed = await Promise.allSettled(open.map((fd) => tree.flush(fd)))
    const failed = flushed.find((outcome) => outcome.status === 'rejected')
    return failed && { failure: failed.reason }
  }

  #close(files: readonly Waiting[]): void {
    for (const { fd } of files) if (fd !== undefined) this.#world.tree.close(fd)
  }
}
