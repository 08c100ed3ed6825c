// The door of the store: named create-only bytes on a disk or in memory.

export { countingStore } from './counting.ts'
export type { DiskStore } from './disk.ts'
export { openDiskStore } from './disk.ts'
export { latentStore } from './latent.ts'
export { independentMedia, isFileStore } from './media.ts'
export { openMemoryStore } from './memory.ts'
export { digestObject, moveObject, replaceObject, syncFoldersOf } from './move.ts'
export type { ObjectName } from './object-name.ts'
export { objectName } from './object-name.ts'
export type { ObjectDigest, ObjectStore } from './object-store.ts'
export { ObjectDamaged, ObjectDiffers, ObjectMissing, ObjectTruncated } from './object-store.ts'
export { throttledStore } from './throttled.ts'
