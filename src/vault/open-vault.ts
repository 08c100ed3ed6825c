// A vault whose key is at hand: reads and seals manifests, makes readers and writers.

import type { KeyService } from '../keys/index.ts'
import type { Entry, JobId, PointId, VaultId } from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import type { Manifest, ManifestDraft } from './point-manifest.ts'
import type { PointReader, ReaderOptions } from './point-reader.ts'
import type { PointWriter, WriterOptions } from './point-writer.ts'

export interface OpenVault {
  readonly vaultId: VaultId
  readonly store: ObjectStore
  readonly keyArn: string
  /** 16 bytes: whose chunk ids these are. */
  readonly domain: Uint8Array
  /** 32 bytes; secret of the account. */
  readonly chunkingKey: Uint8Array
  /** Throws VaultDamaged (with `missing` when there is none) or FeatureUnknown. */
  readManifest(pointId: PointId): Promise<Manifest>
  /**
   * Creates the manifest, durable when it resolves. One that is there and of the same job is
   * adopted: read it for what it says. Of another job: throws ManifestTaken.
   */
  sealManifest(draft: ManifestDraft, random: Random): Promise<'created' | 'adopted'>
  /** Gone when it resolves; absent is fine. */
  deleteManifest(pointId: PointId): Promise<void>
  /** The entries in their order, proved as they come; a block or two in memory. */
  entries(manifest: Manifest): AsyncIterable<Entry>
  /** Loads the packs' tables; throws VaultDamaged naming a pack that is missing or damaged. */
  reader(manifest: Manifest, options?: ReaderOptions): Promise<PointReader>
  writer(options: WriterOptions): Promise<PointWriter>
  /** A pack's data key under the vault key: 40 bytes. */
  sealKey(dataKey: Uint8Array): Uint8Array
  /** The reverse; throws VaultDamaged for bytes this vault key did not seal. */
  openKey(sealed: Uint8Array): Uint8Array
}

/**
 * Writes a new vault's record. Repeating is harmless: a record of the same vault, key and
 * chunking key that is there already is kept; any other throws VaultDamaged.
 */
export async function createVaultFiles(_options: {
  store: ObjectStore
  vaultId: VaultId
  keys: KeyService
  keyArn: string
  chunkingKey: Uint8Array
  random: Random
}): Promise<void> {
  throw new Error('being built')
}

/** Opens a vault by its newest record. Throws Answer KeyUnusable when its key is gone. */
export async function openVault(_options: {
  store: ObjectStore
  vaultId: VaultId
  keys: KeyService
}): Promise<OpenVault> {
  throw new Error('being built')
}
export type { JobId }
