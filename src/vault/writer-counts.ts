// What a writer has done so far, and telling it now and then.

import type { WriterProgress, WrittenPoint } from './point-writer.ts'

/** Progress is told after so many bytes or entries. */
const TOLD_BYTES = 4 * 1024 * 1024
const TOLD_ENTRIES = 256

type Counted = keyof WriterProgress | 'logicalBytes'

export class WriterCounts {
  readonly #onProgress: ((delta: WriterProgress) => void) | undefined
  readonly #total = zero()
  #untold = zero()

  constructor(onProgress: ((delta: WriterProgress) => void) | undefined) {
    this.#onProgress = onProgress
  }

  add(delta: Partial<Record<Counted, number>>): void {
    // Once or twice for every entry: only what is there is looked at.
    for (const name in delta) {
      const count = delta[name as Counted] ?? 0
      this.#total[name as Counted] += count
      this.#untold[name as Counted] += count
    }
    const { bytesRead, bytesReused, entries, packsStored } = this.#untold
    const bytes = bytesRead + bytesReused
    if (bytes >= TOLD_BYTES || entries >= TOLD_ENTRIES || packsStored > 0) this.#tell()
  }

  /** Tells the rest; the sums. */
  end(): Omit<WrittenPoint, 'packs' | 'entryBlocks'> {
    this.#tell()
    const { packsStored: _, ...sums } = this.#total
    return sums
  }

  #tell(): void {
    const { logicalBytes: _, ...delta } = this.#untold
    this.#untold = zero()
    this.#onProgress?.(delta)
  }
}

function zero(): Record<Counted, number> {
  return {
    bytesRead: 0,
    bytesStored: 0,
    bytesReused: 0,
    packsStored: 0,
    entries: 0,
    logicalBytes: 0,
  }
}
