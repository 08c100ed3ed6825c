// A pack to the byte: header, sealed chunks, sealed table, trailer. Promises to believe nothing it
// reads; docs/format.md is its prose. Moves no bytes itself: builders write, readers fetch.

import type { PackName } from '../model/index.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Encoding } from './compression.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, commitmentOf, DOMAIN_BYTES, ID_BYTES, sameBytes } from './hashing.ts'
import { openSealed, TAG_BYTES } from './sealing.ts'

export const PACK_BYTES_MAX = 32 * 1024 * 1024
export const CHUNK_BYTES_MAX = 4 * 1024 * 1024
export const HEADER_BYTES = 24
export const TRAILER_BYTES = 40
/** A pack has at least one chunk of at least one byte, and a table. */
export const PACK_BYTES_MIN = HEADER_BYTES + 2 * TAG_BYTES + 36 + TRAILER_BYTES
export const PACK_CHUNKS_MAX = 65_536
/** The most that one row adds to a table: id, two lengths, encoding. */
export const TABLE_ROW_BYTES_MAX = ID_BYTES + 4 + 4 + 1
/** The most that a table adds to its rows: their count and the tag. */
export const TABLE_FIXED_BYTES = 3 + TAG_BYTES
/** The table's own ordinal, out of reach of any chunk's. */
export const TABLE_ORDINAL = 0xffff_ffff_ffff_ffffn

const VERSION = 1
const HEADER_MAGIC = new TextEncoder().encode('CHPK')
const TRAILER_MAGIC = new TextEncoder().encode('CHPE')
const ENCODINGS: readonly Encoding[] = ['raw', 'zstd']

/** One row of a pack's table, with the place that the rows before it imply. */
export interface PackedChunk {
  readonly id: Uint8Array
  readonly ordinal: number
  readonly offset: number
  /** Sealed length, tag included. */
  readonly storedBytes: number
  readonly plainBytes: number
  readonly encoding: Encoding
}

export function packHeader(domain: Uint8Array): Uint8Array {
  const header = new ByteWriter(HEADER_BYTES)
  header.raw(HEADER_MAGIC)
  header.u16(VERSION)
  header.u16(0)
  header.raw(domain)
  return header.bytes()
}

/** What a sealed chunk is bound to beside its key. */
export function chunkAssociated(ordinal: number, id: Uint8Array): Uint8Array {
  const associated = new ByteWriter(HEADER_MAGIC.length + 2 + 8 + ID_BYTES)
  associated.raw(HEADER_MAGIC)
  associated.u16(VERSION)
  associated.u64(BigInt(ordinal))
  associated.raw(id)
  return associated.bytes()
}

export function tableAssociated(header: Uint8Array): Uint8Array {
  const associated = new ByteWriter(HEADER_BYTES + 8)
  associated.raw(header)
  associated.u64(TABLE_ORDINAL)
  return associated.bytes()
}

export function packTrailer(tableBytes: number, commitment: Uint8Array): Uint8Array {
  const trailer = new ByteWriter(TRAILER_BYTES)
  trailer.u32(tableBytes)
  trailer.raw(commitment)
  trailer.raw(TRAILER_MAGIC)
  return trailer.bytes()
}

export function writeTable(rows: readonly PackedChunk[]): Uint8Array {
  const table = new ByteWriter(rows.length * TABLE_ROW_BYTES_MAX + 3)
  table.uvarint(rows.length)
  for (const row of rows) {
    table.raw(row.id)
    table.uvarint(row.storedBytes)
    table.uvarint(row.plainBytes)
    table.u8(ENCODINGS.indexOf(row.encoding))
  }
  return table.bytes()
}

