// A store that is far away: every call takes a round trip, and bytes travel over one link each way
// that all calls share. How tests show that nothing waits for one answer before it asks the next.

import type { Clock } from '../world/index.ts'
import type { ObjectStore } from './object-store.ts'

export interface Distance {
  /** From a question to its answer, bytes apart. */
  readonly roundTripMs: number
  /** What the link carries each way; absent: whatever comes. */
  readonly bytesPerSecond?: number
}

/** `inner` at a distance. Whatever else it can do is hidden: a far store only has the interface. */
export function latentStore(inner: ObjectStore, clock: Clock, distance: Distance): ObjectStore {
  const up = openLink(clock, distance)
  const down = openLink(clock, distance)
  const roundTrip = () => clock.sleep(distance.roundTripMs)
  return {
    async put(name, bytes, signal) {
      await up(bytes.byteLength)
      await roundTrip()
      return inner.put(name, bytes, signal)
    },
    async get(name, range, signal) {
      await roundTrip()
      const bytes = await inner.get(name, range, signal)
      await down(bytes.byteLength)
      return bytes
    },
    async head(name) {
      await roundTrip()
      return inner.head(name)
    },
    async *list(prefix, after) {
      await roundTrip()
      yield* inner.list(prefix, after)
    },
    async delete(name) {
      await roundTrip()
      await inner.delete(name)
    },
  }
}

/** Resolves when so many bytes have come over, behind those that were sent before. */
function openLink(clock: Clock, { bytesPerSecond }: Distance): (bytes: number) => Promise<void> {
  let freeAtMs = 0
  return async (bytes) => {
    if (bytesPerSecond === undefined || bytes === 0) return
    const nowMs = clock.monotonicMs()
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes * 1000) / bytesPerSecond
    await clock.sleep(freeAtMs - nowMs)
  }
}
