// A store that tells of every object it creates, put or moved: how tests show that no pack is put
// twice, also across processes, when the callback appends to a file.

import type { DiskStore } from './disk.ts'
import type { ObjectName, ObjectStore, PutResult } from './object-store.ts'
import { overStore } from './over-store.ts'

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
  return overStore(inner, {
    put: async (name, bytes, signal) => told(name, await inner.put(name, bytes, signal)),
    // What is replaced is not told: it was created before, and is again what it was then.
    receive: (disk) => async (arrival) => told(arrival.toName, await disk.receive(arrival)),
  })
}
