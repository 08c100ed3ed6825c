// Time, handed in. Wall time is for what users see and for lifecycles; monotonic time for
// timeouts and rates. Nothing else in the program reads a clock or sets a timer.

/** Milliseconds since 1970, UTC. */
export type Instant = number

export interface Clock {
  /** Wall time. */
  now(): Instant
  /** Milliseconds since some fixed moment; never goes backwards. */
  monotonicMs(): number
  /** Resolves after `ms`; early, without an error, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
}
