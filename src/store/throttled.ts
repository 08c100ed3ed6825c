// A store that lets bytes in only as fast as it is allowed to: whoever writes waits first, whoever
// reads does not.

import type { DiskStore } from './disk.ts'
import type { ObjectStore } from './object-store.ts'

/** Resolves when so many bytes may be written; rejects when the signal aborts. */
export type Admit = (bytes: number, signal: AbortSignal | undefined) => Promise<void>

/** `inner`, each write after `admit` has let it pass. */
export function throttledStore(inner: ObjectStore | DiskStore, admit: Admit): ObjectStore {
  const throttled: ObjectStore = {
    async put(name, bytes, signal) {
      await admit(bytes.byteLength, signal)
      return inner.put(name, bytes, signal)
    },
    get: (name, range, signal) => inner.get(name, range, signal),
    head: (name) => inner.head(name),
    list: (prefix, after) => inner.list(prefix, after),
    delete: (name) => inner.delete(name),
  }
  if (!('removeStrays' in inner)) return throttled
  const disk: DiskStore = {
    ...throttled,
    files: inner.files,
    async receive(arrival) {
      await admit(arrival.sizeBytes, arrival.signal)
      return inner.receive(arrival)
    },
    replace: (arrival) => inner.replace(arrival),
    digest: (name, signal) => inner.digest(name, signal),
    fill: (name, into, signal) => inner.fill(name, into, signal),
    syncFoldersOf: (names) => inner.syncFoldersOf(names),
    hold: (names) => inner.hold(names),
    removeStrays: () => inner.removeStrays(),
  }
  return disk
}
