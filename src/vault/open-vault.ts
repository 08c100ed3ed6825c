// A vault whose key is at hand: reads and seals manifests, makes readers and writers. Every secret
// of the vault stays in here.

import type { KeyService } from '../keys/index.ts'
import type { DeletionPermit, Entry, PointId, VaultId } from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import type { ChunkIds } from './chunk-table.ts'
import { VaultDamaged } from './damage.ts'
import { deleteManifests } from './delete-manifests.ts'
import { EntryList } from './entry-list.ts'
import { type VaultFacts, vaultFacts } from './fact-record.ts'
import { ManifestFiles, type NewPlaces } from './manifest-files.ts'
import { fetchBlock } from './pack-fetch.ts'
import type { OpenPacking } from './packing.ts'
import { packHere } from './packing-here.ts'
import type { BlockRef, Manifest, ManifestDraft, PackRef } from './point-manifest.ts'
import type { PointReader, ReaderOptions } from './point-reader.ts'
import { openPoint } from './point-reading.ts'
import type { PointWriter, WriterOptions } from './point-writer.ts'
import { beginPoint } from './point-writing.ts'
import { unwrapKey, wrapKey } from './sealing.ts'
import { deleteGenerations, manifestObject, packObject, recordObject } from './vault-files.ts'
import { type VaultMaps, vaultMaps } from './vault-maps.ts'
import { earlierKey, openRecord, type VaultKeys } from './vault-record.ts'

export interface OpenVault {
  readonly vaultId: VaultId
  readonly store: ObjectStore
  readonly keyArn: string
  /** Of the key that seals: one more with each rotation. */
  readonly keyVersion: number
  /** 16 bytes: whose chunk ids these are. */
  readonly domain: Uint8Array
  /** 32 bytes; secret of the account. */
  readonly chunkingKey: Uint8Array
  /** What of the vault must outlive the catalog. */
  readonly facts: VaultFacts
  /** Which of its packs hold the chunks of others. */
  readonly maps: VaultMaps
  /** Throws VaultDamaged (with `missing` when there is none) or FeatureUnknown. */
  readManifest(pointId: PointId): Promise<Manifest>
  /**
   * Creates the manifest, durable when it resolves, and answers what is there: one that an earlier
   * attempt of the same job sealed is adopted, and what it says counts. Throws ManifestTaken for
   * another job's.
   */
  sealManifest(draft: ManifestDraft, random: Random): Promise<Manifest>
  /**
   * Creates the next generation of a manifest whose chunks lie elsewhere now, durable when it
   * resolves, and answers what is there: another attempt's, if that was faster.
   */
  resealManifest(manifest: Manifest, places: NewPlaces, random: Random): Promise<Manifest>
  /** All generations of the permit's point are gone when it resolves; absent is fine. */
  deleteManifest(permit: DeletionPermit): Promise<void>
  /** Those below one that is there are gone when it resolves; absent is fine. */
  dropOlderManifests(pointId: PointId, generation: number): Promise<void>
  /**
   * The entries in their order, proved as they come; a block or two in memory. The extents of a
   * large file lean on `ids` where given, and are good for as long as its owner is.
   */
  entries(manifest: Manifest, ids?: ChunkIds): AsyncIterable<Entry>
  /** The same, all that one block completes at a time: for who takes very many. */
  entryGroups(manifest: Manifest, ids?: ChunkIds): AsyncIterable<Iterable<Entry>>
  /** Loads the packs' tables; throws VaultDamaged naming a pack that is missing or damaged. */
  reader(manifest: Manifest, options?: ReaderOptions): Promise<PointReader>
  /** Loads the known packs' tables; throws VaultDamaged naming one that is damaged, if it may. */
  writer(options: WriterOptions): Promise<PointWriter>
  /** A pack's data key under the vault key: 40 bytes. */
  sealKey(dataKey: Uint8Array): Uint8Array
  /**
   * The reverse, also of what an earlier version of the vault key sealed. Throws VaultDamaged for
   * other bytes, Answer KeyUnusable when an earlier version cannot be unwrapped.
   */
  openKey(sealed: Uint8Array): Promise<Uint8Array>
}

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
  /** What makes the packs of its writers; the thread they are on unless told otherwise. */
  readonly packing?: OpenPacking | undefined
}

