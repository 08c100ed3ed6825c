// Named, create-only bytes: the only thing a vault asks of a disk, a bucket or memory. Promises
// durability and all-or-nothing writes; leaves encryption and meaning to the vault.

import type { Immutable } from '../world/index.ts'
import type { ObjectName } from './object-name.ts'
import type { Turns } from './turns.ts'

export type { ObjectName }

export interface ByteRange {
  readonly offset: number
  readonly sizeBytes: number
}

export interface ObjectStore {
  /**
   * Stores `bytes` under a new name. Durable when it resolves; a crash leaves all of it or none.
   * `exists`: the very same bytes were there (they were read and compared), and are durable.
   * Repeating is harmless; other bytes under the name throw ObjectDiffers.
   */
  put(name: ObjectName, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult>

  /**
   * The bytes of `range`, or all. Throws ObjectMissing, ObjectTruncated, and NotAnObject for what
   * is no file; never answers short, never waits for what is not there.
   */
  get(name: ObjectName, range?: ByteRange, signal?: AbortSignal): Promise<Uint8Array>

  /** Size, or undefined if there is no such object: absence is an answer here, not an error. */
  head(name: ObjectName): Promise<{ sizeBytes: number } | undefined>

  /**
   * Names that begin with `prefix`, in order of their characters, at most once each. Unfinished
   * writes are never listed, nor is anything whose name is not an object's. With `after`, only
   * those behind it, whether or not it is there: a listing goes on where another stopped.
   */
  list(prefix: string, after?: ObjectName): AsyncIterable<ObjectName>

  /** Gone, durably, when it resolves. Deleting what is not there is fine. */
  delete(name: ObjectName): Promise<void>
}

export type PutResult = 'created' | 'exists'

/** One object to be moved: where it is, and what it must be. */
export interface Arrival {
  readonly from: ObjectStore
  readonly fromName: ObjectName
  readonly toName: ObjectName
  /** BLAKE3-256 its bytes must have, in 64 lower-case hexadecimal digits. */
  readonly blake3: string
  readonly sizeBytes: number
  readonly signal: AbortSignal
  /** In turns with others: copying inside the kernel, where that is how the bytes come. */
  readonly copying?: Turns
}

/** What the bytes of an object are, whatever its name says. */
export interface ObjectDigest {
  /** BLAKE3-256 in 64 lower-case hexadecimal digits. */
  readonly blake3: string
  /** CRC-32 (IEEE). */
  readonly crc32: number
  readonly sizeBytes: number
}

/** How an object is read through. */
export interface Reading {
  readonly signal?: AbortSignal | undefined
  /** What is larger is not read at all. */
  readonly bytesMax?: number | undefined
}

/** The ability to read into memory of the caller's, who uses it again. */
export interface FillingStore extends ObjectStore {
  /** Fills `into` with the object's first bytes. Throws as `get` does. */
  fill(name: ObjectName, into: Uint8Array, signal?: AbortSignal): Promise<void>
}

/** The ability to take an object in from another store without its bytes being held in memory. */
export interface ReceivingStore extends ObjectStore {
  /** As `moveObject`: bytes are durable when it resolves, the name only after `syncFoldersOf`. */
  receive(arrival: Arrival): Promise<PutResult>
  /** As `replaceObject`. `exists`: what is there was whole and stays. */
  replace(arrival: Arrival): Promise<PutResult>
  /** As `digestObject`. */
  digest(name: ObjectName, reading: Reading): Promise<ObjectDigest>
  /** Makes the names of received objects durable, syncing each folder once. */
  syncFoldersOf(names: Iterable<ObjectName>): Promise<void>
}

/** The ability to keep objects from being changed or removed by whatever is not this store. */
export interface HoldingStore extends ObjectStore {
  /**
   * Holds the objects until this store deletes or replaces them: other programs cannot. Repeating
   * is harmless, and so are names that are gone. What was held when the process dies stays so.
   */
  hold(names: readonly ObjectName[]): Promise<Immutable>
}

export class ObjectMissing extends Error {
  readonly objectName: ObjectName
  constructor(name: ObjectName, options?: ErrorOptions) {
    super(`there is no object ${name}`, options)
    this.name = 'ObjectMissing'
    this.objectName = name
  }
}

/** A put found other bytes under its name. */
export class ObjectDiffers extends Error {
  readonly objectName: ObjectName
  constructor(name: ObjectName) {
    super(`object ${name} exists with other bytes`)
    this.name = 'ObjectDiffers'
    this.objectName = name
  }
}

/** The object ends before the range asked for. */
export class ObjectTruncated extends Error {
  readonly objectName: ObjectName
  constructor(name: ObjectName, sizes: { wantedBytes: number; sizeBytes: number }) {
    super(`object ${name} has ${sizes.sizeBytes} bytes where ${sizes.wantedBytes} were expected`)
    this.name = 'ObjectTruncated'
    this.objectName = name
  }
}

/** What lies where the object should be is none: no regular file, or larger than one can be. */
export class NotAnObject extends Error {
  readonly objectName: ObjectName
  /** What it is, such as `a named pipe`. */
  readonly found: string
  constructor(name: ObjectName, found: string, options?: ErrorOptions) {
    super(`${found} lies where the object ${name} should be`, options)
    this.name = 'NotAnObject'
    this.objectName = name
    this.found = found
  }
}

/** An object that is not the bytes its hash and size say, in the source or already in place. */
export class ObjectDamaged extends Error {
  readonly objectName: ObjectName
  readonly side: 'source' | 'destination'
  constructor(name: ObjectName, side: 'source' | 'destination', options?: ErrorOptions) {
    super(`object ${name} of the ${side} is damaged: its bytes do not have its hash`, options)
    this.name = 'ObjectDamaged'
    this.objectName = name
    this.side = side
  }
}
