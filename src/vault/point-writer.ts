// Writes one recovery point's contents and entries into packs of a vault. Promises that every
// pack it lists is durable when `finish` resolves; leaves sealing the manifest to its caller.

import type { Entry, EntryFacts } from '../model/index.ts'
import type { Random } from '../world/index.ts'
import type { ChunkIds } from './chunk-table.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { BlockRef, PackRef } from './point-manifest.ts'
import type { SourceContent } from './source-content.ts'

export interface WriterOptions {
  /** Packs of the same vault whose chunks may be reused; the parent's first. */
  readonly known: readonly PackRef[]
  /** Told of known packs whose tables are lost, which are done without. Absent: throws. */
  readonly without?: (pack: PackRef, error: unknown) => void
  readonly ledger: PackLedger
  readonly random: Random
  readonly signal?: AbortSignal
  /** Called between two steps of reading a file; a promise is waited for. */
  readonly turns?: () => Promise<void> | undefined
  /** Called now and then with what was done since the last call. */
  readonly onProgress?: (delta: WriterProgress) => void
  /** Thresholds; production defaults apply to what is left out. */
  readonly limits?: Partial<WriterLimits>
}

export interface WriterProgress {
  readonly bytesRead: number
  readonly bytesStored: number
  readonly bytesReused: number
  readonly packsStored: number
  readonly entries: number
}

export interface WriterLimits {
  /** A pack is closed before it would grow beyond this. */
  readonly packBytes: number
  /** The same of packs of entry blocks. */
  readonly blockPackBytes: number
  /** Smallest, usual and largest chunk. */
  readonly chunkMinBytes: number
  readonly chunkAverageBytes: number
  readonly chunkMaxBytes: number
  /** Files of at least this size have chunks of their own. */
  readonly ownChunkBytes: number
  /** Runs of zeros of at least this size are holes; a multiple of 4 KiB. */
  readonly holeBytes: number
  /** Usual size of a block of the entry list. */
  readonly blockBytes: number
  /** Chunks of known packs that are looked up for reuse. */
  readonly knownChunksMax: number
  /** Packs on their way while one is being filled. */
  readonly putsMax: number
  /** Of more chunks than this their table takes the memory of packs: one is then on its way. */
  readonly vastChunks: number
  /** A file of more extents is kept up to there. */
  readonly fileExtentsMax: number
}

/**
 * Disposing of a writer waits for packs on their way and begins no more; after `finish` it does
 * nothing. What an abandoned writer put is found again through the ledger.
 */
export interface PointWriter extends AsyncDisposable {
  /** The ids of chunks it knows, until it ends: a parent's entries need not hold them again. */
  readonly ids: ChunkIds
  /**
   * Adds an entry, after all that come before it in `compareEntryPaths` order. A file's content
   * is read here, synchronously, and what `content.close()` reports is stored. An error of the
   * content itself leaves the entry out and the writer usable; any other ends the writer.
   */
  add(facts: EntryFacts, content?: SourceContent): Promise<void>
  /** Of a chunk in a known pack, or in one of this writer's; undefined of any other. */
  chunkPlainBytes(id: Uint8Array): number | undefined
  /** Whether every chunk of an entry of an earlier point is in a known pack. */
  reusable(entry: Entry): boolean
  /** Adds an entry of an earlier point with its extents as they are. Throws unless `reusable`. */
  addUnchanged(entry: Entry): Promise<void>
  /**
   * Adds what has no content to read, an entry of an earlier point as `addUnchanged` or one that is
   * no file, if nothing must be waited for; false says that it is to be added the other way. Nearly
   * every entry of a backup comes this way, and as many promises would cost more than the rest.
   */
  addAtOnce(entry: Entry | EntryFacts): boolean
  /** Writes what is left. Every pack listed is durable and reported to the ledger. */
  finish(): Promise<WrittenPoint>
}

export interface WrittenPoint {
  /** Only those that this point uses. */
  readonly packs: PackRef[]
  readonly entryBlocks: BlockRef[]
  readonly entries: number
  readonly logicalBytes: number
  /** Content bytes read from the source. */
  readonly bytesRead: number
  /** Bytes of packs put into the store. */
  readonly bytesStored: number
  /** Content bytes that were not stored because their chunk was there. */
  readonly bytesReused: number
}
