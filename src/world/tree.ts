// A tree of files as drivers see it: the file system by raw byte paths, synchronously, links never
// followed. Errors are node's own with their `code`; who calls translates them. Nothing here
// decides anything.

import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { libc } from './libc.ts'

/** What `lstat` knows. */
export interface TreeStat {
  readonly kind: 'directory' | 'file' | 'symlink' | 'socket' | 'pipe' | 'device' | 'unknown'
  /** Permission bits with setuid, setgid and sticky. */
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

/** Looking at a tree. */
export interface TreeLook {
  /** Undefined when there is nothing of that name. */
  lstat(path: Uint8Array): TreeStat | undefined
  /** The text of a symbolic link. */
  readlink(path: Uint8Array): Uint8Array
  /**
   * The names in a folder, unordered, without `.` and `..`. A folder that is known to be small, by
   * the size its facts tell, is read at once; any other piece by piece.
   */
  names(folder: Uint8Array, known?: { readonly sizeBytes: number }): Iterable<Uint8Array>
  /** The absolute path with every symbolic link resolved. */
  realpath(path: Uint8Array): Uint8Array
  /** The number by which the kernel tells what kind of file system `path` lies on. */
  fileSystemType(path: Uint8Array): number
  /**
   * A path that means "this open folder", however deep it lies; undefined where there is none. Who
   * was given one before need not have it `tried` again.
   */
  anchor(folder: number, options?: { readonly tried: boolean }): Uint8Array | undefined
  /**
   * Where an open folder lies now, whatever was renamed since it was opened; undefined where the
   * kernel does not tell. ENAMETOOLONG when the path is longer than the kernel tells one.
   */
  placeOf(folder: number): Uint8Array | undefined
}

/** Where a run of data begins, and what ends it: a hole or the end of the file. */
export interface DataRun {
  readonly begin: number
  readonly end: number
}

/** Open files and folders, by descriptor. */
export interface TreeFiles {
  /** Opens a folder; ELOOP or ENOTDIR when the last name is anything else. */
  openFolder(path: Uint8Array): number
  /** The same as a mere place, to reach what lies in it: takes no right to read the folder. */
  openPlace(path: Uint8Array): number
  /** Opens for reading; never waits (a pipe opens at once), ELOOP on a symbolic link. */
  openFile(path: Uint8Array): number
  /** Makes a new file, open for writing; EEXIST when the name is taken, by anything. */
  createFile(path: Uint8Array, mode: number): number
  fstat(file: number): TreeStat
  /** Reads at `offset`, or from where the last read without one ended; 0 at the end. */
  read(file: number, into: Uint8Array, offset?: number): number
  /**
   * The first run of data at or after `offset`; undefined when only a hole is left. Where the
   * machine cannot tell, all is data. Moves the place from which `read` without an offset goes on.
   */
  nextData(file: number, offset: number): DataRun | undefined
  /** Writes all of `bytes` at `offset`. */
  write(file: number, bytes: Uint8Array, offset: number): void
  close(file: number): void
}

/** Changing what an open file or folder is like. */
export interface TreeSettings {
  /** Cuts or extends (with a hole) to `sizeBytes`. */
  resize(file: number, sizeBytes: number): void
  setOwner(file: number, owner: { readonly uid: number; readonly gid: number }): void
  setMode(file: number, mode: number): void
  /** Sets access and modification time: to the nanosecond where `libc` is there, else to 1 µs. */
  setTime(file: number, mtimeNs: bigint): void
  /** Resolves when the disk has acknowledged content and facts. */
  flush(file: number): Promise<void>
}

/** Changing names. */
export interface TreeNames {
  makeFolder(path: Uint8Array, mode: number): void
  symlink(path: Uint8Array, target: Uint8Array): void
  /** A second name for the file `existing`. */
  link(existing: Uint8Array, path: Uint8Array): void
  /** Replaces what had the name, unless it is a folder. */
  rename(from: Uint8Array, to: Uint8Array): void
  /** Removes a name that is not a folder's. */
  removeFile(path: Uint8Array): void
  removeFolder(path: Uint8Array): void
  /** Owner and time of a symbolic link itself, and the mode of what is no link. */
  setLink: TreeLinkSettings
}

/** Settings by path, for what cannot be opened. */
export interface TreeLinkSettings {
  owner(path: Uint8Array, owner: { readonly uid: number; readonly gid: number }): void
  time(path: Uint8Array, mtimeNs: bigint): void
  /** Follows a link: only for a path known to be a folder. */
  mode(path: Uint8Array, mode: number): void
}

/** Everything a driver asks of a file system. */
export interface Tree extends TreeLook, TreeFiles, TreeSettings, TreeNames {}

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY, O_DIRECTORY } =
  constants
