// Sealing manifests again, so that a death at any moment leaves a point whole: the catalog keeps
// the packs of both generations while both may be there, and the generation under way is occupied
// before the catalog forgets anything, so that a seal that comes late finds it taken.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { packs, points } from '../catalog/index.ts'
import { DiskFull, type PointId } from '../model/index.ts'
import type { Manifest, OpenVault } from '../vault/index.ts'
import { FeatureUnknown, VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'

const POINTS_AT_ONCE = 100

/** Generations of one point that may be damaged, one above the other. */
const DAMAGED_MAX = 3

export interface ResealingOrder {
  readonly context: Pick<JobContext, 'catalog' | 'log' | 'random'>
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly vault: VaultRow
  readonly open: OpenVault
}

export class Resealing {
  readonly #by: ResealingOrder

  constructor(by: ResealingOrder) {
    this.#by = by
  }

  /** Seals a manifest again and lets go of what it names no more. Does nothing for what is gone. */
  async reseal(manifest: Manifest, places: Pick<Manifest, 'packs' | 'entryBlocks'>): Promise<void> {
    const { context, claim, vault, open } = this.#by
    const { pointId } = manifest
    const generation = manifest.generation + 1
    const of = { vaultId: vault.id, pointId, generation }
    const before = new Set(manifest.packs.map(({ name }) => name))
    const names = places.packs.flatMap(({ name }) => (before.has(name) ? [] : [name]))
    const begun = await context.catalog.transaction(async (tx) => {
      await packs.mustHold(tx, { jobId: claim.job.id, fence: claim.fence })
      return packs.beginReseal(tx, { ...of, names })
    })
    if (!begun) return
    await open.resealManifest(manifest, { ...places, generation }, context.random)
    await this.#settle(pointId, generation)
  }

  /** Settles what earlier attempts left, and learns what points use that were recorded without. */
  async settleAll(): Promise<void> {
    const { context, signal, vault } = this.#by
    let after: PointId | undefined
    let full: DiskFull | undefined
    for (;;) {
      const query = { vaultId: vault.id, limit: POINTS_AT_ONCE, after }
      const open = await context.catalog.read((tx) => packs.unsettled(tx, query))
      for (const { id, resealing } of open) {
        signal.throwIfAborted()
        // The others may be on their way out, and make room.
        full = (await this.#settleIfRoom(id, resealing)) ?? full
      }
      after = open.at(-1)?.id
      if (open.length < POINTS_AT_ONCE) break
    }
    if (full) throw full
  }

  async #settleIfRoom(pointId: PointId, generation?: number): Promise<DiskFull | undefined> {
    try {
      await this.#settle(pointId, generation)
      return undefined
    } catch (error) {
      if (error instanceof DiskFull) return error
      throw error
    }
  }

  async #settle(pointId: PointId, generation: number | undefined): Promise<void> {
    const { context, claim, vault, open } = this.#by
    const { catalog, log } = context
    const manifest = await this.#occupied(pointId, generation)
    if (manifest) await open.dropOlderManifests(pointId, manifest.generation)
    const isSettled = await catalog.transaction(async (tx) => {
      await packs.mustHold(tx, { jobId: claim.job.id, fence: claim.fence })
      if (manifest) {
        return packs.settle(tx, { vaultId: vault.id, pointId, uses: manifest.packs })
      }
      // Its deletion waits for nothing but this; what it kept it keeps until it is gone.
      const point = await points.byId(tx, pointId)
      if (point?.status === 'DELETING') await packs.settleAsWhole(tx, pointId)
      return point === undefined
    })
    if (!isSettled) log.warn({ vault: vault.id, point: pointId }, 'a point keeps all its packs')
  }

  /** The highest generation, which is at least this one. Undefined when none can be read. */
  async #occupied(pointId: PointId, generation = 1): Promise<Manifest | undefined> {
    const { context, open } = this.#by
    try {
      const manifest = await open.readManifest(pointId)
      if (manifest.generation >= generation) return manifest
      return await this.#occupy(manifest, generation)
    } catch (error) {
      // What a late attempt seals of a point that is gone is nobody's, and goes with a later sweep.
      const isLet = error instanceof DiskFull && (await this.#isDeleted(pointId))
      const isUnreadable = error instanceof VaultDamaged || error instanceof FeatureUnknown
      if (!isUnreadable && !isLet) throw error
      context.log.warn({ point: pointId, error: error.message }, 'a manifest cannot be read')
      return undefined
    }
  }

  async #isDeleted(pointId: PointId): Promise<boolean> {
    const { catalog } = this.#by.context
    const point = await catalog.read((tx) => points.byId(tx, pointId))
    return point === undefined || point.status === 'DELETING'
  }

  /** Above a generation that is there and damaged the same is sealed once more. */
  async #occupy(manifest: Manifest, generation: number): Promise<Manifest> {
    const { context, open } = this.#by
    const { packs, entryBlocks } = manifest
    for (let next = generation; ; next += 1) {
      try {
        const same = { generation: next, packs, entryBlocks }
        return await open.resealManifest(manifest, same, context.random)
      } catch (error) {
        const isTaken = error instanceof VaultDamaged && next < generation + DAMAGED_MAX
        if (!isTaken) throw error
      }
    }
  }
}
