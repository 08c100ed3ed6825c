// Puts a catalog that was made anew in the place of the one that was there. Promises that at any
// moment the name leads to the whole old one, to nothing, or to the whole new one, and that the
// old one's log is never found beside the new one, which it would corrupt.

import path from 'node:path'
import type { Disk } from '../world/index.ts'
import { linkNew, removeFile } from '../world/index.ts'

/** What SQLite keeps beside a database: the log of what is not in it yet, and an index of that. */
const LOG = '-wal'
const LOG_INDEX = '-shm'

/**
 * Moves the closed catalog `from` to `to`, durably; both in one folder. What was there is kept
 * under a name of its own, which is answered. After a crash, make `from` anew and call again.
 */
export async function replaceCatalog(
  disk: Disk,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string | undefined> {
  const folder = path.dirname(to)
  const kept = await keepAside(disk, to)
  // The log goes after its database is gone for good: without one SQLite throws a log away, but a
  // database without its log is an older one.
  await removeFile(disk, to)
  await disk.syncFolder(folder)
  for (const file of [to + LOG, to + LOG_INDEX]) await removeFile(disk, file)
  await disk.syncFolder(folder)
  await using built = await disk.open(from, 'read')
  await built.datasync()
  await disk.link(from, to)
  await disk.syncFolder(folder)
  await removeFile(disk, from)
  return kept
}

/** Removes what an attempt to make a catalog left in `file`. */
export async function discardCatalog(disk: Disk, file: string): Promise<void> {
  for (const each of [file, file + LOG, file + LOG_INDEX]) await removeFile(disk, each)
}

/** Gives the catalog and its log a second name, durably; undefined when there is none. */
async function keepAside(disk: Disk, file: string): Promise<string | undefined> {
  if ((await disk.stat(file)) === undefined) return undefined
  const hasLog = (await disk.stat(file + LOG)) !== undefined
  const folder = path.dirname(file)
  for (let number = 1; ; number += 1) {
    const kept = file.replace(/(\.db)?$/, `-replaced-${number}.db`)
    if ((await disk.stat(kept)) !== undefined) continue
    // The log first: a catalog that has a name has its log.
    if (hasLog && !(await linkNew(disk, file + LOG, kept + LOG))) continue
    await disk.syncFolder(folder)
    await disk.link(file, kept)
    await disk.syncFolder(folder)
    return kept
  }
}
