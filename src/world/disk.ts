// The disk as the store and the keyring see it: asynchronous, one call at a time, so that a
// simulated disk can stand in its place and die at any call. Promises nothing about durability
// beyond what each call says; leaves orders of writes to `durable.ts` and to its callers.

import { constants, fstatSync, type Stats } from 'node:fs'
import * as fs from 'node:fs/promises'

/** What the disk knows of a file or folder. */
export interface DiskFacts {
  readonly kind: 'file' | 'folder' | 'other'
  readonly sizeBytes: number
  /** Permission bits, such as 0o600. */
  readonly mode: number
  readonly uid: number
  /** Number of the device that holds it. */
  readonly device: number
  readonly inode: number
  /** How many names it has. */
  readonly links: number
}

/** An open file. Closed by `close`, or at the end of its scope with `await using`. */
export interface DiskFile extends AsyncDisposable {
  /** How many bytes it had when it was opened. */
  readonly sizeBytes: number
  /** Bytes from `position` into `into`; answers how many, 0 at the end, perhaps fewer than fit. */
  read(into: Uint8Array, position: number): Promise<number>
  /** Writes all of `bytes` at `position`. Not durable yet. */
  write(bytes: Uint8Array, position: number): Promise<void>
  chmod(mode: number): Promise<void>
  /** Content and size are durable when it resolves. After a failure the bytes are lost for good. */
  datasync(): Promise<void>
  stat(): Promise<DiskFacts>
  close(): Promise<void>
}

/** Files by path. Every call rejects with the system's own error, whose `code` is an errno name. */
export interface DiskFiles {
  /**
   * Opens for reading (`follow`: also through a symbolic link), or creates a new one (mode 0600)
   * for writing; EEXIST if there is one. Never waits; rejects with NotAFile for whatever is there
   * and is not a regular file.
   */
  open(path: string, how: 'read' | 'follow' | 'create'): Promise<DiskFile>
  /** Copies content and mode to a new file, inside the kernel; EEXIST if there is one. */
  copyFile(from: string, to: string): Promise<void>
  /** A second name for a file; EEXIST if the name is taken. How a file gets its name. */
  link(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Gives a file the name `to` in one step, in place of what had it: for replacing damage. */
  rename(from: string, to: string): Promise<void>
  /** Facts of what is at `path` (symbolic links are followed), or undefined if nothing is. */
  stat(path: string): Promise<DiskFacts | undefined>
  /** The same of a link itself, which is of kind `other`. */
  lstat(path: string): Promise<DiskFacts | undefined>
}

/** Folders by path. */
export interface DiskFolders {
  /** Makes one folder (mode 0700); EEXIST if there is one. */
  mkdir(path: string): Promise<void>
  /** Removes an empty folder; ENOTEMPTY if it is not. */
  rmdir(path: string): Promise<void>
  /** What lies in the folder, by name in the order of its bytes. */
  readdir(path: string): Promise<readonly DiskEntry[]>
  /** The names in the folder are durable when it resolves. */
  syncFolder(path: string): Promise<void>
  /** The kind of file system there, as the kernel numbers it. */
  fileSystemType(path: string): Promise<number>
}

export interface DiskEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
}

export interface Disk extends DiskFiles, DiskFolders {
  /** Who we are to the disk; undefined on systems without users. */
  readonly ownUid: number | undefined
}

/** Something that is not a regular file lies where one is to be read. */
export class NotAFile extends Error {
  /** What it is, such as `a named pipe`. */
  readonly found: string
  constructor(path: string, found: string, options?: ErrorOptions) {
    super(`${path} is ${found}, and not a file`, options)
    this.name = 'NotAFile'
    this.found = found
  }
}

/** The errno name of a system error, or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What a system error of the disk means to an operator; undefined if it is not one. */
export function diskTrouble(error: unknown): { sentence: string; retryable: boolean } | undefined {
  const code = errnoOf(error)
  if (code === undefined) return undefined
  const known = SENTENCES[code]
  const sentence = known ?? `the file system answered ${code}`
  return { sentence, retryable: !HOPELESS.has(code) }
}

