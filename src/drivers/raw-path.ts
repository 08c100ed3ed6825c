// Paths as bytes: relative entry paths as they lie in a recovery point. Names coming in from a
// recovery point are checked here, because whoever wrote it may have meant harm.

import { ranges } from '../model/index.ts'

/** The longest single name any file system keeps. */
const NAME_BYTES_MAX = 255 * 4

const SLASH = 0x2f
const DOT = 0x2e

/**
 * `folder/name`; just `name` when the folder is the root or an empty path. Lies in memory shared
 * with some hundred other paths (memory of its own for each is half of what the garbage collector
 * does in a backup of small files): who keeps very many for long keeps copies.
 */
export function joinPath(folder: Uint8Array, name: Uint8Array): Uint8Array {
  if (folder.length === 0) return name
  const path = Buffer.allocUnsafe(folder.length + 1 + name.length)
  path.set(folder)
  path[folder.length] = SLASH
  path.set(name, folder.length + 1)
  return path
}

/** A character for each byte: a key, and what a thread is sent without all of the path's memory. */
export const asText = (path: Uint8Array): string =>
  Buffer.from(path.buffer, path.byteOffset, path.length).toString('latin1')

/** The names a path is made of; none for the root. */
export function splitPath(path: Uint8Array): Uint8Array[] {
  if (path.length === 0) return []
  const names: Uint8Array[] = []
  let begin = 0
  for (let end = path.indexOf(SLASH); end !== -1; end = path.indexOf(SLASH, begin)) {
    names.push(path.subarray(begin, end))
    begin = end + 1
  }
  names.push(path.subarray(begin))
  return names
}

/** The folder an entry lies in, and its own name there. */
export function parentAndName(path: Uint8Array): { parent: Uint8Array; name: Uint8Array } {
  const slash = path.lastIndexOf(SLASH)
  if (slash === -1) return { parent: path.subarray(0, 0), name: path }
  return { parent: path.subarray(0, slash), name: path.subarray(slash + 1) }
}

/** The rest of `path` where it lies below the folder at `folder`, which is not the root. */
export function pathBelow(folder: Uint8Array, path: Uint8Array): Uint8Array | undefined {
  if (path.length <= folder.length || path[folder.length] !== SLASH) return undefined
  if (!sameBytes(path.subarray(0, folder.length), folder)) return undefined
  return path.subarray(folder.length + 1)
}

/** Why `path` could lead out of its root or is no path at all; undefined when it is sound. */
export function pathFault(path: Uint8Array): string | undefined {
  if (path.length > ranges.PATH_BYTES_MAX) return 'the path is too long'
  if (path.includes(0)) return 'the path holds a zero byte'
  if (path.length === 0) return undefined
  // Without an object for each name: every pass of a restore asks this of every path.
  for (let begin = 0; begin <= path.length; ) {
    const slash = path.indexOf(SLASH, begin)
    const end = slash === -1 ? path.length : slash
    const length = end - begin
    if (length === 0) return 'the path holds an empty name'
    if (length > NAME_BYTES_MAX) return 'the path holds a name that is too long'
    if (path[begin] === DOT && (length === 1 || (length === 2 && path[begin + 1] === DOT))) {
      return 'the path holds . or ..'
    }
    begin = end + 1
  }
  return undefined
}

/** Whether two byte strings are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Text as bytes. */
export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8')
