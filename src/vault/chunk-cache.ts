// Decoded chunks kept for a while, by their rows in a chunk table: small files share chunks. Gives
// the memory of what it drops back at once, because leaving a gigabyte of chunks to the garbage
// collector costs more time than opening them; so nobody may look at a chunk outside `use`.

import { SPARE_BYTES } from './compression.ts'
import { free } from './sealing.ts'

interface Held {
  readonly plain: Promise<Uint8Array>
  readonly sizeBytes: number
  users: number
  /** Somebody outside has it, for as long as he likes. */
  isLent: boolean
}

export class ChunkCache {
  readonly #bytesMax: number
  readonly #load: (row: number) => Promise<Uint8Array>
  readonly #plainBytesOf: (row: number) => number
  /** Least recently used first. */
  readonly #held = new Map<number, Held>()
  #bytes = 0

  constructor(
    bytesMax: number,
    source: { load(row: number): Promise<Uint8Array>; plainBytesOf(row: number): number },
  ) {
    this.#bytesMax = bytesMax
    this.#load = (row) => source.load(row)
    this.#plainBytesOf = (row) => source.plainBytesOf(row)
  }

  /** Begins to load a chunk; an error is met by whoever uses it. */
  prepare(row: number): void {
    this.#hold(row)
  }

  /** Hands a chunk to `work`, which is done with it when it returns or its promise resolves. */
  async use(row: number, work: (plain: Uint8Array) => Promise<void> | undefined): Promise<void> {
    const held = this.#hold(row)
    held.users += 1
    try {
      const working = work(await held.plain)
      if (working) await working
    } finally {
      held.users -= 1
      if (this.#held.get(row) !== held) release(held)
    }
  }

  /** A chunk to be kept by the caller. */
  lend(row: number): Promise<Uint8Array> {
    const held = this.#hold(row)
    held.isLent = true
    return held.plain
  }

  #hold(row: number): Held {
    const known = this.#held.get(row)
    if (known !== undefined) {
      this.#held.delete(row)
      this.#held.set(row, known)
      return known
    }
    const sizeBytes = this.#plainBytesOf(row)
    const held = { plain: this.#load(row), sizeBytes, users: 0, isLent: false }
    this.#held.set(row, held)
    this.#bytes += sizeBytes
    held.plain.catch(() => {
      if (this.#held.get(row) === held) this.#drop(row, held)
    })
    for (const [oldest, other] of this.#held) {
      if (this.#bytes <= this.#bytesMax || oldest === row) break
      this.#drop(oldest, other)
    }
    return held
  }

  #drop(row: number, held: Held): void {
    this.#held.delete(row)
    this.#bytes -= held.sizeBytes
    release(held)
  }
}

/** Once it is dropped and its last user is gone, nobody can come by it any more. */
function release({ plain, users, isLent }: Held): void {
  if (users === 0 && !isLent)
    plain.then(
      (bytes) => free(bytes, SPARE_BYTES),
      () => undefined,
    )
}
