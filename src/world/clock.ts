// Time, handed in. Wall time is for what users see and for lifecycles; monotonic time for
// timeouts and rates. Nothing else in the program reads a clock or sets a timer.

/** Milliseconds since 1970, UTC. */
export type Instant = number

export interface Clock {
  /** Wall time. */
  now(): Instant
  /** Wall time as it really is, where `now` can be moved; absent where it cannot. */
  unmovedNow?(): Instant
  /** Milliseconds since some fixed moment; never goes backwards. */
  monotonicMs(): number
  /** Resolves after `ms`; early, without an error, when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Wall time that nobody moves: for leases, which must not run out when a test moves the clock. */
export function leaseNow(clock: Clock): Instant {
  return clock.unmovedNow?.() ?? clock.now()
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      // A turn of the event loop; a timer would take a millisecond of waiting.
      if (ms <= 0) return void setImmediate(resolve)
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
}
