// Local files as the commands need them: make a sample tree, move a folder, compare two trees.
// Paths may be bytes, for names that are not UTF-8. Synchronous, because a command has nothing
// else to do meanwhile; errors are the system's own.

import * as fs from 'node:fs'

type Path = string | Uint8Array

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly device: bigint
  readonly inode: bigint
  readonly links: number
}

export interface Files {
  makeFolder(path: Path): void
  /** A new, empty folder below `parent`, readable by its owner alone. */
  makeTemporaryFolder(parent: string, prefix: string): string
  /** Names in a folder, in byte order. */
  list(path: Path): Uint8Array[]
  facts(path: Path): FileFacts
  linkTarget(path: Path): Uint8Array
  write(path: Path, bytes: Uint8Array): void
  /** Writes `bytes` at `offset` of a file, leaving a hole before it. */
  writeAt(path: Path, bytes: Uint8Array, offset: number): void
  symlink(target: Path, path: Path): void
  hardlink(existing: Path, path: Path): void
  setMode(path: Path, mode: number): void
  setTime(path: Path, mtimeSeconds: number): void
  /** Fills `into` from `offset`; the count, 0 at the end. */
  openForReading(path: Path): { read(into: Uint8Array, offset: number): number; close(): void }
  rename(from: string, to: string): void
  /** The path without symbolic links in it. */
  realPath(path: string): string
  /** Removes a tree, also where modes forbid it; nothing there is fine. */
  removeTree(path: string): void
}

export const systemFiles: Files = {
  makeFolder: (path) => void fs.mkdirSync(native(path), { recursive: true }),
  makeTemporaryFolder: (parent, prefix) => fs.mkdtempSync(`${parent}/${prefix}`),
  list: (path) => fs.readdirSync(native(path), { encoding: 'buffer' }).sort(Buffer.compare),
  facts,
  linkTarget: (path) => fs.readlinkSync(native(path), { encoding: 'buffer' }),
  write: (path, bytes) => fs.writeFileSync(native(path), bytes),
  writeAt(path, bytes, offset) {
    const descriptor = fs.openSync(native(path), fs.constants.O_WRONLY | fs.constants.O_CREAT)
    try {
      fs.writeSync(descriptor, bytes, 0, bytes.length, offset)
    } finally {
      fs.closeSync(descriptor)
    }
  },
  symlink: (target, path) => fs.symlinkSync(native(target), native(path)),
  hardlink: (existing, path) => fs.linkSync(native(existing), native(path)),
  setMode: (path, mode) => fs.chmodSync(native(path), mode),
  setTime: (path, mtimeSeconds) => fs.utimesSync(native(path), mtimeSeconds, mtimeSeconds),
  openForReading(path) {
    const descriptor = fs.openSync(native(path), 'r')
    return {
      read: (into, offset) => fs.readSync(descriptor, into, 0, into.length, offset),
      close: () => fs.closeSync(descriptor),
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  realPath: (path) => fs.realpathSync(path),
  removeTree(path) {
    openFolders(Buffer.from(path))
    fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  },
}

const native = (path: Path) => (typeof path === 'string' ? path : Buffer.from(path))

function facts(path: Path): FileFacts {
  const stats = fs.lstatSync(native(path), { bigint: true })
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    sizeBytes: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    ctimeNs: stats.ctimeNs,
    device: stats.dev,
    inode: stats.ino,
    links: Number(stats.nlink),
  }
}

function kindOf(stats: fs.BigIntStats): FileFacts['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'symlink' : 'other'
}

// A folder without write permission cannot be emptied by its owner either.
function openFolders(path: Buffer): void {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return
  if ((stats.mode & 0o700) !== 0o700) fs.chmodSync(path, 0o700)
  for (const name of fs.readdirSync(path, { encoding: 'buffer', withFileTypes: true })) {
    if (name.isDirectory()) openFolders(Buffer.concat([path, Buffer.from('/'), name.name]))
  }
}
