// Files that the kernel keeps as they are: Linux's immutable flag, which nobody can pass by, not
// even root, without clearing it first. Node has no call for it, so `chattr` is started for many
// files at once. A disk that holds files clears the flag of exactly what it is told to remove.

import { spawn } from 'node:child_process'
import type { Disk } from './disk.ts'
import { errnoOf } from './disk.ts'

/** Whether files can be immutable here, and why not. */
export type Immutable = 'set' | { readonly unsupported: string }

/** The flag itself. Repeating is harmless; files that are not there any more are passed over. */
export interface Immutability {
  set(paths: readonly string[]): Promise<Immutable>
  clear(paths: readonly string[]): Promise<Immutable>
}

/** A disk that can hold files: a held one is neither changed nor removed by another program. */
export interface HoldingDisk extends Disk {
  /** Holds the files until this disk removes or replaces them. Harmless to repeat. */
  hold(paths: readonly string[]): Promise<Immutable>
}

export function isHoldingDisk(disk: Disk): disk is HoldingDisk {
  return 'hold' in disk
}

/** `disk`, with files held by `immutability`. What takes a held file's place is held as well. */
export function holdingDisk(disk: Disk, immutability: Immutability): HoldingDisk {
  /** Answers whether `file` had to be let go. Whoever dies meanwhile leaves it there, not held. */
  const lettingGo = async (file: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return false
    } catch (error) {
      if (errnoOf(error) !== 'EPERM') throw error
      if ((await immutability.clear([file])) !== 'set') throw error
      await work()
      return true
    }
  }
  return {
    ownUid: disk.ownUid,
    open: (path, how) => disk.open(path, how),
    copyFile: (from, to) => disk.copyFile(from, to),
    link: (from, to) => disk.link(from, to),
    async unlink(path) {
      await lettingGo(path, () => disk.unlink(path))
    },
    async rename(from, to) {
      if (await lettingGo(to, () => disk.rename(from, to))) await immutability.set([to])
    },
    stat: (path) => disk.stat(path),
    lstat: (path) => disk.lstat(path),
    mkdir: (path) => disk.mkdir(path),
    rmdir: (path) => disk.rmdir(path),
    readdir: (path) => disk.readdir(path),
    syncFolder: (path) => disk.syncFolder(path),
    fileSystemType: (path) => disk.fileSystemType(path),
    hold: (paths) => immutability.set(paths),
  }
}

/** By the system's `chattr`, which takes root or the capability CAP_LINUX_IMMUTABLE. */
export const systemImmutability: Immutability = {
  set: (paths) => changeFlag('+i', paths),
  clear: (paths) => changeFlag('-i', paths),
}

const TIMEOUT_MS = 60_000
/** What is kept of what the program complains about. */
const COMPLAINT_CHARS_MAX = 64 * 1024
const SHOWN_CHARS_MAX = 200

async function changeFlag(flag: '+i' | '-i', paths: readonly string[]): Promise<Immutable> {
  if (paths.length === 0) return 'set'
  const child = spawn('chattr', [flag, ...paths], {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: TIMEOUT_MS,
  })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => {
    if (complaints.length < COMPLAINT_CHARS_MAX) complaints += part.toString()
  })
  const code = await new Promise<number | null | string>((resolve) => {
    child.once('error', (error) => resolve(errnoOf(error) ?? error.message))
    child.once('close', resolve)
  })
  if (code === 0) return 'set'
  if (typeof code === 'string') return { unsupported: notStarted(code) }
  if (code === null) return { unsupported: `chattr did not end within ${TIMEOUT_MS} ms` }
  const lines = complaints.split('\n').filter((line) => line !== '' && !GONE.test(line))
  const [first] = lines
  return first === undefined ? 'set' : { unsupported: reasonOf(first) }
}

/** Deleted since somebody asked for it. */
const GONE = /No such file or directory/

function notStarted(code: string): string {
  return code === 'ENOENT' ? 'chattr is not installed' : `chattr cannot be started: ${code}`
}

function reasonOf(complaint: string): string {
  if (/not permitted/i.test(complaint)) {
    return 'the immutable flag takes root or the capability CAP_LINUX_IMMUTABLE'
  }
  if (/not supported|inappropriate ioctl/i.test(complaint)) {
    return 'the file system has no immutable flag'
  }
  // Shown to the vault's owner, whom no path of the server concerns.
  return complaint.replace(/\/\S*/g, 'a file').slice(0, SHOWN_CHARS_MAX)
}
