// What makes a list of entries sound: plain paths, in the one order, every folder before what it
// holds. Asked by the writer before it writes and by the reader of what it has read.

import { compareEntryPaths, type EntryKind } from '../model/index.ts'
import { asBuffer } from './hashing.ts'

export const PATH_BYTES_MAX = 32 * 1024

const SLASH = 0x2f
const DOT = 0x2e

export class EntryOrder {
  #last: Uint8Array | undefined
  /** The folders around the last entry, outermost first; the root is not among them. */
  readonly #folders: Uint8Array[] = []

  /**
   * Why an entry may not come next, or undefined when it may and now has. Its path is kept as it
   * is, so nobody may change it afterwards.
   */
  accept(entry: { path: Uint8Array; kind: EntryKind; target?: Uint8Array }): string | undefined {
    const { path, kind, target } = entry
    if (path.length === 0) {
      if (this.#last !== undefined || kind !== 'directory') return 'has a second root'
    } else {
      const wrong = unsafePath(path)
      if (wrong !== undefined) return wrong
    }
    if (this.#last !== undefined && compareEntryPaths(this.#last, path) >= 0) {
      return 'has entries out of order'
    }
    if (kind === 'hardlink') {
      const wrong = target === undefined ? 'has a hard link to nothing' : unsafePath(target)
      if (wrong !== undefined) return wrong
      if (target !== undefined && compareEntryPaths(target, path) >= 0) {
        return 'has a hard link to what comes after it'
      }
    }
    if (!this.#isBelowKnownFolder(path)) return 'has an entry whose folder does not come before it'
    if (kind === 'directory' && path.length > 0) this.#folders.push(path)
    this.#last = path
    return undefined
  }

  #isBelowKnownFolder(path: Uint8Array): boolean {
    let folder = this.#folders.at(-1)
    while (folder !== undefined && !isInside(folder, path)) {
      this.#folders.pop()
      folder = this.#folders.at(-1)
    }
    const parentBytes = Math.max(0, asBuffer(path).lastIndexOf(SLASH))
    return parentBytes === (folder?.length ?? 0)
  }
}

/** Why a path may not be used below a restore's target, or undefined when it is plain. */
export function unsafePath(path: Uint8Array): string | undefined {
  if (path.length === 0) return 'has an empty path'
  if (path.length > PATH_BYTES_MAX) return 'has a path that is too long'
  if (path.includes(0)) return 'has a path with a NUL in it'
  let start = 0
  while (start <= path.length) {
    const slash = path.indexOf(SLASH, start)
    const end = slash < 0 ? path.length : slash
    if (end === start) return 'has a path with an empty component'
    const dots = path[start] === DOT && (end === start + 1 || path[start + 1] === DOT)
    if (dots && end - start <= 2) return 'has a path with a . or .. in it'
    start = end + 1
  }
  return undefined
}

function isInside(folder: Uint8Array, path: Uint8Array): boolean {
  if (path.length <= folder.length || path[folder.length] !== SLASH) return false
  // Neighbours differ near their ends, if at all.
  for (let at = folder.length - 1; at >= 0; at--) if (path[at] !== folder[at]) return false
  return true
}