/** Linux's O_PATH, which Node has no name for. */
const O_PLACE = process.platform === 'linux' ? 0o10000000 : O_RDONLY

const NAMES_READ_AT_ONCE = 1024
/** Folders up to this size are read in one call: some 20,000 names. */
const SMALL_FOLDER_BYTES_MAX = 1024 * 1024

const EXACT = { bigint: true, throwIfNoEntry: false } as const

/** The machine's own file system. */
export const realTree: Tree = {
  lstat(path) {
    const stat = lstatSync(raw(path), EXACT)
    return stat && toTreeStat(stat)
  },
  readlink: (path) => readlinkSync(raw(path), { encoding: 'buffer' }),
  names: (folder, known) =>
    known && known.sizeBytes <= SMALL_FOLDER_BYTES_MAX ? namesAtOnce(folder) : namesOf(folder),
  realpath: (path) => realpathSync.native(raw(path), { encoding: 'buffer' }),
  fileSystemType: (path) =>
    Number(BigInt.asUintN(32, statfsSync(raw(path), { bigint: true }).type)),
  anchor: anchorOf,
  placeOf(folder) {
    ownFiles ??= ownFilesPath()
    if (ownFiles === undefined) return undefined
    return readlinkSync(`${ownFiles}/${folder}`, { encoding: 'buffer' })
  },

  openFolder: (path) => openSync(raw(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
  openPlace: (path) => openSync(raw(path), O_PLACE | O_DIRECTORY | O_NOFOLLOW),
  openFile: (path) => openSync(raw(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY),
  createFile: (path, mode) => openSync(raw(path), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode),
  fstat: (file) => toTreeStat(fstatSync(file, { bigint: true })),
  read: (file, into, offset) => readSync(file, into, 0, into.length, offset ?? null),
  nextData(file, offset) {
    const exact = libc()
    if (exact === undefined) return { begin: offset, end: Number.POSITIVE_INFINITY }
    const begin = exact.nextData(file, offset)
    return begin === undefined ? undefined : { begin, end: exact.nextHole(file, begin) }
  },
  write(file, bytes, offset) {
    let done = 0
    while (done < bytes.length) {
      done += writeSync(file, bytes, done, bytes.length - done, offset + done)
    }
  },
  close: (file) => closeSync(file),

  resize: (file, sizeBytes) => ftruncateSync(file, sizeBytes),
  setOwner: (file, { uid, gid }) => fchownSync(file, uid, gid),
  setMode: (file, mode) => fchmodSync(file, mode),
  setTime(file, mtimeNs) {
    const exact = libc()
    if (exact) exact.setTimes(file, mtimeNs)
    else futimesSync(file, seconds(mtimeNs), seconds(mtimeNs))
  },
  flush: (file) =>
    new Promise((resolve, reject) => {
      fsync(file, (error) => (error ? reject(error) : resolve()))
    }),

  makeFolder: (path, mode) => void mkdirSync(raw(path), mode),
  symlink: (path, target) => symlinkSync(raw(target), raw(path)),
  link: (existing, path) => linkSync(raw(existing), raw(path)),
  rename: (from, to) => renameSync(raw(from), raw(to)),
  removeFile: (path) => unlinkSync(raw(path)),
  removeFolder: (path) => rmdirSync(raw(path)),
  setLink: {
    owner: (path, { uid, gid }) => lchownSync(raw(path), uid, gid),
    time(path, mtimeNs) {
      const exact = libc()
      if (exact) exact.setLinkTimes(path, mtimeNs)
      else lutimesSync(raw(path), seconds(mtimeNs), seconds(mtimeNs))
    },
    mode: (path, mode) => chmodSync(raw(path), mode),
  },
}

/** One call and one short text for each name is a third of the work that an open listing is. */
function namesAtOnce(folder: Uint8Array): Uint8Array[] {
  // In their order already, as far as a text of one byte a character has the order of its bytes.
  const names = readdirSync(raw(folder), { encoding: 'latin1' }).sort()
  // One piece of memory for all of them; no name has a slash in it.
  const packed = Buffer.from(names.join('/'), 'latin1')
  let end = -1
  return names.map((name) => {
    const begin = end + 1
    end = begin + name.length
    return packed.subarray(begin, end)
  })
}

function* namesOf(folder: Uint8Array): Iterable<Uint8Array> {
  // The types know only text here; the bytes come as a Buffer when asked for.
  const options = { encoding: 'buffer' as BufferEncoding, bufferSize: NAMES_READ_AT_ONCE }
  const listing = opendirSync(raw(folder) as unknown as string, options)
  try {
    for (let found = listing.readSync(); found; found = listing.readSync()) {
      yield found.name as unknown as Uint8Array
    }
  } finally {
    listing.closeSync()
  }
}

// Linux lends every open folder a path, which works like openat: no length limit from the root, and
// nobody can swap a folder above it. Elsewhere, or without /proc, there is none.
function anchorOf(folder: number, options?: { readonly tried: boolean }): Uint8Array | undefined {
  ownFiles ??= ownFilesPath()
  if (ownFiles === undefined) return undefined
  const path = Buffer.from(`${ownFiles}/${folder}`)
  if (options?.tried) return path
  const opened = fstatSync(folder, { bigint: true })
  try {
    const seen = lstatSync(`${ownFiles}/${folder}/.`, { bigint: true })
    return seen.ino === opened.ino && seen.dev === opened.dev ? path : undefined
  } catch {
    return undefined
  }
}

let ownFiles: string | undefined

/** Without the link `/proc/self`, which would be followed anew for every file. */
function ownFilesPath(): string | undefined {
  try {
    return `/proc/${readlinkSync('/proc/self')}/fd`
  } catch {
    return undefined
  }
}

// Node takes a negative number for "now", but hands on the value of a numeric text.
function seconds(timeNs: bigint): number | string {
  const whole = timeNs / NS_PER_SECOND
  const value = Number(whole) + Number(timeNs - whole * NS_PER_SECOND) / Number(NS_PER_SECOND)
  return value < 0 ? String(value) : value
}

const NS_PER_SECOND = 1_000_000_000n

const raw = (path: Uint8Array): Buffer =>
  path instanceof Buffer ? path : Buffer.from(path.buffer, path.byteOffset, path.length)

function toTreeStat(stat: BigIntStats): TreeStat {
  const mode = Number(stat.mode)
  return {
    kind: KINDS.get(mode & constants.S_IFMT) ?? 'unknown',
    mode: mode & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    sizeBytes: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    device: BigInt.asUintN(64, stat.dev),
    inode: BigInt.asUintN(64, stat.ino),
    links: Number(stat.nlink),
  }
}

const KINDS: ReadonlyMap<number, TreeStat['kind']> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFIFO, 'pipe'],
  [constants.S_IFSOCK, 'socket'],
  [constants.S_IFBLK, 'device'],
  [constants.S_IFCHR, 'device'],
])