/** Whether a system error says that there is no room on a disk, or none left for this user. */
export function saysDiskFull(error: unknown): boolean {
  const code = errnoOf(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reported an input/output error',
  EMFILE: 'this process has too many files open',
  ENFILE: 'the system has too many files open',
  EACCES: 'permission was denied; check who owns the folder and its mode',
  EPERM: 'the operation is not permitted; check who owns the folder and its mode',
  EROFS: 'the file system is read-only',
  ENOENT: 'the file or folder has disappeared',
  ENOTDIR: 'a file is where a folder should be',
  ENAMETOOLONG: 'the path is too long for the file system',
}

/** No passing of time mends these. */
const HOPELESS: ReadonlySet<string> = new Set(['ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EISDIR'])

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants
/** A pipe without a writer and a terminal open at once, and are then seen to be no files. */
const READ = O_RDONLY | O_NONBLOCK | O_NOCTTY
/** What it is that cannot be opened so. */
const UNOPENABLE: Readonly<Record<string, string>> = {
  ELOOP: 'a symbolic link',
  ENXIO: 'a socket or a device',
  ENODEV: 'a device',
}

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const PERMISSION_BITS = 0o7777

export const realDisk: Disk = {
  ownUid: process.geteuid?.(),
  open: async (path, how) =>
    how === 'create'
      ? openFile(await fs.open(path, 'wx+', FILE_MODE), 0)
      : openRegular(path, how === 'follow' ? READ : READ | O_NOFOLLOW),
  copyFile: (from, to) => fs.copyFile(from, to, constants.COPYFILE_EXCL),
  link: (from, to) => fs.link(from, to),
  unlink: (path) => fs.unlink(path),
  rename: (from, to) => fs.rename(from, to),
  stat: (path) => factsAt(path, fs.stat),
  lstat: (path) => factsAt(path, fs.lstat),
  mkdir: (path) => fs.mkdir(path, FOLDER_MODE),
  rmdir: (path) => fs.rmdir(path),
  async readdir(path) {
    const entries = await fs.readdir(path, { withFileTypes: true })
    return entries
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  },
  async syncFolder(path) {
    const folder = await fs.open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
  fileSystemType: async (path) => (await fs.statfs(path)).type,
}

/** What is asked of an open file without waiting for the disk needs no other thread. */
async function openRegular(path: string, flags: number): Promise<DiskFile> {
  const handle = await fs.open(path, flags).catch((error: unknown) => {
    const found = UNOPENABLE[errnoOf(error) ?? '']
    throw found === undefined ? error : new NotAFile(path, found, { cause: error })
  })
  const stat = fstatSync(handle.fd)
  if (stat.isFile()) return openFile(handle, stat.size)
  await handle.close()
  throw new NotAFile(path, whatIs(stat))
}

function whatIs(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder'
  return stat.isFIFO() ? 'a named pipe' : 'a device'
}

async function factsAt(
  path: string,
  look: (path: string) => Promise<Stats>,
): Promise<DiskFacts | undefined> {
  try {
    return factsOf(await look(path))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function openFile(handle: fs.FileHandle, sizeBytes: number): DiskFile {
  const close = () => handle.close()
  return {
    sizeBytes,
    read: async (into, position) =>
      (await handle.read(into, 0, into.byteLength, position)).bytesRead,
    async write(bytes, position) {
      let done = 0
      while (done < bytes.byteLength) {
        const part = bytes.subarray(done)
        done += (await handle.write(part, 0, part.byteLength, position + done)).bytesWritten
      }
    },
    chmod: (mode) => handle.chmod(mode),
    datasync: () => handle.datasync(),
    stat: async () => factsOf(await handle.stat()),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function factsOf(stat: Stats): DiskFacts {
  return {
    kind: kindOf(stat),
    sizeBytes: stat.size,
    mode: stat.mode & PERMISSION_BITS,
    uid: stat.uid,
    device: stat.dev,
    inode: stat.ino,
    links: stat.nlink,
  }
}

function kindOf(of: { isFile(): boolean; isDirectory(): boolean }): DiskEntry['kind'] {
  if (of.isFile()) return 'file'
  return of.isDirectory() ? 'folder' : 'other'
}
