// What of some packs of a vault recovery points use, exactly: found by reading the dictionaries of
// entry lists, each block once however many points share it. Then what is used is brought together:
// in the same vault, to compact it, or in another, to copy no more than is needed.

import type { PackName } from '../model/index.ts'
import type { Random } from '../world/index.ts'
import { ByteReader } from './byte-reader.ts'
import { ChunkTable } from './chunk-table.ts'
import type { VaultDamaged } from './damage.ts'
import { Dictionary } from './entry-list.ts'
import { GatheredChunks } from './gathered-chunks.ts'
import { asBuffer } from './hashing.ts'
import type { OpenVault } from './open-vault.ts'
import { fetchBlock, fetchTable, loadTables } from './pack-fetch.ts'
import type { PackedChunk } from './pack-format.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { BlockRef, Manifest, PackRef } from './point-manifest.ts'
import { repack } from './repack.ts'
import type { TransferProgress } from './transfer.ts'

/** Chunks of packs that are looked into at once: 64 MiB of memory. */
const CHUNKS_MAX = 1024 * 1024
/** Entry blocks of all points, each about a mebibyte of entries: 64 MiB of memory. */
const BLOCKS_MAX = 256 * 1024
/** Tables being fetched at the same time. */
const FETCHES_MAX = 8

export interface Gathering {
  readonly destination: OpenVault
  /** Packs of the destination that stay and may hold some of the chunks. */
  readonly there: readonly PackRef[]
  /** A pack of which more than this part would be put anew is left as it is. */
  readonly partMax?: number
  readonly ledger: PackLedger
  readonly random: Random
  readonly signal: AbortSignal
  readonly onProgress: (delta: TransferProgress) => void
  readonly mend?: (damage: VaultDamaged) => Promise<boolean>
}

/** Points that have more distinct entry blocks than fit into memory. */
export class TooManyBlocks extends Error {
  constructor() {
    super(`the recovery points have more than ${BLOCKS_MAX} different blocks of entries`)
    this.name = 'TooManyBlocks'
  }
}

export class SparseSurvey {
  readonly #vault: OpenVault
  readonly #packs: PackRef[] = []
  readonly #table = new ChunkTable()
  /** Further packs, by their index, of chunks that are in more than one. */
  readonly #also = new Map<number, number[]>()
  /** Rows that an entry block, by its id, refers to. */
  readonly #blocks = new Map<string, Uint32Array>()
  /** Rows that are entry blocks themselves. */
  readonly #entryRows = new Set<number>()

  private constructor(vault: OpenVault) {
    this.#vault = vault
  }

