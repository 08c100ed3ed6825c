// Puts a whole pack under a new data key, in the memory it was read into: the same chunks in the
// same places, each decrypted, proved and encrypted again. No chunk is ever decompressed.

import { crc32 } from 'node:zlib'
import type { Random } from '../world/index.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, commitmentOf, copyOf, packNameOf } from './hashing.ts'
import type { FinishedPack } from './pack-builder.ts'
import { namingPack, openTable, readTrailerOf } from './pack-fetch.ts'
import * as format from './pack-format.ts'
import type { PackRef } from './point-manifest.ts'
import { KEY_BYTES, resealInPlace, type Seal, sealInto } from './sealing.ts'

/**
 * The pack under a key drawn here, and used for nothing else. `bytes` is the whole pack and becomes
 * the new one. Throws VaultDamaged naming `object`, the old pack's; `bytes` is then worthless.
 */
export function resealPack(
  bytes: Uint8Array,
  pack: PackRef,
  of: { readonly object: string; readonly random: Random },
): FinishedPack {
  const { object, random } = of
  const dataKey = random.bytes(KEY_BYTES)
  const header = copyOf(bytes.subarray(0, format.HEADER_BYTES))
  const { tableBytes } = readTrailerOf(bytes, pack, object)
  const tableOffset = bytes.length - format.TRAILER_BYTES - tableBytes
  const sealed = bytes.subarray(tableOffset, tableOffset + tableBytes)
  const table = openTable({ header, sealed }, pack, object)
  const rows = namingPack(pack, () => format.readTable(table, tableOffset, object))
  for (const chunk of rows) {
    const seal = (key: Uint8Array): Seal => ({
      key,
      ordinal: BigInt(chunk.ordinal),
      associated: format.chunkAssociated(chunk.ordinal, chunk.id),
    })
    const stored = bytes.subarray(chunk.offset, chunk.offset + chunk.storedBytes)
    if (resealInPlace(stored, seal(pack.dataKey), seal(dataKey))) continue
    const id = asBuffer(chunk.id).toString('hex')
    throw new VaultDamaged(object, `its chunk ${chunk.ordinal} (${id}) fails its seal`, {
      pack: pack.name,
    })
  }
  sealInto(bytes, tableOffset, table, {
    key: dataKey,
    ordinal: format.TABLE_ORDINAL,
    associated: format.tableAssociated(header),
  })
  const commitment = commitmentOf(dataKey)
  bytes.set(format.packTrailer(tableBytes, commitment), tableOffset + tableBytes)
  const name = packNameOf(bytes)
  const sizeBytes = bytes.length
  const ref = { name, sizeBytes, crc32: crc32(bytes), dataKey, usedBytes: 0 }
  return { ref, bytes }
}
