// A vault whose key is at hand: reads and seals manifests, makes readers and writers. Every secret
// of the vault stays in here.

import type { KeyService } from '../keys/index.ts'
import type { Entry, PointId, VaultId } from '../model/index.ts'
import { ObjectDiffers, ObjectMissing, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { ManifestTaken, VaultDamaged } from './damage.ts'
import { EntryList } from './entry-list.ts'
import { type VaultFacts, vaultFacts } from './fact-record.ts'
import { openManifest, splitManifest, writeManifest } from './manifest-codec.ts'
import { fetchBlock } from './pack-fetch.ts'
import type { BlockRef, Manifest, ManifestDraft, PackRef } from './point-manifest.ts'
import type { PointReader, ReaderOptions } from './point-reader.ts'
import { openPoint } from './point-reading.ts'
import type { PointWriter, WriterOptions } from './point-writer.ts'
import { beginPoint } from './point-writing.ts'
import { KEY_BYTES, unwrapKey, wrapKey } from './sealing.ts'
import { manifestObject, packObject, recordObject } from './vault-files.ts'
import { type VaultMaps, vaultMaps } from './vault-maps.ts'
import { openRecord, type VaultKeys, vaultKeyOf } from './vault-record.ts'

/** A manifest is opened in memory; this is some 2 million packs. */
const MANIFEST_BYTES_MAX = 256 * 1024 * 1024

export interface OpenVault {
  readonly vaultId: VaultId
  readonly store: ObjectStore
  readonly keyArn: string
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
   * Creates the manifest, durable when it resolves. One that is there and of the same job is
   * adopted: read it for what it says. Of another job: throws ManifestTaken.
   */
  sealManifest(draft: ManifestDraft, random: Random): Promise<'created' | 'adopted'>
  /** Gone when it resolves; absent is fine. */
  deleteManifest(pointId: PointId): Promise<void>
  /** The entries in their order, proved as they come; a block or two in memory. */
  entries(manifest: Manifest): AsyncIterable<Entry>
  /** The same, all that one block completes at a time: for who takes very many. */
  entryGroups(manifest: Manifest): AsyncIterable<Iterable<Entry>>
  /** Loads the packs' tables; throws VaultDamaged naming a pack that is missing or damaged. */
  reader(manifest: Manifest, options?: ReaderOptions): Promise<PointReader>
  /** Loads the known packs' tables; throws VaultDamaged naming one that is damaged. */
  writer(options: WriterOptions): Promise<PointWriter>
  /** A pack's data key under the vault key: 40 bytes. */
  sealKey(dataKey: Uint8Array): Uint8Array
  /** The reverse; throws VaultDamaged for bytes this vault key did not seal. */
  openKey(sealed: Uint8Array): Uint8Array
}

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
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
  readonly domain: Uint8Array
  readonly chunkingKey: Uint8Array
  readonly facts: VaultFacts
  readonly maps: VaultMaps
  readonly #keyService: KeyService
  readonly #keys: VaultKeys

  constructor(place: Place, keys: VaultKeys) {
    this.vaultId = place.vaultId
    this.store = place.store
    this.keyArn = keys.keyArn
    this.domain = keys.domain
    this.chunkingKey = keys.chunkingKey
    this.facts = vaultFacts(place, keys)
    this.maps = vaultMaps(place, keys)
    this.#keyService = place.keys
    this.#keys = keys
  }

  async readManifest(pointId: PointId): Promise<Manifest> {
    const object = manifestObject(this.vaultId, pointId)
    const split = splitManifest(await this.#readWhole(object), object)
    const { vaultId } = this
    const place = { vaultId, keys: this.#keyService }
    const vaultKey = await vaultKeyOf(place, this.#keys, split.header)
    return openManifest(split, { vaultId, pointId, vaultKey, object })
  }

  async sealManifest(draft: ManifestDraft, random: Random): Promise<'created' | 'adopted'> {
    const { pointId, jobId } = draft
    const object = manifestObject(this.vaultId, pointId)
    if ((await this.store.head(object)) === undefined) {
      const sealing = { vaultId: this.vaultId, ...this.#keys }
      const bytes = writeManifest(draft, sealing, random.bytes(KEY_BYTES))
      // Proved before anyone may rely on it: what is stored for ever opens with this vault's key.
      const { vaultKey } = this.#keys
      const { vaultId } = this
      openManifest(splitManifest(bytes, object), { vaultId, pointId, vaultKey, object })
      try {
        await this.store.put(object, bytes)
        return 'created'
      } catch (error) {
        // Another attempt was faster; what it sealed is looked at below.
        if (!(error instanceof ObjectDiffers)) throw error
      }
    }
    const there = await this.readManifest(pointId)
    if (there.jobId !== jobId) throw new ManifestTaken(object, there.jobId)
    return 'adopted'
  }

  async deleteManifest(pointId: PointId): Promise<void> {
    await this.store.delete(manifestObject(this.vaultId, pointId))
  }

  async *entries(manifest: Manifest): AsyncIterable<Entry> {
    for await (const group of this.entryGroups(manifest)) yield* group
  }

  async *entryGroups(manifest: Manifest): AsyncIterable<Iterable<Entry>> {
    const list = new EntryList()
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
    return beginPoint({ store, vaultId, domain, chunkingKey, sealKey }, options)
  }

  sealKey(dataKey: Uint8Array): Uint8Array {
    return wrapKey(this.#keys.vaultKey, dataKey)
  }

  openKey(sealed: Uint8Array): Uint8Array {
    const key = unwrapKey(this.#keys.vaultKey, sealed)
    if (key !== undefined) return key
    throw new VaultDamaged(recordObject(this.vaultId), 'its key did not seal this pack key')
  }

  async #fetchBlock(manifest: Manifest, block: BlockRef | undefined): Promise<Uint8Array> {
    if (block === undefined) return new Uint8Array()
    return fetchBlock(this, manifest.packs[block.pack] as PackRef, block)
  }

  async #readWhole(object: ReturnType<typeof manifestObject>): Promise<Uint8Array> {
    const head = await this.store.head(object)
    if (head !== undefined && head.sizeBytes > MANIFEST_BYTES_MAX) {
      throw new VaultDamaged(object, 'is too large for a manifest')
    }
    try {
      return await this.store.get(object)
    } catch (error) {
      if (!(error instanceof ObjectMissing)) throw error
      throw new VaultDamaged(object, 'is missing', { missing: true, cause: error })
    }
  }
}
