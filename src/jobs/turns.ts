// Reading is synchronous, and one file may take hours of it: turns of the event loop in between, so
// that leases are renewed, messages heard, and a job that is asked to stop does so soon.

import type { Clock } from '../world/index.ts'

/** Work may go on for so long without a turn. */
const TURN_MS = 20

/**
 * To be called often between two pieces of work. Nearly always answers at once; a promise is to be
 * waited for: it gives a turn, then calls `check`, which may throw to end the work.
 */
export type Turns = () => Promise<void> | undefined

/** Turns by the time that has passed since the last one. */
export function openTurns(clock: Clock, check: () => void): Turns {
  let lastMs = clock.monotonicMs()
  const turn = async () => {
    await clock.sleep(0)
    check()
    lastMs = clock.monotonicMs()
  }
  return () => (clock.monotonicMs() - lastMs > TURN_MS ? turn() : undefined)
}
