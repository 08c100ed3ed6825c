// The manifests of a vault's recovery points in their store. A point's manifest is never changed:
// when its chunks have moved to other packs it is sealed again as the next generation, and the
// older one goes once the newer is durable. The highest generation that is whole counts.

import type { KeyService } from '../keys/index.ts'
import type { PointId, VaultId } from '../model/index.ts'
import { NotAnObject, ObjectDiffers, type ObjectName, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { ManifestTaken, VaultDamaged } from './damage.ts'
import { openManifest, splitManifest, writeManifest } from './manifest-codec.ts'
import type { BlockRef, Manifest, ManifestDraft, PackRef } from './point-manifest.ts'
import { KEY_BYTES } from './sealing.ts'
import { laterGenerations, manifestObject } from './vault-files.ts'
import { type VaultKeys, vaultKeyOf } from './vault-record.ts'
import { type ObjectKind, wholeObject } from './whole-object.ts'

/** A manifest is opened in memory; this is some 2 million packs. */
const MANIFEST: ObjectKind = { what: 'a manifest', bytesMax: 256 * 1024 * 1024 }
/** How often a manifest may be superseded while it is being looked for. */
const LOOKS_MAX = 8

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
}

/** Where a recovery point's contents lie now. */
export interface NewPlaces {
  /** The generation to seal: one more than what is there. */
  readonly generation: number
  readonly packs: readonly PackRef[]
  readonly entryBlocks: readonly BlockRef[]
}

export class ManifestFiles {
  readonly #place: Place
  readonly #keys: VaultKeys

  constructor(place: Place, keys: VaultKeys) {
    this.#place = place
    this.#keys = keys
  }

  /** The highest generation that is whole. Throws VaultDamaged of the highest when none is. */
  async read(pointId: PointId): Promise<Manifest> {
    for (let look = 1; ; look += 1) {
      try {
        return await this.#readHighest(pointId)
      } catch (error) {
        // A newer one may have taken its place between looking and reading.
        const isGone = error instanceof VaultDamaged && error.missing
        if (!isGone || look === LOOKS_MAX) throw error
        if ((await laterGenerations(this.#place, pointId)).length === 0) throw error
      }
    }
  }

  async seal(draft: ManifestDraft, random: Random): Promise<Manifest> {
    const { pointId, jobId } = draft
    const object = manifestObject(this.#place.vaultId, pointId)
    // The first generation of a point that was sealed again may be gone, and is not made anew.
    const isResealed = (await laterGenerations(this.#place, pointId)).length > 0
    const first = { ...draft, generation: 1 }
    const made = isResealed ? undefined : await this.#create(object, first, random)
    if (made) return made
    const there = await this.read(pointId)
    if (there.jobId !== jobId) throw new ManifestTaken(object, there.jobId)
    return there
  }

  async reseal(manifest: Manifest, places: NewPlaces, random: Random): Promise<Manifest> {
    const { vaultId } = this.#place
    const object = manifestObject(vaultId, manifest.pointId, places.generation)
    const made = await this.#create(object, { ...manifest, ...places }, random)
    return made ?? this.#readOne(manifest.pointId, places.generation)
  }

  /** What the bytes that are durable now say; undefined when others have the name already. */
  async #create(
    object: ObjectName,
    draft: ManifestDraft & { readonly generation: number },
    random: Random,
  ): Promise<Manifest | undefined> {
    const { vaultId, store } = this.#place
    const { pointId, generation } = draft
    const bytes = writeManifest(draft, { vaultId, ...this.#keys }, random.bytes(KEY_BYTES))
    // Proved before anyone may rely on it: what is stored for ever opens with this vault's key.
    const opening = { vaultId, pointId, generation, vaultKey: this.#keys.vaultKey, object }
    const manifest = openManifest(splitManifest(bytes, object), opening)
    try {
      await store.put(object, bytes)
      return manifest
    } catch (error) {
      // Another attempt was faster; the caller looks at what it sealed.
      if (!(error instanceof ObjectDiffers || error instanceof NotAnObject)) throw error
      return undefined
    }
  }

  async #readHighest(pointId: PointId): Promise<Manifest> {
    // Mostly the first is the only one, so it is read while others are looked for.
    const [first, later] = await Promise.allSettled([
      this.#readOne(pointId, 1),
      laterGenerations(this.#place, pointId),
    ])
    if (later.status === 'rejected') throw later.reason
    let damage: VaultDamaged | undefined
    for (const generation of later.value.toReversed()) {
      try {
        return await this.#readOne(pointId, generation)
      } catch (error) {
        if (!(error instanceof VaultDamaged)) throw error
        damage ??= error
      }
    }
    if (first.status === 'fulfilled') return first.value
    throw first.reason instanceof VaultDamaged ? (damage ?? first.reason) : first.reason
  }

  async #readOne(pointId: PointId, generation: number): Promise<Manifest> {
    const { vaultId } = this.#place
    const object = manifestObject(vaultId, pointId, generation)
    const split = splitManifest(await wholeObject(this.#place.store, object, MANIFEST), object)
    const vaultKey = await vaultKeyOf(this.#place, this.#keys, split.header)
    return openManifest(split, { vaultId, pointId, generation, vaultKey, object })
  }
}
