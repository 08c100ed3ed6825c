// How bytes become durable on a disk, in one place: temporary file, write, sync; then a link gives
// it its name, and the folders are synced. A sync that failed is never repeated, for the kernel
// may have dropped the bytes and would call the second one a success.

import path from 'node:path'
import type { Disk } from './disk.ts'
import { errnoOf } from './disk.ts'

/** Folders below one root, made when needed, and what is known of their durability. */
export interface DurableFolders {
  /** Makes the folder and those above it, up to the root. Not durable until `sync`. */
  ensure(folder: string): Promise<void>
  /** The names in `folders`, and the folders' own names up to the root, are durable after it. */
  sync(folders: Iterable<string>): Promise<void>
  /** Forgets that a folder is there: it was removed, by us or by somebody else. */
  forget(folder: string): void
}

/** Opens the folders below `root`, which is made, durably, if it is not there. */
export async function openDurableFolders(disk: Disk, root: string): Promise<DurableFolders> {
  await makeRoot(disk, root)
  const present = new Set([root])
  const durable = new Set([root])

  async function ensure(folder: string): Promise<void> {
    if (present.has(folder)) return
    await ensure(path.dirname(folder))
    // A folder found is as doubtful as one made: whoever made it may have died before its sync.
    if (await makeFolder(disk, folder)) durable.delete(folder)
    present.add(folder)
  }

  return {
    ensure,
    async sync(folders) {
      const wanted = new Set<string>()
      const proven = new Set<string>()
      for (const folder of folders) {
        wanted.add(folder)
        for (let each = folder; !durable.has(each); each = path.dirname(each)) {
          proven.add(each)
          wanted.add(path.dirname(each))
        }
      }
      await Promise.all([...wanted].map((folder) => disk.syncFolder(folder)))
      for (const folder of proven) durable.add(folder)
    },
    forget(folder) {
      present.delete(folder)
      durable.delete(folder)
    },
  }
}

/** Writes a new file whose bytes are durable when it resolves; nothing is left when it fails. */
export async function writeDurably(
  disk: Disk,
  file: { path: string; bytes: Uint8Array; mode: number },
): Promise<void> {
  const handle = await disk.open(file.path, 'create')
  try {
    await handle.write(file.bytes, 0)
    await handle.chmod(file.mode)
    await handle.datasync()
    await handle.close()
  } catch (error) {
    await handle.close().catch(() => undefined)
    await removeFile(disk, file.path)
    throw error
  }
}

/** Gives a file its final name; false when the name is taken. */
export async function linkNew(disk: Disk, from: string, to: string): Promise<boolean> {
  try {
    await disk.link(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes a file; false when there was none. */
export async function removeFile(disk: Disk, file: string): Promise<boolean> {
  try {
    await disk.unlink(file)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

async function makeFolder(disk: Disk, folder: string): Promise<boolean> {
  try {
    await disk.mkdir(folder)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function makeRoot(disk: Disk, root: string): Promise<void> {
  const above = path.dirname(root)
  if (above === root) return
  if ((await disk.stat(root)) === undefined) {
    await makeRoot(disk, above)
    await makeFolder(disk, root)
  }
  await disk.syncFolder(above).catch((error: unknown) => {
    // A root made by an administrator may lie in a folder we are not allowed to open.
    if (errnoOf(error) !== 'EACCES' && errnoOf(error) !== 'EPERM') throw error
  })
}
