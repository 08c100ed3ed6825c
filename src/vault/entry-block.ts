// The entry list, written block by block. Blocks are cut by content, at the borders of folders
// where there are some, so that one new file does not rewrite the list. A file with very many
// extents goes on in further records, which may lie in the next block.

import type { EntryFacts, EntryIdentity } from '../model/index.ts'
import { ByteWriter } from './byte-writer.ts'
import type { ChunkTable } from './chunk-table.ts'
import { ID_BYTES } from './hashing.ts'

export const BLOCK_BYTES_MAX = 4 * 1024 * 1024
export const EXTENTS_PER_RECORD_MAX = 16_384
export const KINDS = ['directory', 'file', 'symlink', 'hardlink'] as const
/** The kind of a record that goes on with the extents of the file before it. */
export const MORE_EXTENTS = KINDS.length
export const NANOSECONDS = 1_000_000_000n

/** An extent as the writer holds it: its chunk by its row in the chunk table. */
export type TableExtent =
  | { readonly row: -1; readonly sizeBytes: number }
  | { readonly row: number; readonly offset: number; readonly sizeBytes: number }

/** The extents of a file, as an array or kept tighter. */
export interface TableExtents {
  readonly length: number
  slice(from: number, to: number): readonly TableExtent[]
}

/** More than any record's path, target and numbers take together, without its extents. */
const RECORD_FIXED_BYTES = 96 * 1024
/** Three numbers, and perhaps a dictionary entry. */
const EXTENT_BYTES = 3 * 8 + ID_BYTES
/** Blocks below this share of the usual size are not cut at all. */
const SMALLEST_SHARE = 1 / 4
/** Beyond this many usual sizes every folder begins a block. */
const LARGE_SHARE = 2
const FOLDER_CUT_MASK = 0xf
const OTHER_CUT_MASK = 0x1fff

export class EntryBlockBuilder {
  readonly #table: ChunkTable
  readonly #blockBytes: number
  readonly #records = new ByteWriter(64 * 1024)
  readonly #dictionary = new Map<number, number>()
  #lastPath: Uint8Array = new Uint8Array()

  constructor(table: ChunkTable, blockBytes: number) {
    this.#table = table
    this.#blockBytes = Math.min(blockBytes, BLOCK_BYTES_MAX)
  }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /** Whether the block should end before an entry (or before more of its extents). */
  endsBefore(entry: Pick<EntryFacts, 'kind' | 'path'>, extents: number): boolean {
    if (this.isEmpty) return false
    const size = this.#sizeBytes()
    const growth = RECORD_FIXED_BYTES + Math.min(extents, EXTENTS_PER_RECORD_MAX) * EXTENT_BYTES
    if (size + growth > BLOCK_BYTES_MAX) return true
    if (size < this.#blockBytes * SMALLEST_SHARE) return false
    const isFolder = entry.kind === 'directory'
    if (isFolder && size >= this.#blockBytes * LARGE_SHARE) return true
    return (pathHash(entry.path) & (isFolder ? FOLDER_CUT_MASK : OTHER_CUT_MASK)) === 0
  }

  /** Whether it should end before it goes on with `extents` more of the entry that came last. */
  endsBeforeMore(extents: number): boolean {
    const growth = Math.min(extents, EXTENTS_PER_RECORD_MAX) * EXTENT_BYTES + 16
    const size = this.#sizeBytes()
    return size >= this.#blockBytes || size + growth > BLOCK_BYTES_MAX
  }

  /** Writes an entry with as many of its extents as a record takes; says how many those were. */
  add(facts: EntryFacts, extents: TableExtents): number {
    const { path, kind } = facts
    const shared = sharedBytes(this.#lastPath, path)
    const to = this.#records
    to.u8(KINDS.indexOf(kind))
    to.uvarint(shared)
    to.sized(path.subarray(shared))
    to.uvarint(facts.mode)
    to.uvarint(facts.uid)
    to.uvarint(facts.gid)
    writeTime(to, facts.mtimeNs)
    this.#lastPath = path
    if (kind === 'symlink' || kind === 'hardlink') to.sized(facts.target ?? new Uint8Array())
    if (kind !== 'file') return 0
    to.uvarint(facts.sizeBytes)
    writeIdentity(to, facts.identity)
    return this.#addExtents(extents, 0)
  }

  /** Goes on with the extents of the last entry from number `from`; says how far it came. */
  addMore(extents: TableExtents, from: number): number {
    this.#records.u8(MORE_EXTENTS)
    return this.#addExtents(extents, from)
  }

  /** The block's bytes; begins the next one. */
  take(): Uint8Array {
    const block = new ByteWriter(this.#sizeBytes())
    block.uvarint(this.#dictionary.size)
    for (const row of this.#dictionary.keys()) block.raw(this.#table.idOf(row))
    block.raw(this.#records.bytes())
    this.#records.clear()
    this.#dictionary.clear()
    this.#lastPath = new Uint8Array()
    return block.bytes()
  }

  #sizeBytes(): number {
    return this.#records.length + this.#dictionary.size * ID_BYTES + 8
  }

  #addExtents(extents: TableExtents, from: number): number {
    const to = this.#records
    const end = Math.min(extents.length, from + EXTENTS_PER_RECORD_MAX)
    to.uvarint(end - from)
    for (const extent of extents.slice(from, end)) {
      if (!('offset' in extent)) {
        to.uvarint(0)
        to.uvarint(extent.sizeBytes)
        continue
      }
      let index = this.#dictionary.get(extent.row)
      if (index === undefined) {
        index = this.#dictionary.size
        this.#dictionary.set(extent.row, index)
      }
      to.uvarint(index + 1)
      to.uvarint(extent.offset)
      to.uvarint(extent.sizeBytes)
    }
    return end
  }
}

function writeTime(to: ByteWriter, timeNs: bigint): void {
  const seconds = timeNs / NANOSECONDS
  const nanoseconds = Number(timeNs - seconds * NANOSECONDS)
  // Division goes towards zero; what is written counts up from a whole second.
  const isBefore = nanoseconds < 0
  to.zigzag(isBefore ? seconds - 1n : seconds)
  to.uvarint(isBefore ? nanoseconds + Number(NANOSECONDS) : nanoseconds)
}

function writeIdentity(to: ByteWriter, identity: EntryIdentity | undefined): void {
  to.u8(identity === undefined ? 0 : 1)
  if (identity === undefined) return
  to.u64(identity.device)
  to.u64(identity.inode)
  writeTime(to, identity.ctimeNs)
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  let shared = 0
  while (shared < shorter && a[shared] === b[shared]) shared++
  return shared
}

/** FNV-1a. Chooses borders only; nothing leans on its strength. */
function pathHash(path: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < path.length; at++) {
    hash = Math.imul(hash ^ (path[at] as number), 0x01000193)
  }
  return (hash ^ (hash >>> 15)) >>> 0
}
