// A clock that can be moved, one for all threads of a process: its offset lies in memory that they
// share. Only what it says the time is moves. Rates, timeouts, short waits and leases go by real
// time, so a jump breaks no job that runs; what is due by its date is found due at the next look.

import type { Clock, Instant } from './clock.ts'

/** Memory that holds a clock's offset in milliseconds; handed from thread to thread. */
export type ClockOffset = SharedArrayBuffer

const OFFSET_BYTES = 8

/** Time as it is; `offsetMs` is how far it was moved before. */
export function clockOffset(offsetMs = 0): ClockOffset {
  const offset = new SharedArrayBuffer(OFFSET_BYTES)
  moveClock(offset, offsetMs)
  return offset
}

/** How far the clock is moved, in milliseconds: positive is into the future. */
export function offsetOf(offset: ClockOffset): number {
  return Number(Atomics.load(new BigInt64Array(offset), 0))
}

/** Moves the clock so that it differs by so much from real time; holds at once in every thread. */
export function moveClock(offset: ClockOffset, offsetMs: number): void {
  Atomics.store(new BigInt64Array(offset), 0, BigInt(Math.round(offsetMs)))
}

/** `inner`, moved by what `offset` says at each look. */
export function movableClock(inner: Clock, offset: ClockOffset): Clock {
  const unmovedNow = (): Instant => inner.now()
  return {
    now: () => inner.now() + offsetOf(offset),
    unmovedNow,
    monotonicMs: () => inner.monotonicMs(),
    sleep: (ms, signal) => inner.sleep(ms, signal),
  }
}
