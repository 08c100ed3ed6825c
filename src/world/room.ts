// Room on file systems: how much there is, and files that keep theirs. A file that SQLite deletes
// when it is done is kept under a second name, so that nobody else takes its room meanwhile.

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { errnoOf } from './disk.ts'

/** A file system, as far as room goes. */
export interface Room {
  readonly freeBytes: number
  readonly sizeBytes: number
}

/** With less free a disk counts as full; a share of it where it is small. */
export function tightBytes({ sizeBytes }: Room): number {
  return Math.min(TIGHT_BYTES, sizeBytes / 32)
}

const TIGHT_BYTES = 16 * 1024 * 1024

/** How much room there is for us where `path` lies; undefined where nobody can say. */
export function roomAt(path: string): Room | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(path)
    // Some file systems over a network, and those of a program, know no size.
    return blocks > 0 ? { freeBytes: bavail * bsize, sizeBytes: blocks * bsize } : undefined
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return undefined
  }
}

/** A file that others make and delete under `name`, and the name under which its room is kept. */
export interface KeptFile {
  readonly name: string
  readonly kept: string
}

const PIECE_BYTES = 256 * 1024

/**
 * Lengthens the file, by zeros at its end, to so many bytes, whoever else writes to it, and gives
 * it its second name. Does what it can: a full disk is nobody's mistake here.
 */
export function keepFile({ name, kept }: KeptFile, bytes: number): void {
  trying(() => {
    const file = openSync(name, 'a')
    try {
      const zeros = new Uint8Array(PIECE_BYTES)
      for (let size = fstatSync(file).size; size < bytes; ) {
        size += writeSync(file, zeros, 0, Math.min(zeros.length, bytes - size))
      }
    } finally {
      closeSync(file)
    }
    const [at, there] = [lookAt(name), lookAt(kept)]
    if (at?.ino === there?.ino) return
    if (there) unlinkSync(kept)
    linkSync(name, kept)
  })
}

/**
 * Gives what was kept its name again, with `wipedBytes` zeros at its beginning, cut to so many
 * bytes. Nothing is touched where something has the name, or where others use what was kept.
 */
export function useKeptFile(
  { name, kept }: KeptFile,
  { wipedBytes, bytes }: { readonly wipedBytes: number; readonly bytes: number },
): void {
  trying(() => {
    const there = lookAt(kept)
    const at = lookAt(name)
    if (!there || at?.ino === there.ino) return
    if (at || there.nlink > 1) return unlinkSync(kept)
    const file = openSync(kept, 'r+')
    try {
      writeSync(file, new Uint8Array(wipedBytes), 0, wipedBytes, 0)
      if (there.size > bytes) ftruncateSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    linkSync(kept, name)
  })
}

function lookAt(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function trying(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
}
