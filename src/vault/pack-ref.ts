// References to packs that were put earlier, made anew of what was remembered of them.

import type { PackRef } from './point-manifest.ts'

/** The reference to a pack that was put earlier; its chunks count as used once they are. */
export function packRefOf(
  pack: Pick<PackRef, 'name' | 'sizeBytes' | 'crc32'>,
  dataKey: Uint8Array,
): PackRef {
  const { name, sizeBytes, crc32 } = pack
  return { name, sizeBytes, crc32, dataKey, usedBytes: 0 }
}
