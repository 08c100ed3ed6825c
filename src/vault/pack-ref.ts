// A pack remembered by the catalog, made into a reference again.

import { commitmentOf } from './hashing.ts'
import type { PackRef } from './point-manifest.ts'

/** The reference to a pack that was put earlier; its chunks count as used once they are. */
export function packRefOf(
  pack: Pick<PackRef, 'name' | 'sizeBytes' | 'crc32'>,
  dataKey: Uint8Array,
): PackRef {
  const { name, sizeBytes, crc32 } = pack
  return { name, sizeBytes, crc32, dataKey, commitment: commitmentOf(dataKey), usedBytes: 0 }
}
