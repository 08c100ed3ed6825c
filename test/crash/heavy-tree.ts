// A tree that takes several packs and little else: files of bytes that do not compress, some small
// ones, a link, and a file that is mostly hole.

import { randomFillSync } from 'node:crypto'
import {
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

const MIB = 1024 * 1024
const FILE_BYTES = 24 * MIB
const SMALL_FILES = 60

export function makeHeavyTree(folder: string, sizeBytes: number): void {
  mkdirSync(path.join(folder, 'small'), { recursive: true })
  for (let left = sizeBytes, count = 0; left > 0; left -= FILE_BYTES, count += 1) {
    const bytes = Buffer.allocUnsafe(Math.min(left, FILE_BYTES))
    writeFileSync(path.join(folder, `large-${count}`), randomFillSync(bytes))
  }
  for (let count = 0; count < SMALL_FILES; count += 1) {
    const text = `small file ${count}\n`.repeat(count)
    writeFileSync(path.join(folder, 'small', `file-${count}`), text)
  }
  linkSync(path.join(folder, 'large-0'), path.join(folder, 'small', 'hard-link'))
  symlinkSync('../large-0', path.join(folder, 'small', 'symbolic-link'))
  const sparse = openSync(path.join(folder, 'sparse'), 'w')
  ftruncateSync(sparse, 64 * MIB)
  writeSync(sparse, 'an island', 40 * MIB)
  closeSync(sparse)
}

/** Bytes of all files below a folder, by the blocks they take; 0 when there is none. */
export function bytesBelow(folder: string): number {
  let sum = 0
  for (const entry of entriesOf(folder)) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile()) sum += blockBytes(file)
  }
  return sum
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return [] // Not there yet, or a folder in it was removed while we looked.
  }
}

function blockBytes(file: string): number {
  return (lstatSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512
}
