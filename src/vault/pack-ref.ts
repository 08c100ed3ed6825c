// References to packs: remembered by the catalog and made anew, or held by a writer in numbers.

import type { PackRef } from './point-manifest.ts'
import { KEY_BYTES } from './sealing.ts'

/** The reference to a pack that was put earlier; its chunks count as used once they are. */
export function packRefOf(
  pack: Pick<PackRef, 'name' | 'sizeBytes' | 'crc32'>,
  dataKey: Uint8Array,
): PackRef {
  const { name, sizeBytes, crc32 } = pack
  return { name, sizeBytes, crc32, dataKey, usedBytes: 0 }
}

const SLAB_PACKS = 1024

/** Lays the keys of many packs side by side: as arrays of their own they take far more. */
export class KeptKeys {
  #slab = new Uint8Array()

  /** The same reference, its key kept here. */
  keep(ref: PackRef): PackRef {
    if (this.#slab.length === 0) this.#slab = new Uint8Array(SLAB_PACKS * KEY_BYTES)
    const dataKey = this.#slab.subarray(0, KEY_BYTES)
    this.#slab = this.#slab.subarray(KEY_BYTES)
    dataKey.set(ref.dataKey)
    return { ...ref, dataKey }
  }
}
