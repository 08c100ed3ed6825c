// The few calls of the C library that Node lacks: times to the nanosecond, where a file has data,
// opening beneath a folder. Through `koffi`, which is optional: where it cannot be loaded, or
// answers a known question wrongly, there is no `libc`, and callers do what Node alone can do.
// Errors are like Node's own, with `code`, `errno` and `syscall`. Descriptors made here are closed
// by `close` here, on the thread that opened them: Node does not know of them.

import { closeSync, constants, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'

/** What the C library does for us. Every call is synchronous and takes some 4 µs. */
export interface Libc {
  /** Sets access and modification time of an open file or folder, to the nanosecond. */
  setTimes(file: number, timeNs: bigint): void
  /** The same by path; of a symbolic link itself. */
  setLinkTimes(path: Uint8Array, timeNs: bigint): void
  /**
   * Where the next data of an open file begins, at or after `offset`; undefined when only a hole is
   * left. Moves the place from which `read` without a position goes on.
   */
  nextData(file: number, offset: number): number | undefined
  /** Where the data at `offset` ends: at a hole or the end of the file. Moves the place, too. */
  nextHole(file: number, offset: number): number
  /**
   * Opens the folder at `path` beneath an open folder: links on the way are followed while they
   * stay beneath it, those of /proc never; EXDEV when the way leads out. Undefined where the
   * kernel does not know the call or does not allow it.
   */
  openFolderBeneath(folder: number, path: Uint8Array): number | undefined
  close(file: number): void
}

/** What of `koffi` is used here. */
interface Koffi {
  load(library: null): { func(prototype: string): (...args: unknown[]) => unknown }
  errno(): number
}

const SEEK_DATA = 3
const SEEK_HOLE = 4
const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const SYS_OPENAT2 = 437
const RESOLVE_NO_MAGICLINKS = 0x02n
const RESOLVE_BENEATH = 0x08n
const O_CLOEXEC = 0o2000000
const NS_PER_SECOND = 1_000_000_000n
/** Beyond 2^32, and nowhere near the end of any file that is open: see `answersRightly`. */
const FAR_OFFSET = 1_234_567_890_123
/** What says something of the way to a folder. Any other error is about the call itself. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  ...['ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV', 'EACCES', 'EMFILE', 'ENFILE', 'ENAMETOOLONG', 'EIO'],
])

function load(): Libc | undefined {
  // Only where the numbers and layouts above are known to hold.
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined
  try {
    const calls = bind(createRequire(import.meta.url)('koffi') as Koffi)
    return answersRightly(calls) ? calls : undefined
  } catch {
    return undefined
  }
}

function bind(koffi: Koffi): Libc {
  const library = koffi.load(null)
  const futimens = library.func('int futimens(int, void *)')
  const utimensat = library.func('int utimensat(int, void *, void *, int)')
  const lseek = library.func('int64_t lseek(int, int64_t, int)')
  // Not declared with `...`: the call takes all it is handed from registers.
  const syscall = library.func('int64_t syscall(int64_t, int64_t, void *, void *, int64_t)')
  const close = library.func('int close(int)')
  const times = new BigInt64Array(4)
  const how = new BigUint64Array(3)

  const timesOf = (timeNs: bigint): BigInt64Array => {
    const nanoseconds = ((timeNs % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND
    const seconds = (timeNs - nanoseconds) / NS_PER_SECOND
    times.set([seconds, nanoseconds, seconds, nanoseconds])
    return times
  }
  /** The answer of a call, unless it is the one that means an error. */
  const checked = (syscallName: string, answer: unknown): number => {
    if (answer === -1) throw systemError(syscallName, koffi.errno())
    return Number(answer)
  }
  const openBeneath = (folder: number, path: Uint8Array): number => {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | O_CLOEXEC
    how.set([BigInt(flags), 0n, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS])
    const answer = syscall(SYS_OPENAT2, folder, terminated(path), how, how.byteLength)
    return checked('openat2', answer)
  }
  return {
    setTimes: (file, timeNs) => void checked('futimens', futimens(file, timesOf(timeNs))),
    setLinkTimes(path, timeNs) {
      const text = terminated(path)
      const answer = utimensat(AT_FDCWD, text, timesOf(timeNs), AT_SYMLINK_NOFOLLOW)
      checked('utimensat', answer)
    },
    nextData(file, offset) {
      try {
        return checked('lseek', lseek(file, offset, SEEK_DATA))
      } catch (error) {
        if (codeOf(error) === 'ENXIO') return undefined
        throw error
      }
    },
    nextHole: (file, offset) => checked('lseek', lseek(file, offset, SEEK_HOLE)),
    openFolderBeneath(folder, path) {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return openBeneath(folder, path)
        } catch (error) {
          const code = codeOf(error)
          if (code !== undefined && OF_THE_WAY.has(code)) throw error
          // The kernel could not be sure, since something was renamed meanwhile.
          if (code !== 'EAGAIN' || attempt > 0) return undefined
        }
      }
    },
    close: (file) => void checked('close', close(file)),
  }
}

/** Whether a number of 64 bits comes back as it went: a wrong declaration would do harm. */
function answersRightly(calls: Libc): boolean {
  const itself = openSync('/', constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const below = calls.openFolderBeneath(itself, Buffer.from('.'))
    if (below !== undefined) calls.close(below)
  } finally {
    closeSync(itself)
  }
  const file = openSync('/proc/self/exe', constants.O_RDONLY)
  try {
    return calls.nextData(file, 0) === 0 && calls.nextData(file, FAR_OFFSET) === undefined
  } finally {
    closeSync(file)
  }
}

function terminated(path: Uint8Array): Uint8Array {
  const text = Buffer.alloc(path.length + 1)
  text.set(path)
  return text
}

function systemError(syscall: string, errno: number): Error {
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${code}: ${syscall}`), { code, errno: -errno, syscall })
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

let loaded: Libc | undefined | 'not yet' = 'not yet'

/** The calls of the machine's C library, loaded when first asked for; undefined where they lack. */
export function libc(): Libc | undefined {
  if (loaded === 'not yet') loaded = load()
  return loaded
}
