// References to packs: remembered by the catalog and made anew, or held by a writer in numbers.

import { commitmentOf, ID_BYTES } from './hashing.ts'
import type { PackRef } from './point-manifest.ts'
import { KEY_BYTES } from './sealing.ts'

/** The reference to a pack that was put earlier; its chunks count as used once they are. */
export function packRefOf(
  pack: Pick<PackRef, 'name' | 'sizeBytes' | 'crc32'>,
  dataKey: Uint8Array,
): PackRef {
  const { name, sizeBytes, crc32 } = pack
  return { name, sizeBytes, crc32, dataKey, commitment: commitmentOf(dataKey), usedBytes: 0 }
}

const SLAB_PACKS = 1024

/** Lays the keys of many packs side by side: as arrays of their own they take far more. */
export class KeptKeys {
  #slab = new Uint8Array()

  /** The same reference, its keys kept here. */
  keep(ref: PackRef): PackRef {
    if (this.#slab.length === 0) this.#slab = new Uint8Array(SLAB_PACKS * (KEY_BYTES + ID_BYTES))
    const dataKey = this.#slab.subarray(0, KEY_BYTES)
    const commitment = this.#slab.subarray(KEY_BYTES, KEY_BYTES + ID_BYTES)
    this.#slab = this.#slab.subarray(KEY_BYTES + ID_BYTES)
    dataKey.set(ref.dataKey)
    commitment.set(ref.commitment)
    return { ...ref, dataKey, commitment }
  }
}
