// A clock that a test moves by hand: nothing in the engine's tests waits for real time.

import type { Clock } from '../world/index.ts'

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** Stands still until moved. */
export class HandClock implements Clock {
  #now = 1_000_000
  readonly #sleepers = new Set<Sleeper>()

  now(): number {
    return this.#now
  }

  monotonicMs(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (signal?.aborted) return Promise.resolve()
    const sleeper = { until: this.#now + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    const end = () => {
      this.#sleepers.delete(sleeper)
      resolve()
    }
    signal?.addEventListener('abort', end, { once: true })
    return promise
  }

  /** Moves time on and wakes whoever has slept enough. */
  move(ms: number): void {
    this.#now += ms
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  /** How many sleep: none may be left when everything has stopped. */
  get sleepers(): number {
    return this.#sleepers.size
  }
}
