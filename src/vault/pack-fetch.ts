// Fetches parts of packs from a vault's store: tables, trailers, single chunks. Promises that what
// it returns passed its seal; what is missing, short or altered is VaultDamaged naming the pack.

import type { VaultId } from '../model/index.ts'
import {
  fillFrom,
  NotAnObject,
  ObjectMissing,
  type ObjectStore,
  ObjectTruncated,
} from '../store/index.ts'
import type { ChunkTable } from './chunk-table.ts'
import { decompress } from './compression.ts'
import { isLost, isMediaError, VaultDamaged } from './damage.ts'
import * as format from './pack-format.ts'
import type { BlockRef, PackRef } from './point-manifest.ts'
import { openSealed } from './sealing.ts'
import { packObject } from './vault-files.ts'

export interface PackPlace {
  readonly store: ObjectStore
  readonly vaultId: VaultId
}

/** The last bytes of a pack, fetched in the hope that the whole table is among them. */
const TAIL_BYTES = 8 * 1024
/** Tables being fetched at the same time. */
const FETCHES_MAX = 8

/** A range of a pack's bytes. */
export async function fetchRange(
  { store, vaultId }: PackPlace,
  pack: PackRef,
  range: { offset: number; sizeBytes: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const object = packObject(vaultId, pack.name)
  const { offset, sizeBytes, signal } = range
  try {
    return await store.get(object, { offset, sizeBytes }, signal)
  } catch (error) {
    throw damageOf(error, object, pack)
  }
}

/** A whole pack into memory of the caller's. */
export async function fetchWhole(
  { store, vaultId }: PackPlace,
  pack: PackRef,
  into: { readonly bytes: Uint8Array; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const object = packObject(vaultId, pack.name)
  try {
    await fillFrom(store, object, into)
  } catch (error) {
    throw damageOf(error, object, pack)
  }
}

/** The rows of a pack's table, its trailer and seal checked against the pack's key. */
export async function fetchTable(
  place: PackPlace,
  pack: PackRef,
  signal?: AbortSignal,
): Promise<format.PackedChunk[]> {
  return (await fetchContents(place, pack, signal)).rows
}

/** The same, and the domain that the chunks' ids belong to. */
export async function fetchContents(
  place: PackPlace,
  pack: PackRef,
  signal?: AbortSignal,
): Promise<{ readonly domain: Uint8Array; readonly rows: format.PackedChunk[] }> {
  const object = packObject(place.vaultId, pack.name)
  const headerRange = { offset: 0, sizeBytes: format.HEADER_BYTES, signal }
  const [{ tail, tailOffset }, header] = await Promise.all([
    fetchTail(place, pack, signal),
    fetchRange(place, pack, headerRange),
  ])
  const { tableBytes } = readTrailerOf(tail, pack, object)
  const tableOffset = pack.sizeBytes - format.TRAILER_BYTES - tableBytes
  const sealed =
    tableOffset >= tailOffset
      ? tail.subarray(tableOffset - tailOffset, tail.length - format.TRAILER_BYTES)
      : await fetchRange(place, pack, { offset: tableOffset, sizeBytes: tableBytes, signal })
  const plain = openTable({ header, sealed }, pack, object)
  const rows = namingPack(pack, () => format.readTable(plain, tableOffset, object))
  return { domain: format.readHeader(header, object), rows }
}

/** A table's plaintext, the header checked with it. */
export function openTable(
  parts: { readonly header: Uint8Array; readonly sealed: Uint8Array },
  pack: PackRef,
  object: string,
): Uint8Array {
  namingPack(pack, () => format.readHeader(parts.header, object))
  const associated = format.tableAssociated(parts.header)
  const plain = openSealed(parts.sealed, {
    key: pack.dataKey,
    ordinal: format.TABLE_ORDINAL,
    associated,
  })
  if (plain !== undefined) return plain
  throw new VaultDamaged(object, 'its table fails its seal', { pack: pack.name })
}

/** Reads a pack's trailer and compares its key commitment. */
export async function fetchTrailer(
  place: PackPlace,
  pack: PackRef,
  signal?: AbortSignal,
): Promise<void> {
  const sizeBytes = format.TRAILER_BYTES
  const offset = pack.sizeBytes - sizeBytes
  const trailer = await fetchRange(place, pack, { offset, sizeBytes, signal })
  readTrailerOf(trailer, pack, packObject(place.vaultId, pack.name))
}

/** The plaintext of a chunk out of its sealed bytes. */
export function openChunk(
  vaultId: VaultId,
  pack: PackRef,
  chunk: format.PackedChunk,
  sealed: Uint8Array,
): Uint8Array {
  const object = packObject(vaultId, pack.name)
  const stored = format.unsealChunk(sealed, chunk, { ...pack, object })
  if (chunk.encoding === 'raw') return stored
  const plain = decompress(stored, chunk.plainBytes)
  if (plain !== undefined) return plain
  throw new VaultDamaged(object, `its chunk ${chunk.ordinal} does not decompress`, {
    pack: pack.name,
  })
}

/** The plaintext of an entry block. */
export async function fetchBlock(
  place: PackPlace,
  pack: PackRef,
  block: BlockRef,
): Promise<Uint8Array> {
  const { offset, storedBytes: sizeBytes } = block
  const sealed = await fetchRange(place, pack, { offset, sizeBytes })
  return openChunk(place.vaultId, pack, { ...block, id: block.chunk }, sealed)
}

/**
 * Adds the chunks of packs to a table, the first pack that has a chunk winning. Packs are taken
 * in order until the table would hold more than `chunksMax`; says how many were taken. Of a pack
 * that is lost nothing is added when `without` is told of it, else it is thrown.
 */
export async function loadTables(
  place: PackPlace,
  packs: readonly PackRef[],
  into: {
    table: ChunkTable
    chunksMax: number
    signal?: AbortSignal | undefined
    without?: ((pack: PackRef, error: unknown) => void) | undefined
  },
): Promise<number> {
  const { table, chunksMax, signal, without } = into
  const ahead: Promise<format.PackedChunk[]>[] = []
  let begun = 0
  for (let number = 0; number < packs.length; number++) {
    signal?.throwIfAborted()
    while (begun < packs.length && ahead.length < FETCHES_MAX) {
      const pack = packs[begun++] as PackRef
      const fetched = fetchTable(place, pack, signal).catch((error) => {
        if (without === undefined || !isLost(error)) throw error
        without(pack, error)
        return []
      })
      // An error is met when the pack's turn comes.
      fetched.catch(() => undefined)
      ahead.push(fetched)
    }
    const rows = (await ahead.shift()) ?? []
    if (table.size + rows.length > chunksMax) return number
    for (const chunk of rows) {
      if (table.find(chunk.id) >= 0) continue
      table.place(table.add(chunk.id, chunk.plainBytes), { pack: number, ...chunk })
    }
  }
  return packs.length
}

async function fetchTail(
  place: PackPlace,
  pack: PackRef,
  signal: AbortSignal | undefined,
): Promise<{ tail: Uint8Array; tailOffset: number }> {
  const sizeBytes = Math.min(TAIL_BYTES, pack.sizeBytes)
  const offset = pack.sizeBytes - sizeBytes
  return { tail: await fetchRange(place, pack, { offset, sizeBytes, signal }), tailOffset: offset }
}

/** What a trailer says, checked against the pack's key; `tail` ends with it. */
export function readTrailerOf(
  tail: Uint8Array,
  pack: PackRef,
  object: string,
): { tableBytes: number } {
  const trailer = tail.subarray(tail.length - format.TRAILER_BYTES)
  return namingPack(pack, () => format.readTrailer(trailer, { ...pack, object }))
}

/** Decoders know objects; callers want to mark packs. */
export function namingPack<T>(pack: PackRef, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof VaultDamaged)) throw error
    throw new VaultDamaged(error.object, error.reason, { pack: pack.name, cause: error })
  }
}

/** Does work that reads a pack; what the media lost is damage, not something to wait for. */
export async function namingLoss<Result>(
  { vaultId }: PackPlace,
  pack: PackRef,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isMediaError(error)) throw error
    const object = packObject(vaultId, pack.name)
    throw new VaultDamaged(object, 'cannot be read', { pack: pack.name, cause: error })
  }
}

/** What a failed read of a pack means: damage where the store says so, else itself. */
export function damageOf(error: unknown, object: string, pack: PackRef): unknown {
  if (error instanceof ObjectMissing) {
    return new VaultDamaged(object, 'is missing', { pack: pack.name, missing: true, cause: error })
  }
  if (error instanceof NotAnObject) {
    return new VaultDamaged(object, `is ${error.found}`, { pack: pack.name, cause: error })
  }
  if (error instanceof ObjectTruncated) {
    return new VaultDamaged(object, 'is cut short', { pack: pack.name, cause: error })
  }
  return error
}
