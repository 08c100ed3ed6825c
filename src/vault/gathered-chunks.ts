// Where chunks lie that were brought together, and what the manifests of their points say then.

import type { PackName } from '../model/index.ts'
import type { ChunkTable } from './chunk-table.ts'
import type { PackMapping } from './pack-map.ts'
import type { BlockRef, Manifest, PackRef } from './point-manifest.ts'

export interface Gathered {
  /** The packs whose used chunks lie elsewhere now. */
  readonly from: readonly PackName[]
  /** New packs. */
  readonly made: readonly PackRef[]
  /** What the new packs hold, for a map. */
  readonly mappings: readonly PackMapping[]
  /** All packs where the chunks lie, new ones and others, as `table` numbers them. */
  readonly packs: readonly PackRef[]
  readonly table: ChunkTable
  /** What a point uses of the packs the chunks come from. */
  rowsOf(manifest: Manifest): Set<number>
  idOf(row: number): Uint8Array
}

/** Where a point's contents lie. */
export type Places = Pick<Manifest, 'packs' | 'entryBlocks'>

export class GatheredChunks {
  readonly #by: Gathered
  readonly #from: ReadonlySet<PackName>

  constructor(by: Gathered) {
    this.#by = by
    this.#from = new Set(by.from)
  }

  /** The packs whose used chunks lie elsewhere now. */
  get from(): ReadonlySet<PackName> {
    return this.#from
  }

  get made(): readonly PackRef[] {
    return this.#by.made
  }

  get mappings(): readonly PackMapping[] {
    return this.#by.mappings
  }

  /** Where the contents of a point lie that was looked at; undefined when none of them moved. */
  placesOf(manifest: Manifest): Places | undefined {
    if (!manifest.packs.some(({ name }) => this.#from.has(name))) return undefined
    const packs: PackRef[] = manifest.packs.filter(({ name }) => !this.#from.has(name))
    const stay = new Map(packs.map(({ name }, number) => [name, number]))
    const numbers = this.#add(packs, stay, this.#usedBytes(manifest))
    const entryBlocks = manifest.entryBlocks.map((block): BlockRef => {
      const number = stay.get((manifest.packs[block.pack] as PackRef).name)
      if (number !== undefined) return { ...block, pack: number }
      const place = this.#by.table.placeOf(this.#by.table.find(block.chunk))
      return { ...block, ...place, pack: numbers[place.pack] as number }
    })
    return { packs, entryBlocks }
  }

  /** Of each pack the bytes that the point uses in place of those moved. */
  #usedBytes(manifest: Manifest): Float64Array {
    const { table } = this.#by
    const used = new Float64Array(this.#by.packs.length)
    for (const row of this.#by.rowsOf(manifest)) {
      const found = table.find(this.#by.idOf(row))
      // What a point needs is never left behind: this one is not sealed.
      if (found < 0) throw new Error(`a chunk of point ${manifest.pointId} was not moved`)
      const { pack, storedBytes } = table.placeOf(found)
      used[pack] = (used[pack] as number) + storedBytes
    }
    return used
  }

  /** Adds the packs that are used to those of a manifest; answers the number each has there. */
  #add(packs: PackRef[], numbers: ReadonlyMap<PackName, number>, used: Float64Array): number[] {
    return this.#by.packs.map((pack, at) => {
      const more = used[at] as number
      if (more === 0) return -1
      const number = numbers.get(pack.name)
      if (number === undefined) return packs.push({ ...pack, usedBytes: more }) - 1
      const before = packs[number] as PackRef
      const usedBytes = Math.min(before.sizeBytes, before.usedBytes + more)
      packs[number] = { ...before, usedBytes }
      return number
    })
  }
}
