// Lets bytes pass at a rate. What passes is passed whole and paid for afterwards: a pack is one
// write, so it goes when nothing is owed, and the next waits until its time is over.

import type { Clock } from '../world/index.ts'

/** Unused allowance that may be saved up. */
const SAVED_MS_MAX = 1_000

export class TokenBucket {
  readonly #clock: Clock
  /** Bytes a second now; undefined when nothing is limited. */
  readonly #rate: () => number | undefined
  #bytes = 0
  #countedMs: number

  constructor(clock: Clock, rate: () => number | undefined) {
    this.#clock = clock
    this.#rate = rate
    this.#countedMs = clock.monotonicMs()
  }

  /** How long until something may pass; 0 when it may now. A changed rate holds at once. */
  waitMs(): number {
    const rate = this.#count()
    return rate === undefined || this.#bytes >= 0 ? 0 : (-this.#bytes * 1000) / rate
  }

  /** So many bytes pass now. */
  take(bytes: number): void {
    if (this.#count() !== undefined) this.#bytes -= bytes
  }

  #count(): number | undefined {
    const nowMs = this.#clock.monotonicMs()
    const rate = this.#rate()
    const passedMs = nowMs - this.#countedMs
    this.#countedMs = nowMs
    // What was owed under a limit that is gone is not owed any more.
    if (rate === undefined) this.#bytes = 0
    else {
      const saved = this.#bytes + (passedMs * rate) / 1000
      this.#bytes = Math.min(saved, (SAVED_MS_MAX * rate) / 1000)
    }
    return rate
  }
}
