// The data that is measured on, made the same on every run of one machine: `src`, real small files
// chosen by the hash of their path and topped up with made ones; `sql`, a database dump and logs;
// `img`, a disk image half full of small files; `rnd`, one incompressible file. And their change:
// about two percent, where and with what following from a seed.

import { createCipheriv, createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Prose, seeded } from './made-text.ts'

const MEGABYTE = 1 << 20
const SMALL_FILE_MAX = 512 * 1024
const IMAGE_BLOCK = 4096
const ROOTS = ['/usr/share', '/usr/include', '/usr/lib/python3', '/usr/lib/node_modules']
const CHANGED_SHARE = 0.02
const CHANGED_EXTENTS = [64 * 1024, 256 * 1024, MEGABYTE]

/** Each makes `sizeMb` megabytes in `folder`. */
export const dataSets: Record<string, (folder: string, sizeMb: number) => void> = {
  src: makeSourceTree,
  sql: makeDumpAndLogs,
  img: makeDiskImage,
  rnd: makeRandomFile,
}

/** Changes about two percent of a set in place. */
export function changeSet(set: string, folder: string): void {
  const next = seeded(99)
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    if (set === 'src') changeTree(file, next())
    else changeExtents(file, next)
  }
}

/** Two percent of the files edited, a few gone, a few new. */
function changeTree(file: string, drawn: number): void {
  if (drawn < CHANGED_SHARE) fs.appendFileSync(file, `\n// edited: ${drawn}\n`)
  else if (drawn < CHANGED_SHARE + 0.002) fs.rmSync(file)
  else if (drawn < CHANGED_SHARE + 0.004) fs.writeFileSync(`${file}.new`, `new: ${drawn}\n`)
}

function changeExtents(file: string, next: () => number): void {
  const { size } = fs.statSync(file)
  const handle = fs.openSync(file, 'r+')
  for (let left = Math.floor(size * CHANGED_SHARE); left > 0; ) {
    const extent = CHANGED_EXTENTS[Math.floor(next() * CHANGED_EXTENTS.length)] as number
    const length = Math.min(left, extent)
    const seed = String(next())
    const stream = createCipheriv('aes-256-ctr', hashOf(seed), Buffer.alloc(16))
    const at = Math.floor(next() * (size - length))
    fs.writeSync(handle, stream.update(Buffer.alloc(length)), 0, length, at)
    left -= length
  }
  fs.closeSync(handle)
}

function makeSourceTree(folder: string, sizeMb: number): void {
  let left = sizeMb * MEGABYTE
  for (const { file, sizeBytes } of smallFiles()) {
    if (left <= 0) return
    const target = path.join(folder, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.copyFileSync(file, target)
    fs.utimesSync(target, 1_700_000_000, 1_700_000_000)
    left -= sizeBytes
  }
  const prose = new Prose(3)
  for (let number = 0; left > 0; number++) {
    const text = prose.source()
    const target = path.join(folder, 'made', String(number % 251), `${number}.ts`)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, text)
    left -= text.length
  }
}

function smallFiles(): { file: string; sizeBytes: number }[] {
  const found: { hash: string; file: string; sizeBytes: number }[] = []
  for (const root of ROOTS.filter((name) => fs.existsSync(name))) {
    for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      const { size } = fs.statSync(file)
      if (size === 0 || size > SMALL_FILE_MAX) continue
      found.push({ hash: hashOf(file).toString('hex'), file, sizeBytes: size })
    }
  }
  return found.sort((a, b) => (a.hash < b.hash ? -1 : 1))
}

/** Seven parts of a dump, three of logs. */
function makeDumpAndLogs(folder: string, sizeMb: number): void {
  fs.mkdirSync(folder, { recursive: true })
  const prose = new Prose(11)
  const dumpMb = Math.ceil(sizeMb * 0.7)
  fill(path.join(folder, 'dump.sql'), dumpMb, () => prose.dump())
  for (let number = 0; number < 4; number++) {
    const megabytes = Math.max(1, Math.floor((sizeMb - dumpMb) / 4))
    fill(path.join(folder, `app-${number}.log`), megabytes, () => prose.log(10_000))
  }
}

function fill(file: string, megabytes: number, more: () => string): void {
  const handle = fs.openSync(file, 'w')
  for (let left = megabytes * MEGABYTE; left > 0; ) {
    const bytes = Buffer.from(more()).subarray(0, left)
    fs.writeSync(handle, bytes)
    left -= bytes.length
  }
  fs.closeSync(handle)
}

/** Small files laid out at block borders as a file system would, with as much free space. */
function makeDiskImage(folder: string, sizeMb: number): void {
  fs.mkdirSync(folder, { recursive: true })
  const handle = fs.openSync(path.join(folder, 'disk.img'), 'w')
  fs.ftruncateSync(handle, sizeMb * MEGABYTE)
  const end = Math.floor((sizeMb / 2) * MEGABYTE)
  const files = smallFiles()
  const prose = new Prose(5)
  // Every second group of blocks is free, as on a disk that was used for a while.
  const groupBytes = 8 * MEGABYTE
  const placeOf = (used: number) => used + Math.floor(used / groupBytes) * groupBytes
  for (let used = 0; used < end; ) {
    const file = files.shift()
    const bytes = file ? fs.readFileSync(file.file) : Buffer.from(prose.source())
    const room = Math.min(end - used, groupBytes - (used % groupBytes))
    fs.writeSync(handle, bytes.subarray(0, room), 0, Math.min(bytes.length, room), placeOf(used))
    used += Math.min(room, Math.ceil(bytes.length / IMAGE_BLOCK) * IMAGE_BLOCK)
  }
  fs.closeSync(handle)
}

function makeRandomFile(folder: string, sizeMb: number): void {
  fs.mkdirSync(folder, { recursive: true })
  const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16))
  const zeros = Buffer.alloc(MEGABYTE)
  const file = fs.openSync(path.join(folder, 'random.bin'), 'w')
  for (let megabyte = 0; megabyte < sizeMb; megabyte++) fs.writeSync(file, stream.update(zeros))
  fs.closeSync(file)
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
