// Moves one object between two stores, verbatim and verified. A destination that can receive does
// it its own way; others are handed the bytes, read in pieces and hashed on the way.

import { Blake3Hasher } from '@napi-rs/blake-hash'
import type { Arrival, ObjectStore, PutResult, ReceivingStore } from './object-store.ts'
import { ObjectDamaged, type ObjectName, ObjectTruncated } from './object-store.ts'

/** Bytes asked of a source at a time. */
const PIECE_BYTES = 1024 * 1024

export interface Move extends Arrival {
  readonly to: ObjectStore
}

/**
 * Brings `fromName` of `from` into `to` as `toName`; `moved` is false when it was there already,
 * which was verified. Its bytes are durable when it resolves, its name only after
 * `syncFoldersOf`, also when it was there. Throws ObjectMissing, ObjectDamaged, Trouble, and the
 * signal's reason. A killed move leaves nothing under the name.
 */
export async function moveObject(move: Move): Promise<{ moved: boolean }> {
  const { to } = move
  const result = isReceiving(to) ? await to.receive(move) : await carry(move, to)
  return { moved: result === 'created' }
}

/** Makes the names of moved objects durable: each of their folders is synced once. */
export async function syncFoldersOf(
  store: ObjectStore,
  names: Iterable<ObjectName>,
): Promise<void> {
  if (isReceiving(store)) await store.syncFoldersOf(names)
}

export function isReceiving(store: ObjectStore): store is ReceivingStore {
  return 'receive' in store
}

async function carry(move: Move, to: ObjectStore): Promise<PutResult> {
  const bytes = new Uint8Array(move.sizeBytes)
  const hasher = new Blake3Hasher()
  for await (const piece of pieces(move)) {
    bytes.set(piece.bytes, piece.offset)
    hasher.update(piece.bytes)
  }
  if (hasher.digest() !== move.blake3) throw new ObjectDamaged(move.fromName, 'source')
  return to.put(move.toName, bytes, move.signal)
}

/** The source's bytes in order; throws ObjectDamaged when there are more or fewer than agreed. */
export async function* pieces(
  arrival: Arrival,
): AsyncGenerator<{ bytes: Uint8Array; offset: number }> {
  const { from, fromName, sizeBytes, signal } = arrival
  const found = await from.head(fromName)
  if (found !== undefined && found.sizeBytes !== sizeBytes) {
    throw new ObjectDamaged(fromName, 'source')
  }
  for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
    const wanted = Math.min(PIECE_BYTES, sizeBytes - offset)
    yield { bytes: await piece(arrival, offset, wanted), offset }
    signal.throwIfAborted()
  }
  if (sizeBytes === 0) await from.get(fromName, undefined, signal)
}

async function piece(arrival: Arrival, offset: number, sizeBytes: number): Promise<Uint8Array> {
  try {
    return await arrival.from.get(arrival.fromName, { offset, sizeBytes }, arrival.signal)
  } catch (error) {
    if (!(error instanceof ObjectTruncated)) throw error
    throw new ObjectDamaged(arrival.fromName, 'source', { cause: error })
  }
}

/** BLAKE3-256 of the source's bytes as they are now; throws as `pieces` does. */
export async function hashSource(arrival: Arrival): Promise<string> {
  const hasher = new Blake3Hasher()
  for await (const { bytes } of pieces(arrival)) hasher.update(bytes)
  return hasher.digest()
}
