// What a backup leans on: the newest recovery point of its resource. It only saves work. Whatever
// of it is lost is done without, marked and told, and what cannot be known from it is read anew.

import type { PointRow, VaultRow } from '../catalog/index.ts'
import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import type { Manifest, OpenVault, PackRef } from '../vault/index.ts'
import { VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { markDamaged } from './damage.ts'

interface Place {
  readonly context: Pick<JobContext, 'catalog' | 'clock' | 'log'>
  readonly vault: Pick<OpenVault, 'readManifest'>
  readonly vaultRow: VaultRow
}

export class ParentPoint {
  readonly #place: Place
  readonly #row: PointRow | undefined
  #manifest: Manifest | undefined
  #isListLost = false
  readonly #lostPacks = new Set<PackName>()

  private constructor(place: Place, row: PointRow | undefined) {
    this.#place = place
    this.#row = row
  }

  /** Reads its manifest; one that was deleted meanwhile, or is damaged, is done without. */
  static async open(place: Place, row: PointRow | undefined): Promise<ParentPoint> {
    const parent = new ParentPoint(place, row)
    try {
      if (row) parent.#manifest = await place.vault.readManifest(row.id)
    } catch (error) {
      parent.listLost(error)
    }
    return parent
  }

  /** Its manifest, as long as its entries can be compared with what is there now. */
  get manifest(): Manifest | undefined {
    return this.#isListLost ? undefined : this.#manifest
  }

  /**
   * Its packs without those known to be damaged, or that its list was lost with: what lies in them
   * is put anew.
   */
  async packs(): Promise<PackRef[]> {
    const { context, vaultRow } = this.#place
    const { packs: refs = [], entryBlocks = [] } = this.#manifest ?? {}
    const names = refs.map((pack) => pack.name)
    const damaged = await context.catalog.read((tx) => packs.damaged(tx, vaultRow.id, names))
    const ofList = new Set(this.#isListLost ? entryBlocks.map(({ pack }) => pack) : [])
    return refs.filter(({ name }, number) => {
      return !damaged.has(name) && !this.#lostPacks.has(name) && !ofList.has(number)
    })
  }

  /** Its manifest or its entry list cannot be read. */
  listLost(error: unknown): void {
    this.#isListLost = true
    this.#note(error, 'parent cannot be used')
  }

  /** A pack of it cannot be read. */
  packLost(pack: PackRef, error: unknown): void {
    this.#note(error, 'a pack of the parent cannot be used')
    this.#lostPacks.add(pack.name)
  }

  /** Marks the packs that are damaged, so that none leans on them; says what was done without. */
  async tellLost(): Promise<string[]> {
    const { context, vaultRow } = this.#place
    await markDamaged(context, vaultRow, this.#lostPacks)
    const { id } = this.#row ?? {}
    const lost = this.#lostPacks.size
    return [
      ...(this.#isListLost
        ? [`The entries of recovery point ${id} could not be read: all files were read again.`]
        : []),
      ...(lost > 0 ? [`Packs of recovery point ${id} that are damaged or missing: ${lost}.`] : []),
    ]
  }

  #note(error: unknown, message: string): void {
    this.#place.context.log.warn({ point: this.#row?.id, error }, message)
    if (error instanceof VaultDamaged && error.pack !== undefined) this.#lostPacks.add(error.pack)
  }
}

/** The newest recovery point's list of entries is lost: the resource must be read without it. */
export class ParentListLost extends Error {
  constructor(cause: unknown) {
    super('the newest recovery point is not to be leaned on', { cause })
    this.name = 'ParentListLost'
  }
}