/** The rows of an opened table whose sealed form begins at `tableOffset`. */
export function readTable(plain: Uint8Array, tableOffset: number, object: string): PackedChunk[] {
  const reader = new ByteReader(plain, object)
  const count = reader.uvarint(PACK_CHUNKS_MAX)
  if (count === 0) reader.fail('its table is empty')
  if (count > reader.left / (ID_BYTES + 3)) reader.fail('its table promises too many chunks')
  const rows: PackedChunk[] = []
  let offset = HEADER_BYTES
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const id = reader.raw(ID_BYTES)
    const storedBytes = reader.uvarint(CHUNK_BYTES_MAX + TAG_BYTES)
    const plainBytes = reader.uvarint(CHUNK_BYTES_MAX)
    const encoding = readEncoding(reader)
    checkLengths(reader, { storedBytes, plainBytes, encoding })
    rows.push({ id, ordinal, offset, storedBytes, plainBytes, encoding })
    offset += storedBytes
  }
  reader.end()
  if (offset !== tableOffset) reader.fail('its chunks do not end where its table begins')
  return rows
}

export function readEncoding(reader: ByteReader): Encoding {
  return ENCODINGS[reader.u8()] ?? reader.fail('has an unknown encoding')
}

export function encodingNumber(encoding: Encoding): number {
  return ENCODINGS.indexOf(encoding)
}

/** What must hold between the lengths of any chunk, wherever they are told. */
export function checkLengths(
  reader: ByteReader,
  chunk: Pick<PackedChunk, 'storedBytes' | 'plainBytes' | 'encoding'>,
): void {
  if (chunk.plainBytes === 0) reader.fail('has an empty chunk')
  const bodyBytes = chunk.storedBytes - TAG_BYTES
  const right =
    chunk.encoding === 'raw'
      ? bodyBytes === chunk.plainBytes
      : bodyBytes > 0 && bodyBytes < chunk.plainBytes
  if (!right) reader.fail('has a chunk whose lengths do not fit')
}

/** A trailer's words, checked against the key that is to open the pack. */
export function readTrailer(
  trailer: Uint8Array,
  expected: { dataKey: Uint8Array; sizeBytes: number; object: string },
): { tableBytes: number } {
  const { object } = expected
  const reader = new ByteReader(trailer, object)
  const tableBytes = reader.u32()
  const commitment = reader.raw(ID_BYTES)
  if (!sameBytes(reader.raw(TRAILER_MAGIC.length), TRAILER_MAGIC)) {
    throw new VaultDamaged(object, 'does not end like a pack')
  }
  if (!sameBytes(commitment, commitmentOf(expected.dataKey))) {
    throw new VaultDamaged(object, 'is committed to another key than the one at hand')
  }
  const roomBytes = expected.sizeBytes - HEADER_BYTES - TRAILER_BYTES
  if (tableBytes <= TAG_BYTES || tableBytes > roomBytes) {
    throw new VaultDamaged(object, 'has a table of an impossible length')
  }
  return { tableBytes }
}

/** The header's domain. */
export function readHeader(header: Uint8Array, object: string): Uint8Array {
  const reader = new ByteReader(header, object)
  if (!sameBytes(reader.raw(HEADER_MAGIC.length), HEADER_MAGIC)) {
    throw new VaultDamaged(object, 'does not begin like a pack')
  }
  const version = reader.u16()
  const zero = reader.u16()
  if (version !== VERSION || zero !== 0) {
    throw new VaultDamaged(object, `is a pack of version ${version}, unknown to this one`)
  }
  return reader.raw(DOMAIN_BYTES)
}

/** A chunk's stored form (perhaps compressed) out of its seal; throws VaultDamaged. */
export function unsealChunk(
  sealed: Uint8Array,
  chunk: PackedChunk,
  pack: { name: PackName; dataKey: Uint8Array; object: string },
): Uint8Array {
  const ordinal = BigInt(chunk.ordinal)
  const associated = chunkAssociated(chunk.ordinal, chunk.id)
  const stored = openSealed(sealed, { key: pack.dataKey, ordinal, associated })
  if (stored === undefined) {
    const id = asBuffer(chunk.id).toString('hex')
    throw new VaultDamaged(pack.object, `its chunk ${chunk.ordinal} (${id}) fails its seal`, {
      pack: pack.name,
    })
  }
  return stored
}
