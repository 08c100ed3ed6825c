// Opens chunks of packs that lie in memory, for tests of what makes packs.

import { blake3 } from '@napi-rs/blake-hash'
import type { ChunkPlace } from './chunk-table.ts'
import { openChunk } from './pack-fetch.ts'
import type { MadePack } from './packing.ts'
import { vaultIdOf } from './vault-world.suite.ts'

/** An id for a chunk: any 32 bytes that its content decides. */
export function blakeId(plain: Uint8Array): Uint8Array {
  return blake3(plain)
}

/** Opens chunks of a pack by what they were and where they were placed. */
export function packOpener({ ref, bytes }: MadePack) {
  return (plain: Uint8Array, { pack: _, ...place }: ChunkPlace): Uint8Array => {
    const chunk = { ...place, id: blakeId(plain), plainBytes: plain.length }
    const sealed = bytes.subarray(place.offset, place.offset + place.storedBytes)
    return openChunk(vaultIdOf(1), ref, chunk, sealed)
  }
}
