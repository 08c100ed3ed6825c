// Where a store's files lie, and what follows: whether a copy inside the kernel could end up
// sharing the source's blocks instead of being a second set of them, and whether two stores can
// fail apart.

import type { Disk } from '../world/index.ts'
import type { ObjectName, ObjectStore } from './object-store.ts'

/** The device and kind of file system under a store's root. */
export interface Media {
  readonly device: number
  readonly fileSystemType: number
  /** The root's own number on its device. */
  readonly root: number
}

/** The ability to say in which file an object lies. */
export interface FileStore extends ObjectStore {
  readonly files: {
    readonly disk: Disk
    readonly media: Media
    /** The path an object of this name has, whether it is there or not. */
    pathOf(name: ObjectName): string
  }
}

/** Numbers of Linux's `linux/magic.h`. */
export const FILE_SYSTEM = {
  ext: 0xef53,
  tmpfs: 0x01021994,
  f2fs: 0xf2f52010,
  xfs: 0x58465342,
  btrfs: 0x9123683e,
  bcachefs: 0xca451a4e,
} as const

const NEVER_SHARES: ReadonlySet<number> = new Set([
  FILE_SYSTEM.ext,
  FILE_SYSTEM.tmpfs,
  FILE_SYSTEM.f2fs,
])

/** One file system of these shows several device numbers, so a number proves nothing. */
const MANY_DEVICES: ReadonlySet<number> = new Set([FILE_SYSTEM.btrfs, FILE_SYSTEM.bcachefs])

export async function mediaOf(disk: Disk, folder: string): Promise<Media> {
  const facts = await disk.stat(folder)
  if (facts === undefined) throw new Error(`${folder} is not there`)
  const fileSystemType = await disk.fileSystemType(folder)
  return { device: facts.device, fileSystemType, root: facts.inode }
}

/**
 * Whether a copy made by the kernel may share blocks with its source. Only what is known not to
 * is trusted: network, overlay and unknown file systems may clone behind our back.
 */
export function mayShareExtents(a: Media, b: Media): boolean {
  if (a.fileSystemType !== b.fileSystemType || NEVER_SHARES.has(a.fileSystemType)) return false
  return a.fileSystemType !== FILE_SYSTEM.xfs || a.device === b.device
}

/** False when one failed device may take both stores; also when it cannot be told. */
export async function independentMedia(a: ObjectStore, b: ObjectStore): Promise<boolean> {
  if (!isFileStore(a) || !isFileStore(b)) return isFileStore(a) !== isFileStore(b)
  const [one, other] = [a.files.media, b.files.media]
  if (one.device === other.device) return false
  return one.fileSystemType !== other.fileSystemType || !MANY_DEVICES.has(one.fileSystemType)
}

export function isFileStore(store: ObjectStore): store is FileStore {
  return 'files' in store
}
