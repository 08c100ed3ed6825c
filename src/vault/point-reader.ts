// Reads the contents of one recovery point in bounded memory: the packs' tables lie in typed
// arrays, decoded chunks in a small cache. Leaves entries and order to its caller.

import type { Entry } from '../model/index.ts'
import type { ChunkIds } from './chunk-table.ts'

export interface ReaderOptions {
  readonly signal?: AbortSignal
  /** Decoded chunks kept, bytes. */
  readonly cacheBytes?: number
}

/** Takes a piece that is only valid until it is done; a promise asks to be waited for. */
export type ContentWriter = (bytes: Uint8Array, offset: number) => Promise<void> | undefined

export interface PointReader {
  /** The ids of the point's chunks: its entries need not hold them again. */
  readonly ids: ChunkIds
  /**
   * Hands a file's data to `write` in order of offset, a piece at a time; holes are not written.
   * Throws VaultDamaged naming what is not whole.
   */
  content(entry: Entry, write: ContentWriter): Promise<void>
  /** A chunk's plaintext; not to be changed. */
  chunk(id: Uint8Array): Promise<Uint8Array>
}