/**
 * Opens a vault by its newest record. Throws Answer KeyUnusable when its key is gone, VaultDamaged
 * when its record is missing or altered, FeatureUnknown when it is of a later format.
 */
export async function openVault(place: Place): Promise<OpenVault> {
  return new OpenedVault(place, await openRecord(place))
}

class OpenedVault implements OpenVault {
  readonly vaultId: VaultId
  readonly store: ObjectStore
  readonly keyArn: string
  readonly keyVersion: number
  readonly domain: Uint8Array
  readonly chunkingKey: Uint8Array
  readonly facts: VaultFacts
  readonly maps: VaultMaps
  readonly #keys: VaultKeys
  readonly #place: Place
  readonly #manifests: ManifestFiles

  constructor(place: Place, keys: VaultKeys) {
    this.vaultId = place.vaultId
    this.store = place.store
    this.keyArn = keys.keyArn
    this.keyVersion = keys.keyVersion
    this.domain = keys.domain
    this.chunkingKey = keys.chunkingKey
    this.facts = vaultFacts(place, keys)
    this.maps = vaultMaps(place, keys)
    this.#keys = keys
    this.#place = place
    this.#manifests = new ManifestFiles(place, keys)
  }

  readManifest(pointId: PointId): Promise<Manifest> {
    return this.#manifests.read(pointId)
  }

  sealManifest(draft: ManifestDraft, random: Random): Promise<Manifest> {
    return this.#manifests.seal(draft, random)
  }

  resealManifest(manifest: Manifest, places: NewPlaces, random: Random): Promise<Manifest> {
    return this.#manifests.reseal(manifest, places, random)
  }

  deleteManifest(permit: DeletionPermit): Promise<void> {
    return deleteManifests(this, permit)
  }

  dropOlderManifests(pointId: PointId, generation: number): Promise<void> {
    return deleteGenerations(this, pointId, { below: generation })
  }

  async *entries(manifest: Manifest, ids?: ChunkIds): AsyncIterable<Entry> {
    for await (const group of this.entryGroups(manifest, ids)) yield* group
  }

  async *entryGroups(manifest: Manifest, ids?: ChunkIds): AsyncIterable<Iterable<Entry>> {
    const list = new EntryList(ids)
    const blocks = manifest.entryBlocks
    let next = this.#fetchBlock(manifest, blocks[0])
    for (const [index, block] of blocks.entries()) {
      const plain = await next
      next = this.#fetchBlock(manifest, blocks[index + 1])
      // An error is met when the block's turn comes, or not at all when nobody asks for it.
      next.catch(() => undefined)
      const pack = manifest.packs[block.pack] as PackRef
      yield list.block(plain, packObject(this.vaultId, pack.name))
    }
    list.end(manifestObject(this.vaultId, manifest.pointId))
  }

  reader(manifest: Manifest, options: ReaderOptions = {}): Promise<PointReader> {
    return openPoint(this, manifest, options)
  }

  writer(options: WriterOptions): Promise<PointWriter> {
    const { store, vaultId, domain, chunkingKey } = this
    const sealKey = (dataKey: Uint8Array) => this.sealKey(dataKey)
    const { packing = packHere } = this.#place
    return beginPoint({ store, vaultId, domain, chunkingKey, sealKey, packing }, options)
  }

  sealKey(dataKey: Uint8Array): Uint8Array {
    return wrapKey(this.#keys.vaultKey, dataKey)
  }

  async openKey(sealed: Uint8Array): Promise<Uint8Array> {
    const { vaultId, keys } = this.#place
    for (const { version } of this.#keys.wrappedVaultKeys.toReversed()) {
      const vaultKey = await earlierKey({ vaultId, keys }, this.#keys, version)
      const key = vaultKey && unwrapKey(vaultKey, sealed)
      if (key) return key
    }
    throw new VaultDamaged(recordObject(this.vaultId), 'its key did not seal this pack key')
  }

  async #fetchBlock(manifest: Manifest, block: BlockRef | undefined): Promise<Uint8Array> {
    if (block === undefined) return new Uint8Array()
    return fetchBlock(this, manifest.packs[block.pack] as PackRef, block)
  }
}
