// What a recovery point's manifest says, as values. How it is written to the byte is in
// `manifest-codec.ts` and docs/format.md.

import type { JobId, PackName, PointId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'

/** A pack that a recovery point needs, with all it takes to open it. */
export interface PackRef {
  readonly name: PackName
  readonly sizeBytes: number
  /** CRC-32 (IEEE) of the whole object. */
  readonly crc32: number
  /** 32 bytes: the key its chunks are sealed under. */
  readonly dataKey: Uint8Array
  /** Stored bytes of the distinct chunks in it that this recovery point uses. */
  readonly usedBytes: number
}

/** Where one block of the entry list lies. */
export interface BlockRef {
  /** 32 bytes. */
  readonly chunk: Uint8Array
  /** Index into the manifest's packs. */
  readonly pack: number
  /** The chunk's number in its pack, from 0. */
  readonly ordinal: number
  /** Where the sealed chunk begins in the pack. */
  readonly offset: number
  /** Sealed length, tag included. */
  readonly storedBytes: number
  readonly plainBytes: number
  readonly encoding: 'raw' | 'zstd'
}

/** What is told of a recovery point without opening its entries. Kept as JSON in the manifest. */
export interface PointFacts {
  readonly resourceArn: string
  readonly resourceType: string
  readonly resourceName?: string
  readonly createdAt: Instant
  /** Logical size, what AWS calls `BackupSizeInBytes`. */
  readonly backupSizeBytes: number
  /** Which driver made the entries, such as `directory`. */
  readonly driver: string
  /** The point this one was made against. */
  readonly parent?: PointId
  /** Set in a copy: the vault it was copied from. */
  readonly sourceVaultArn?: string
  readonly entries: number
  readonly logicalBytes: number
  /** Counted and named oddities of the backup, in sentences. */
  readonly warnings?: readonly string[]
  /** Entries that could not be read, or not to their end; absent where all could. */
  readonly unread?: number
}

export interface ManifestDraft {
  readonly pointId: PointId
  readonly jobId: JobId
  /** Fencing number of the attempt that sealed it. */
  readonly fence: number
  readonly facts: PointFacts
  readonly packs: readonly PackRef[]
  readonly entryBlocks: readonly BlockRef[]
}

/** A manifest read from the store and proved against its key. */
export interface Manifest extends ManifestDraft {
  /** From 1; one more each time it was sealed again because chunks had moved to other packs. */
  readonly generation: number
  readonly keyVersion: number
  readonly keyArn: string
}
