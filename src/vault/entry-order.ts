// What makes a list of entries sound: plain paths, in the one order, every folder before what it
// holds. Asked by the writer before it writes and by the reader of what it has read.

import { compareEntryPaths, type EntryKind, ranges } from '../model/index.ts'

const SLASH = 0x2f
const DOT = 0x2e

/** What decides which entries may come next. */
export interface LastEntry {
  readonly path: Uint8Array
  readonly kind: EntryKind
}

export class EntryOrder {
  #last: Uint8Array | undefined
  /** The folders around the last entry, outermost first; the root is not among them. */
  readonly #folders: Uint8Array[] = []

  /** Of what comes behind an entry that was accepted, and with it the folders around it. */
  static behind({ path, kind }: LastEntry): EntryOrder {
    const order = new EntryOrder()
    order.#last = path
    for (let at = path.indexOf(SLASH); at !== -1; at = path.indexOf(SLASH, at + 1)) {
      order.#folders.push(path.subarray(0, at))
    }
    if (kind === 'directory' && path.length > 0) order.#folders.push(path)
    return order
  }

  /**
   * Why an entry may not come next, or undefined when it may and now has. Its path is kept as it
   * is, so nobody may change it afterwards.
   */
  accept(entry: { path: Uint8Array; kind: EntryKind; target?: Uint8Array }): string | undefined {
    const { path, kind, target } = entry
    const last = this.#last ?? NOTHING
    const shared = sharedBytes(last, path)
    if (path.length === 0) {
      if (this.#last !== undefined || kind !== 'directory') return 'has a second root'
    } else {
      const wrong = unsafePath(path, nameStart(path, shared))
      if (wrong !== undefined) return wrong
    }
    if (this.#last !== undefined && !isAfter(last, path, shared)) return 'has entries out of order'
    if (kind === 'symlink' && (target === undefined || !ranges.isLinkText(target))) {
      return 'has a link to nothing'
    }
    if (kind === 'hardlink') {
      const wrong = target === undefined ? 'has a hard link to nothing' : unsafePath(target)
      if (wrong !== undefined) return wrong
      if (target !== undefined && compareEntryPaths(target, path) >= 0) {
        return 'has a hard link to what comes after it'
      }
    }
    if (!this.#isBelowKnownFolder(path, shared))
      return 'has an entry whose folder does not come before it'
    if (kind === 'directory' && path.length > 0) this.#folders.push(path)
    this.#last = path
    return undefined
  }

  /** Folders around the last entry begin its path, so those around this one lie in `shared`. */
  #isBelowKnownFolder(path: Uint8Array, shared: number): boolean {
    let folder = this.#folders.at(-1)
    while (folder !== undefined && !(folder.length <= shared && path[folder.length] === SLASH)) {
      this.#folders.pop()
      folder = this.#folders.at(-1)
    }
    return nameStart(path, path.length) === (folder === undefined ? 0 : folder.length + 1)
  }
}

const NOTHING = new Uint8Array(0)

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  let shared = 0
  while (shared < shorter && a[shared] === b[shared]) shared++
  return shared
}

/** As `compareEntryPaths`, of paths that begin with the same `shared` bytes. */
function isAfter(last: Uint8Array, path: Uint8Array, shared: number): boolean {
  if (shared === last.length || shared === path.length) return path.length > last.length
  const x = last[shared] as number
  const y = path[shared] as number
  return y !== SLASH && (x === SLASH || x < y)
}

/** Where the name begins that holds the byte before `end`. */
function nameStart(path: Uint8Array, end: number): number {
  let start = end
  while (start > 0 && path[start - 1] !== SLASH) start--
  return start
}

/**
 * Why a path may not be used below a restore's target, or undefined when it is plain. Names before
 * `from`, where one begins, are known to be.
 */
export function unsafePath(path: Uint8Array, from = 0): string | undefined {
  if (path.length === 0) return 'has an empty path'
  if (path.length > ranges.PATH_BYTES_MAX) return 'has a path that is too long'
  let start = from
  for (let at = from; at <= path.length; at++) {
    const byte = path[at]
    if (byte === 0) return 'has a path with a NUL in it'
    if (byte !== SLASH && at < path.length) continue
    if (at === start) return 'has a path with an empty component'
    const dots = path[start] === DOT && (at === start + 1 || path[start + 1] === DOT)
    if (dots && at - start <= 2) return 'has a path with a . or .. in it'
    start = at + 1
  }
  return undefined
}
