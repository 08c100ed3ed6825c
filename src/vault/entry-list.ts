// The entry list, read block by block from untrusted bytes. Gives each entry only when it is whole
// and sound; anything else is VaultDamaged naming the object.

import {
  type Entry,
  type EntryFacts,
  type EntryIdentity,
  type Extent,
  ranges,
} from '../model/index.ts'
import { ByteReader } from './byte-reader.ts'
import type { ChunkIds } from './chunk-table.ts'
import { EXTENTS_PER_RECORD_MAX, KINDS, MORE_EXTENTS, NANOSECONDS } from './entry-block.ts'
import { EntryOrder, type LastEntry } from './entry-order.ts'
import { ExtentList } from './extent-rows.ts'
import { copyOf, ID_BYTES } from './hashing.ts'
import { CHUNK_BYTES_MAX } from './pack-format.ts'

const NANOSECONDS_MAX = 999_999_999
/** More of them are kept in typed arrays. */
const EXTENT_OBJECTS_MAX = 1024

/** A file whose extents do not yet sum to its size. */
interface Unfinished {
  readonly facts: EntryFacts
  extents: Extent[] | ExtentList
  missingBytes: number
}

export class EntryList {
  readonly #ids: ChunkIds | undefined
  readonly #order: EntryOrder
  #unfinished: Unfinished | undefined
  #last: LastEntry | undefined

  /** Extents of large files lean on `ids` where it has theirs: it must outlive the entries. */
  constructor(ids?: ChunkIds, order = new EntryOrder()) {
    this.#ids = ids
    this.#order = order
  }

  /** A list that goes on behind an entry; what came before is known to be sound. */
  static behind(last: LastEntry): EntryList {
    const list = new EntryList(undefined, EntryOrder.behind(last))
    list.#last = last
    return list
  }

  /** The entry read last. */
  get last(): LastEntry | undefined {
    return this.#last
  }

  /** Whether the entry read last is whole. */
  get isBetweenEntries(): boolean {
    return this.#unfinished === undefined
  }

  /** The entries that a block completes. */
  *block(bytes: Uint8Array, object: string): Generator<Entry> {
    const reader = new ByteReader(bytes, object)
    const dictionary = new Dictionary(reader)
    let lastPath: Uint8Array = new Uint8Array()
    while (reader.left > 0) {
      const kind = reader.u8()
      if (kind === MORE_EXTENTS) {
        if (this.#unfinished === undefined) reader.fail('goes on with a file that is whole')
      } else {
        if (this.#unfinished !== undefined) reader.fail('has a file that is not whole')
        const facts = readFacts(reader, kind, lastPath)
        const wrong = this.#order.accept(facts)
        if (wrong !== undefined) reader.fail(wrong)
        lastPath = facts.path
        this.#last = facts
        this.#unfinished = { facts, extents: [], missingBytes: facts.sizeBytes }
      }
      const whole = this.#readExtents(reader, dictionary)
      if (whole !== undefined) yield whole
    }
  }

  /** To be called behind the last block. */
  end(object: string): void {
    if (this.#unfinished !== undefined) {
      new ByteReader(new Uint8Array(), object).fail('ends within a file')
    }
  }

  #readExtents(reader: ByteReader, dictionary: Dictionary): Entry | undefined {
    const file = this.#unfinished
    if (file === undefined) return undefined
    if (file.facts.kind === 'file') {
      const count = reader.uvarint(EXTENTS_PER_RECORD_MAX)
      if (file.extents.length + count > ranges.FILE_EXTENTS_MAX) reader.fail('has too many extents')
      if (count === 0 && file.missingBytes > 0) reader.fail('has a file without its content')
      file.extents = this.#roomFor(file.extents, count)
      // Objects share their views of ids; a list keeps none, and a million would be a heap of them.
      const idOf = Array.isArray(file.extents)
        ? (number: number) => dictionary.id(number)
        : (number: number) => dictionary.look(number)
      for (let i = 0; i < count; i++) {
        const extent = readExtent(reader, { size: dictionary.size, idOf }, file.missingBytes)
        file.missingBytes -= extent.sizeBytes
        file.extents.push(extent)
      }
    }
    if (file.missingBytes > 0) return undefined
    this.#unfinished = undefined
    return { ...file.facts, extents: file.extents }
  }

  #roomFor(extents: Extent[] | ExtentList, more: number): Extent[] | ExtentList {
    if (!Array.isArray(extents) || extents.length + more <= EXTENT_OBJECTS_MAX) return extents
    const list = new ExtentList(this.#ids)
    for (const extent of extents) list.push(extent)
    return list
  }
}

/** The chunk ids of a block. One copy holds them all; views of it are made when they are used. */
export class Dictionary {
  readonly size: number
  readonly #ids: Uint8Array
  readonly #views: (Uint8Array | undefined)[] = []

