// Builds one pack in memory: seals chunks one after another, then table and trailer. Its data key
// was drawn for it and seals nothing else; an unfinished pack is dropped, never continued, so no
// nonce is ever used twice under one key.

import { crc32 } from 'node:zlib'
import type { ChunkPlace } from './chunk-table.ts'
import type { Encoding } from './compression.ts'
import { commitmentOf, copyOf, packNameOf } from './hashing.ts'
import * as format from './pack-format.ts'
import type { PackRef } from './point-manifest.ts'
import { sealInto, TAG_BYTES } from './sealing.ts'

export interface FinishedPack {
  readonly ref: PackRef
  /** A view of the builder's buffer. */
  readonly bytes: Uint8Array
}

export class PackBuilder {
  readonly #buffer: Uint8Array
  readonly #header: Uint8Array
  readonly #dataKey: Uint8Array
  readonly #rows: format.PackedChunk[] = []
  #end: number
  #finished = false

  /** The pack will not grow beyond `buffer`. `dataKey` is drawn for this one pack. */
  constructor(buffer: Uint8Array, of: { domain: Uint8Array; dataKey: Uint8Array }) {
    this.#buffer = buffer
    this.#header = format.packHeader(of.domain)
    this.#dataKey = of.dataKey
    buffer.set(this.#header)
    this.#end = this.#header.length
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0
  }

  /** Whether a chunk whose stored form has `bytes` bytes still has room. */
  fits(bytes: number): boolean {
    const rows = this.#rows.length + 1
    const table = rows * format.TABLE_ROW_BYTES_MAX + format.TABLE_FIXED_BYTES
    const size = this.#end + bytes + TAG_BYTES + table + format.TRAILER_BYTES
    return rows <= format.PACK_CHUNKS_MAX && size <= this.#buffer.length
  }

  /** Seals a chunk in; says where it lies, the pack's number being the caller's. */
  add(
    id: Uint8Array,
    stored: Uint8Array,
    of: { plainBytes: number; encoding: Encoding },
  ): Omit<ChunkPlace, 'pack'> {
    if (this.#finished || !this.fits(stored.length)) throw new Error('no room in the pack')
    const ordinal = this.#rows.length
    const offset = this.#end
    const storedBytes = sealInto(this.#buffer, offset, stored, {
      key: this.#dataKey,
      ordinal: BigInt(ordinal),
      associated: format.chunkAssociated(ordinal, id),
    })
    this.#rows.push({ id: copyOf(id), ordinal, offset, storedBytes, ...of })
    this.#end += storedBytes
    return { ordinal, offset, storedBytes, encoding: of.encoding }
  }

  /** Closes the pack; `usedBytes` is for its user to fill in. */
  finish(): FinishedPack {
    if (this.#finished || this.isEmpty) throw new Error('nothing to finish')
    this.#finished = true
    const tableBytes = sealInto(this.#buffer, this.#end, format.writeTable(this.#rows), {
      key: this.#dataKey,
      ordinal: format.TABLE_ORDINAL,
      associated: format.tableAssociated(this.#header),
    })
    const commitment = commitmentOf(this.#dataKey)
    this.#buffer.set(format.packTrailer(tableBytes, commitment), this.#end + tableBytes)
    const bytes = this.#buffer.subarray(0, this.#end + tableBytes + format.TRAILER_BYTES)
    const name = packNameOf(bytes)
    const crc = crc32(bytes)
    const dataKey = this.#dataKey
    const ref = { name, sizeBytes: bytes.length, crc32: crc, dataKey, usedBytes: 0 }
    return { ref, bytes }
  }
}
