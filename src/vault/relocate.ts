// What a manifest says of its packs when other packs stand for them: which packs there are, how
// much of them is used, and where the entry list's blocks lie now.

import { VaultDamaged } from './damage.ts'
import { asBuffer } from './hashing.ts'
import { fetchTable, type PackPlace } from './pack-fetch.ts'
import type { PackedChunk } from './pack-format.ts'
import type { BlockRef, Manifest, PackRef } from './point-manifest.ts'
import { packObject } from './vault-files.ts'

type Contents = Pick<Manifest, 'packs' | 'entryBlocks'>

/**
 * The contents of a point when for each of its packs, in their order, the packs of `standIns`
 * stand. One stand-in takes over the used bytes; of several each is said to have as much used as
 * it can have. Throws VaultDamaged when a block of the entry list is in none of them.
 */
export async function relocate(
  place: PackPlace,
  contents: Contents,
  standIns: readonly (readonly PackRef[])[],
): Promise<Contents> {
  const packs: PackRef[] = []
  const indices = new Map<string, number>()
  for (const [number, { usedBytes: used }] of contents.packs.entries()) {
    for (const ref of standIns[number] ?? []) {
      const index = indices.get(ref.name) ?? packs.length
      indices.set(ref.name, index)
      const usedBytes = Math.min(ref.sizeBytes, (packs[index]?.usedBytes ?? 0) + used)
      packs[index] = { ...ref, usedBytes }
    }
  }
  const tables = new TableReading(place)
  const entryBlocks: BlockRef[] = []
  for (const block of contents.entryBlocks) {
    const { ref, chunk } = await tables.find(standIns[block.pack] ?? [], block.chunk)
    const { ordinal, offset, storedBytes, plainBytes, encoding } = chunk
    const pack = indices.get(ref.name) as number
    entryBlocks.push({
      chunk: block.chunk,
      pack,
      ordinal,
      offset,
      storedBytes,
      plainBytes,
      encoding,
    })
  }
  return { packs, entryBlocks }
}

/** Tables read for one block after another: those of the pack asked about last are kept. */
class TableReading {
  readonly #place: PackPlace
  #packs: readonly PackRef[] = []
  #chunks = new Map<string, { ref: PackRef; chunk: PackedChunk }>()

  constructor(place: PackPlace) {
    this.#place = place
  }

  async find(packs: readonly PackRef[], id: Uint8Array) {
    if (packs !== this.#packs) {
      this.#packs = packs
      this.#chunks = new Map()
      for (const ref of packs) {
        for (const chunk of await fetchTable(this.#place, ref)) {
          this.#chunks.set(hexOf(chunk.id), { ref, chunk })
        }
      }
    }
    const found = this.#chunks.get(hexOf(id))
    if (found !== undefined) return found
    const [first] = packs
    const object = first ? packObject(this.#place.vaultId, first.name) : this.#place.vaultId
    const reason = `has no chunk ${hexOf(id)}, a block of an entry list`
    throw new VaultDamaged(object, reason, first && { pack: first.name })
  }
}

function hexOf(id: Uint8Array): string {
  return asBuffer(id).toString('hex')
}
