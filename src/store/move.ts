// Moves one object between two stores, verbatim and verified. A destination that can receive does
// it its own way; others are handed the bytes, read in pieces and hashed on the way.

import { crc32 } from 'node:zlib'
import { Blake3Hasher } from '@napi-rs/blake-hash'
import { isFileStore } from './media.ts'
import type {
  Arrival,
  FillingStore,
  ObjectDigest,
  ObjectStore,
  PutResult,
  Reading,
  ReceivingStore,
} from './object-store.ts'
import {
  NotAnObject,
  ObjectDamaged,
  ObjectMissing,
  type ObjectName,
  ObjectTruncated,
} from './object-store.ts'

/** Bytes asked of a source at a time. */
const PIECE_BYTES = 1024 * 1024
/** A source on a disk of this machine is read as it is used; a far one in few, early questions. */
const NEAR = { pieceBytes: PIECE_BYTES, ahead: 0 }
const FAR = { pieceBytes: 4 * PIECE_BYTES, ahead: 3 }

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

/** Fills `into` with the object's first bytes, without other memory where the store can. */
export async function fillFrom(
  store: ObjectStore,
  name: ObjectName,
  into: { readonly bytes: Uint8Array; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { bytes, signal } = into
  if ('fill' in store) return (store as FillingStore).fill(name, bytes, signal)
  bytes.set(await store.get(name, { offset: 0, sizeBytes: bytes.byteLength }, signal))
}

export function isReceiving(store: ObjectStore): store is ReceivingStore {
  return 'receive' in store
}

/**
 * Puts the bytes of `fromName` in place of an object that is damaged or gone. Durable, name and
 * all, when it resolves; `replaced` is false when what is there was whole. The source's bytes are
 * proved first, and a process that dies leaves the old object or the new one, never half of one.
 * Throws as `moveObject` does.
 */
export async function replaceObject(move: Move): Promise<{ replaced: boolean }> {
  const { to, toName, blake3, signal } = move
  if (isReceiving(to)) return { replaced: (await to.replace(move)) === 'created' }
  if ((await to.head(toName)) !== undefined) {
    if ((await digestObject(to, toName, { signal })).blake3 === blake3) return { replaced: false }
  }
  const bytes = await fetchProved(move)
  await to.delete(toName)
  await to.put(toName, bytes, signal)
  return { replaced: true }
}

/** Reads an object through, a piece in memory at a time. Throws ObjectMissing and NotAnObject. */
export async function digestObject(
  store: ObjectStore,
  name: ObjectName,
  reading: Reading,
): Promise<ObjectDigest> {
  if (isReceiving(store)) return store.digest(name, reading)
  const { signal } = reading
  const head = await store.head(name)
  if (head === undefined) throw new ObjectMissing(name)
  checkSizeOf(name, head.sizeBytes, reading)
  const hasher = new Blake3Hasher()
  let sum = 0
  for (let offset = 0; offset < head.sizeBytes; offset += PIECE_BYTES) {
    const sizeBytes = Math.min(PIECE_BYTES, head.sizeBytes - offset)
    const piece = await store.get(name, { offset, sizeBytes }, signal)
    hasher.update(piece)
    sum = crc32(piece, sum)
  }
  return { blake3: hasher.digest(), crc32: sum, sizeBytes: head.sizeBytes }
}

/** Throws NotAnObject for what is larger than is to be read. */
export function checkSizeOf(name: ObjectName, sizeBytes: number, { bytesMax }: Reading): void {
  if (bytesMax === undefined || sizeBytes <= bytesMax) return
  throw new NotAnObject(name, `a file of ${sizeBytes} bytes`)
}

async function carry(move: Move, to: ObjectStore): Promise<PutResult> {
  return to.put(move.toName, await fetchProved(move), move.signal)
}

async function fetchProved(move: Move): Promise<Uint8Array> {
  const bytes = new Uint8Array(move.sizeBytes)
  const hasher = new Blake3Hasher()
  for await (const piece of pieces(move)) {
    bytes.set(piece.bytes, piece.offset)
    hasher.update(piece.bytes)
  }
  if (hasher.digest() !== move.blake3) throw new ObjectDamaged(move.fromName, 'source')
  return bytes
}

/**
 * The source's bytes in order; throws ObjectDamaged when there are more or fewer than agreed. Of a
 * far source the next pieces are asked for while one is used: else each would cost a round trip.
 */
export async function* pieces(
  arrival: Arrival,
): AsyncGenerator<{ bytes: Uint8Array; offset: number }> {
  const { from, fromName, sizeBytes, signal } = arrival
  const { pieceBytes, ahead } = isFileStore(from) ? NEAR : FAR
  const sizeChecked = checkSize(arrival)
  const asked: Promise<Uint8Array>[] = []
  let askedBytes = 0
  const ask = () => {
    const wanted = Math.min(pieceBytes, sizeBytes - askedBytes)
    const asking = piece(arrival, askedBytes, wanted)
    // An error is met when the piece's turn comes, or not at all when an earlier one failed.
    asking.catch(() => undefined)
    asked.push(asking)
    askedBytes += wanted
  }
  if (ahead === 0) await sizeChecked
  for (let offset = 0; offset < sizeBytes; ) {
    while (asked.length <= ahead && askedBytes < sizeBytes) ask()
    await sizeChecked
    const bytes = (await asked.shift()) as Uint8Array
    yield { bytes, offset }
    offset += bytes.byteLength
    signal.throwIfAborted()
  }
  await sizeChecked
  if (sizeBytes === 0) await from.get(fromName, undefined, signal)
}

async function checkSize({ from, fromName, sizeBytes }: Arrival): Promise<void> {
  const found = await from.head(fromName)
  if (found !== undefined && found.sizeBytes !== sizeBytes) {
    throw new ObjectDamaged(fromName, 'source')
  }
}

async function piece(arrival: Arrival, offset: number, sizeBytes: number): Promise<Uint8Array> {
  try {
    return await arrival.from.get(arrival.fromName, { offset, sizeBytes }, arrival.signal)
  } catch (error) {
    const isOther = error instanceof ObjectTruncated || error instanceof NotAnObject
    if (!isOther) throw error
    throw new ObjectDamaged(arrival.fromName, 'source', { cause: error })
  }
}

/** BLAKE3-256 of the source's bytes as they are now; throws as `pieces` does. */
export async function hashSource(arrival: Arrival): Promise<string> {
  const hasher = new Blake3Hasher()
  for await (const { bytes } of pieces(arrival)) hasher.update(bytes)
  return hasher.digest()
}
