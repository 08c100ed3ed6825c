// The door of the store: named create-only bytes on a disk or in memory.

export { countingStore } from './counting.ts'
export type { DiskStore } from './disk.ts'
export { openDiskStore } from './disk.ts'
export { hashAside, serveHashing } from './hash-aside.ts'
export { readIdentity, type StoreIdentity, writeIdentity } from './identity.ts'
export { latentStore } from './latent.ts'
export { independentMedia, isFileStore } from './media.ts'
export { openMemoryStore } from './memory.ts'
export { digestObject, fillFrom, moveObject, replaceObject, syncFoldersOf } from './move.ts'
export type { ObjectName } from './object-name.ts'
export { objectName } from './object-name.ts'
export type { HoldingStore, ObjectDigest, ObjectStore } from './object-store.ts'
export {
  NotAnObject,
  ObjectDamaged,
  ObjectDiffers,
  ObjectMissing,
  ObjectTruncated,
} from './object-store.ts'
export { Slabs } from './read-back.ts'
export { throttledStore } from './throttled.ts'
export { Turns } from './turns.ts'
