// A store that tells of every object it creates, put or moved: how tests show that no pack is put
// twice, also across processes, when the callback appends to a file.

import type { DiskStore } from './disk.ts'
import type { ObjectName, ObjectStore, PutResult } from './object-store.ts'

/** Called once for each object this store created, after it was; awaited. */
export type OnCreated = (name: ObjectName) => void | Promise<void>

/** `inner`, telling `onCreated` of each object created; what was there already is not told. */
export function countingStore(inner: DiskStore, onCreated: OnCreated): DiskStore
export function countingStore(inner: ObjectStore, onCreated: OnCreated): ObjectStore
export function countingStore(inner: ObjectStore | DiskStore, onCreated: OnCreated): ObjectStore {
  const told = async (name: ObjectName, result: PutResult) => {
    if (result === 'created') await onCreated(name)
    return result
  }
  const counted: ObjectStore = {
    put: async (name, bytes, signal) => told(name, await inner.put(name, bytes, signal)),
    get: (name, range, signal) => inner.get(name, range, signal),
    head: (name) => inner.head(name),
    list: (prefix, after) => inner.list(prefix, after),
    delete: (name) => inner.delete(name),
  }
  if (!('removeStrays' in inner)) return counted
  const disk: DiskStore = {
    ...counted,
    files: inner.files,
    receive: async (arrival) => told(arrival.toName, await inner.receive(arrival)),
    // Not told: the object was created before, and is again what it was then.
    replace: (arrival) => inner.replace(arrival),
    digest: (name, signal) => inner.digest(name, signal),
    fill: (name, into, signal) => inner.fill(name, into, signal),
    syncFoldersOf: (names) => inner.syncFoldersOf(names),
    hold: (names) => inner.hold(names),
    removeStrays: () => inner.removeStrays(),
  }
  return disk
}
