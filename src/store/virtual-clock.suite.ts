// A clock whose time passes only when everybody sleeps: an hour of waiting takes no time, and how
// long something took is exact and the same on every machine.

import type { Clock } from '../world/index.ts'

/** Turns of the event loop without a new sleeper after which nobody is taken to be awake. */
const QUIET_TURNS = 3

export class VirtualClock implements Clock {
  #nowMs = 0
  #sleepers: { readonly untilMs: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper = { untilMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      const end = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        resolve()
      }
      signal?.addEventListener('abort', end, { once: true })
    })
  }

  /** Runs `work` to its end; says how many milliseconds it took. */
  async timeOf(work: () => Promise<unknown>): Promise<number> {
    const startMs = this.#nowMs
    let running = true
    const ended = work().finally(() => {
      running = false
    })
    ended.catch(() => undefined)
    while (running) {
      for (let turn = 0; turn < QUIET_TURNS; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (running) this.#pass()
    }
    await ended
    return this.#nowMs - startMs
  }

  #pass(): void {
    if (this.#sleepers.length === 0) return
    this.#nowMs = Math.min(...this.#sleepers.map((sleeper) => sleeper.untilMs))
    const woken = this.#sleepers.filter((sleeper) => sleeper.untilMs <= this.#nowMs)
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.untilMs > this.#nowMs)
    for (const { wake } of woken) wake()
  }
}
