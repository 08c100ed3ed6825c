// A store in front of another that does some of its acts in a way of its own and leaves the rest to
// it, so that a wrapper says only what it changes.

import type { DiskStore } from './disk.ts'
import type { ObjectStore } from './object-store.ts'

/** How objects come into the store in front. */
export interface Creating {
  readonly put: ObjectStore['put']
  /** Where `inner` is on a disk. */
  receive(inner: DiskStore): DiskStore['receive']
}

/** What only a disk store can do the result can when `inner` can. */
export function overStore(inner: ObjectStore | DiskStore, { put, receive }: Creating): ObjectStore {
  const store: ObjectStore = {
    put,
    get: (name, range, signal) => inner.get(name, range, signal),
    head: (name) => inner.head(name),
    list: (prefix, after) => inner.list(prefix, after),
    delete: (name) => inner.delete(name),
  }
  if (!('removeStrays' in inner)) return store
  const disk: DiskStore = {
    ...store,
    files: inner.files,
    receive: receive(inner),
    replace: (arrival) => inner.replace(arrival),
    digest: (name, reading) => inner.digest(name, reading),
    fill: (name, into, signal) => inner.fill(name, into, signal),
    syncFoldersOf: (names) => inner.syncFoldersOf(names),
    hold: (names) => inner.hold(names),
    removeStrays: () => inner.removeStrays(),
  }
  return disk
}
