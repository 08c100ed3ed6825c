// A store that lets bytes in only as fast as it is allowed to: whoever writes waits first, whoever
// reads does not.

import type { DiskStore } from './disk.ts'
import type { ObjectStore } from './object-store.ts'
import { overStore } from './over-store.ts'

/** Resolves when so many bytes may be written; rejects when the signal aborts. */
export type Admit = (bytes: number, signal: AbortSignal | undefined) => Promise<void>

/** `inner`, each write after `admit` has let it pass. */
export function throttledStore(inner: ObjectStore | DiskStore, admit: Admit): ObjectStore {
  return overStore(inner, {
    async put(name, bytes, signal) {
      await admit(bytes.byteLength, signal)
      return inner.put(name, bytes, signal)
    },
    receive: (disk) => async (arrival) => {
      await admit(arrival.sizeBytes, arrival.signal)
      return disk.receive(arrival)
    },
  })
}