  /** Loads the tables of as many of the packs as fit. Throws VaultDamaged naming a pack. */
  static async open(
    vault: OpenVault,
    packs: readonly PackRef[],
    signal: AbortSignal,
  ): Promise<SparseSurvey> {
    const survey = new SparseSurvey(vault)
    for (let at = 0; at < packs.length; at += FETCHES_MAX) {
      signal.throwIfAborted()
      const some = packs.slice(at, at + FETCHES_MAX)
      const tables = await Promise.all(some.map((pack) => fetchTable(vault, pack, signal)))
      for (const [number, rows] of tables.entries()) {
        if (survey.#table.size + rows.length > CHUNKS_MAX) return survey
        survey.#add(some[number] as PackRef, rows)
      }
    }
    return survey
  }

  /** Marks what a point uses. Throws VaultDamaged naming a pack, and TooManyBlocks. */
  async look(manifest: Manifest, signal: AbortSignal): Promise<void> {
    for (const block of manifest.entryBlocks) {
      const own = this.#table.find(block.chunk)
      if (own >= 0) {
        this.#table.markUsed(own)
        this.#entryRows.add(own)
      }
      const key = keyOf(block)
      if (this.#blocks.has(key)) continue
      if (this.#blocks.size === BLOCKS_MAX) throw new TooManyBlocks()
      signal.throwIfAborted()
      const pack = manifest.packs[block.pack] as PackRef
      const plain = await fetchBlock(this.#vault, pack, block)
      const dictionary = new Dictionary(new ByteReader(plain, pack.name))
      const rows = new Set<number>()
      for (let at = 0; at < dictionary.size; at++) {
        const row = this.#table.find(dictionary.id(at))
        if (row >= 0) rows.add(row)
      }
      for (const row of rows) this.#table.markUsed(row)
      this.#blocks.set(key, rows.size === 0 ? NO_ROWS : Uint32Array.from(rows))
    }
  }

  /** The packs looked into, and how many of their stored bytes the points seen use. */
  used(): (PackRef & { readonly usedBytes: number })[] {
    const used = new Float64Array(this.#packs.length)
    for (let row = 0; row < this.#table.size; row++) {
      if (!this.#table.isUsed(row)) continue
      const { storedBytes } = this.#table.placeOf(row)
      for (const pack of this.#packsOf(row)) used[pack] = (used[pack] as number) + storedBytes
    }
    return this.#packs.map((pack, at) => ({ ...pack, usedBytes: used[at] as number }))
  }

  /**
   * Brings what is used of the chosen packs together in the destination, but for chunks that packs
   * of it hold already. Everything it answers with is durable there; repeating it puts what it put
   * once more.
   */
  async gather(chosen: readonly PackName[], work: Gathering): Promise<GatheredChunks> {
    const { destination, there, signal } = work
    const known = new ChunkTable()
    await loadTables(destination, there, { table: known, chunksMax: ALL, signal })
    const isWorthIt = this.#worthIt(new Set(chosen), known, work.partMax ?? 1)
    const ownerOf = (row: number) => this.#packsOf(row).find((pack) => isWorthIt[pack]) ?? -1
    const orders = this.#packs.flatMap((pack, index) => {
      if (!isWorthIt[index]) return []
      const wants = ({ id }: PackedChunk) => {
        const row = this.#table.find(id)
        return this.#table.isUsed(row) && ownerOf(row) === index && known.find(id) < 0
      }
      return [{ pack, wants, holds: this.#holds(index) }]
    })
    const mappings = await repack({ ...work, source: this.#vault, orders })
    const made = new Map(mappings.flatMap(({ to }) => to.map((pack) => [pack.name, pack])))
    const packs = [...there, ...made.values()]
    const table = new ChunkTable()
    await loadTables(destination, packs, { table, chunksMax: ALL, signal })
    return new GatheredChunks({
      from: orders.map(({ pack }) => pack.name),
      made: [...made.values()],
      mappings,
      packs,
      table,
      rowsOf: (manifest) => this.#rowsOf(manifest, (row) => ownerOf(row) >= 0),
      idOf: (row) => this.#table.idOf(row),
    })
  }

  /** Which of the chosen packs have at most a part of them to be put anew. */
  #worthIt(chosen: ReadonlySet<PackName>, known: ChunkTable, partMax: number): boolean[] {
    const wanted = new Float64Array(this.#packs.length)
    for (let row = 0; row < this.#table.size; row++) {
      if (!this.#table.isUsed(row) || known.find(this.#table.idOf(row)) >= 0) continue
      const { storedBytes } = this.#table.placeOf(row)
      for (const pack of this.#packsOf(row)) wanted[pack] = (wanted[pack] as number) + storedBytes
    }
    return this.#packs.map(({ name, sizeBytes }, at) => {
      return chosen.has(name) && (wanted[at] as number) <= sizeBytes * partMax
    })
  }

  #add(pack: PackRef, rows: readonly PackedChunk[]): void {
    const number = this.#packs.push(pack) - 1
    for (const chunk of rows) {
      const found = this.#table.find(chunk.id)
      if (found < 0) {
        const row = this.#table.add(chunk.id, chunk.plainBytes)
        this.#table.place(row, { pack: number, ...chunk })
      } else this.#also.set(found, [...(this.#also.get(found) ?? []), number])
    }
  }

  #packsOf(row: number): number[] {
    return [this.#table.placeOf(row).pack, ...(this.#also.get(row) ?? [])]
  }

  /** Packs hold blocks of entries or data, as they were written. */
  #holds(pack: number): 'data' | 'entries' {
    for (const row of this.#entryRows) if (this.#packsOf(row).includes(pack)) return 'entries'
    return 'data'
  }

  /** The rows that a point which was looked at uses. */
  #rowsOf(manifest: Manifest, isWanted: (row: number) => boolean): Set<number> {
    const rows = new Set<number>()
    for (const block of manifest.entryBlocks) {
      const referred = this.#blocks.get(keyOf(block))
      if (referred === undefined) throw new Error('a point is to be moved that was not looked at')
      const own = this.#table.find(block.chunk)
      for (const row of own < 0 ? referred : [own, ...referred]) if (isWanted(row)) rows.add(row)
    }
    return rows
  }
}

const NO_ROWS = new Uint32Array()
const ALL = Number.POSITIVE_INFINITY

function keyOf(block: BlockRef): string {
  return asBuffer(block.chunk).toString('base64')
}
