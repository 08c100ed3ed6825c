// The maps in a vault's store: sealed like fact records, each under a key of its own, and named by
// their bytes, so that writers need not agree on anything. Losing one costs a later copy some
// work, so damage is told and not thrown.

import type { KeyService } from '../keys/index.ts'
import { Answer, type VaultId } from '../model/index.ts'
import { ObjectMissing, type ObjectName, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { FeatureUnknown, VaultDamaged } from './damage.ts'
import type { Finding } from './fact-record.ts'
import { packNameOf } from './hashing.ts'
import { MAPPINGS_MAX, type PackMapping, readMap, writeMap } from './pack-map.ts'
import { openBody, sealObject, splitObject } from './sealed-object.ts'
import { KEY_BYTES } from './sealing.ts'
import { listMaps, mapObject } from './vault-files.ts'
import { type VaultKeys, vaultKeyOf } from './vault-record.ts'

const MAGIC = 'CHREMAP1'
const MAP_BYTES_MAX = 64 * 1024 * 1024
/** Maps that may vanish while they are read, for a sweep made one of them, before reading anew. */
const READINGS_MAX = 3

/** One map that was read. */
export interface PackMap {
  readonly object: ObjectName
  readonly mappings: readonly PackMapping[]
}

/** The maps of a vault that can be read, in no order that means anything. */
export interface MapsRead {
  readonly maps: readonly PackMap[]
  readonly findings: readonly Finding[]
}

export interface VaultMaps {
  /**
   * Creates as many maps as it takes, durable when it resolves. Again, it writes others that say
   * the same, which does no harm.
   */
  write(mappings: readonly PackMapping[], random: Random): Promise<void>
  /** Reads every map. Damage is told, not thrown. */
  read(signal?: AbortSignal): Promise<MapsRead>
  /** Gone when it resolves; absent is fine. */
  delete(object: ObjectName): Promise<void>
}

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
}

/** The maps of the vault whose record was opened. */
export function vaultMaps(place: Place, keys: VaultKeys): VaultMaps {
  return new SealedMaps(place, keys)
}

class SealedMaps implements VaultMaps {
  readonly #place: Place
  readonly #keys: VaultKeys

  constructor(place: Place, keys: VaultKeys) {
    this.#place = place
    this.#keys = keys
  }

  async write(mappings: readonly PackMapping[], random: Random): Promise<void> {
    const { store, vaultId } = this.#place
    for (let at = 0; at < mappings.length; at += MAPPINGS_MAX) {
      const bytes = sealObject({
        magic: MAGIC,
        about: {},
        plain: writeMap(mappings.slice(at, at + MAPPINGS_MAX)),
        sealing: { vaultId, ...this.#keys },
        keyMember: 'wrappedMapKey',
        key: random.bytes(KEY_BYTES),
      })
      await store.put(mapObject(vaultId, packNameOf(bytes)), bytes)
    }
  }

  async read(signal?: AbortSignal): Promise<MapsRead> {
    for (let reading = 1; ; reading += 1) {
      const found = await this.#readAll(signal)
      if (!found.vanished || reading === READINGS_MAX) return found
    }
  }

  async delete(object: ObjectName): Promise<void> {
    await this.#place.store.delete(object)
  }

  async #readAll(signal?: AbortSignal): Promise<MapsRead & { vanished: boolean }> {
    const maps: PackMap[] = []
    const findings: Finding[] = []
    let vanished = false
    for await (const object of listMaps(this.#place)) {
      signal?.throwIfAborted()
      try {
        maps.push({ object, mappings: await this.#readOne(object) })
      } catch (error) {
        if (error instanceof ObjectMissing) vanished = true
        else findings.push({ object, reason: reasonOf(error) })
      }
    }
    return { maps, findings, vanished }
  }

  async #readOne(object: ObjectName): Promise<PackMapping[]> {
    const { store, vaultId } = this.#place
    const head = await store.head(object)
    if (head !== undefined && head.sizeBytes > MAP_BYTES_MAX) {
      throw new VaultDamaged(object, 'is too large for a map')
    }
    const bytes = await store.get(object)
    if (!object.endsWith(`/${packNameOf(bytes)}`)) {
      throw new VaultDamaged(object, 'its bytes do not have its name')
    }
    const split = splitObject(bytes, { object, magic: MAGIC, what: 'map' })
    if (split.key.vaultId !== vaultId) throw new VaultDamaged(object, 'is of another vault')
    const vaultKey = await vaultKeyOf(this.#place, this.#keys, split.key)
    const wrappedKey = split.json.base64('wrappedMapKey')
    return readMap(openBody(split, { vaultKey, wrappedKey, object }), object)
  }
}

/** Why a map is done without. What is wrong with the world is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof VaultDamaged) return error.reason
  if (error instanceof FeatureUnknown || error instanceof Answer) return error.message
  throw error
}
