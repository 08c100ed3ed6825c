// One thing inside a recovery point, and where its content lies. Drivers make and consume the
// facts; the vault stores them with extents in place of content. Pure data.

export * as ranges from './entry-ranges.ts'

/** A regular file, a folder, a symbolic link, or a second name of a file met earlier. */
export type EntryKind = 'directory' | 'file' | 'symlink' | 'hardlink'

/** What is known of an entry apart from its content. */
export interface EntryFacts {
  /** Raw bytes, relative, `/`-separated, no leading or trailing `/`. The root itself is empty. */
  readonly path: Uint8Array
  readonly kind: EntryKind
  /** Permission bits with setuid, setgid and sticky: `0o0000` to `0o7777`. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Modification time, nanoseconds since 1970. */
  readonly mtimeNs: bigint
  /** Bytes of content; 0 unless a file. */
  readonly sizeBytes: number
  /** A symbolic link's text, or the path (as above) of the first name of a hard link. */
  readonly target?: Uint8Array
  /** How a file is recognised as unchanged next time; absent where it must be read again. */
  readonly identity?: EntryIdentity
}

/** Present only when the file had settled before it was read and did not change meanwhile. */
export interface EntryIdentity {
  readonly device: bigint
  readonly inode: bigint
  readonly ctimeNs: bigint
}

/** A run of a file's content: zeros that are stored nowhere, or part of a chunk. */
export type Extent =
  | { readonly kind: 'hole'; readonly sizeBytes: number }
  | {
      readonly kind: 'data'
      /** The chunk's 32-byte id. */
      readonly chunk: Uint8Array
      /** Where the run begins inside the chunk's plaintext. */
      readonly offset: number
      readonly sizeBytes: number
    }

/** Runs of content in order. Of very many, each is made only when it is asked for. */
export interface Extents extends Iterable<Extent> {
  readonly length: number
  at(index: number): Extent | undefined
}

/** An entry as a recovery point holds it. */
export interface Entry extends EntryFacts {
  /** The content; their sizes sum to `sizeBytes`. */
  readonly extents: Extents
}

/**
 * The one order of entries: depth first, names by bytes, a folder right before what it holds.
 * Negative when `a` comes first. This is byte order with `/` lower than every other byte.
 */
export function compareEntryPaths(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const x = a[i] as number
    const y = b[i] as number
    if (x !== y) return (x === SLASH ? -1 : x) - (y === SLASH ? -1 : y)
  }
  return a.length - b.length
}

const SLASH = 0x2f