  constructor(reader: ByteReader) {
    this.size = reader.uvarint(Math.floor(reader.left / ID_BYTES))
    this.#ids = copyOf(reader.raw(this.size * ID_BYTES))
  }

  /** The id under a number below `size`: the same view each time. */
  id(number: number): Uint8Array {
    const known = this.#views[number]
    if (known !== undefined) return known
    const view = this.look(number)
    this.#views[number] = view
    return view
  }

  /** A view of the id under a number below `size`, for a moment. */
  look(number: number): Uint8Array {
    return this.#ids.subarray(number * ID_BYTES, (number + 1) * ID_BYTES)
  }
}

function readFacts(reader: ByteReader, kindNumber: number, lastPath: Uint8Array): EntryFacts {
  const kind = KINDS[kindNumber] ?? reader.fail('has an unknown kind of entry')
  const shared = reader.uvarint(lastPath.length)
  const suffix = reader.sized(ranges.PATH_BYTES_MAX - Math.min(shared, ranges.PATH_BYTES_MAX))
  const path = new Uint8Array(shared + suffix.length)
  path.set(lastPath.subarray(0, shared))
  path.set(suffix, shared)
  const mode = reader.uvarint(ranges.MODE_MAX)
  const uid = reader.uvarint(ranges.OWNER_MAX)
  const gid = reader.uvarint(ranges.OWNER_MAX)
  const facts = { path, kind, mode, uid, gid, mtimeNs: readTime(reader), sizeBytes: 0 }
  if (kind === 'directory') return facts
  if (kind === 'file') {
    const sizeBytes = reader.uvarint(ranges.FILE_BYTES_MAX)
    const identity = readIdentity(reader)
    return identity === undefined ? { ...facts, sizeBytes } : { ...facts, sizeBytes, identity }
  }
  return { ...facts, target: copyOf(reader.sized(ranges.LINK_BYTES_MAX)) }
}

function readTime(reader: ByteReader): bigint {
  const seconds = reader.zigzag()
  return seconds * NANOSECONDS + BigInt(reader.uvarint(NANOSECONDS_MAX))
}

function readIdentity(reader: ByteReader): EntryIdentity | undefined {
  const flag = reader.u8()
  if (flag === 0) return undefined
  if (flag !== 1) reader.fail('has an unknown identity flag')
  return { device: reader.u64(), inode: reader.u64(), ctimeNs: readTime(reader) }
}

function readExtent(
  reader: ByteReader,
  ids: { readonly size: number; idOf(number: number): Uint8Array },
  max: number,
): Extent {
  const reference = reader.uvarint(ids.size)
  if (reference === 0) {
    const sizeBytes = reader.uvarint(max)
    if (sizeBytes === 0) reader.fail('has an empty extent')
    return { kind: 'hole', sizeBytes }
  }
  const chunk = ids.idOf(reference - 1)
  const offset = reader.uvarint(CHUNK_BYTES_MAX - 1)
  const sizeBytes = reader.uvarint(Math.min(max, CHUNK_BYTES_MAX - offset))
  if (sizeBytes === 0) reader.fail('has an empty extent')
  return { kind: 'data', chunk, offset, sizeBytes }
}
