// Deleting a recovery point: the catalog already calls it DELETING, so nothing new may rest on it;
// then its store is told so, its manifest goes, then its row. Its packs stay until a sweep finds
// that nothing needs them. Where the vault cannot be opened any more, the store is told when it
// can.

import type { Claim, PointRow, VaultRow } from '../catalog/index.ts'
import { jobs, packs, points, tags, vaults } from '../catalog/index.ts'
import type { DeleteDetail } from '../model/index.ts'
import { DeletionPermit } from '../model/index.ts'
import { deleteManifests } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { isClosed, isUntellable } from './damage.ts'
import { queueSweep } from './sweep.ts'

/** How often to ask whether a sweep is done with the point. */
const ASK_AGAIN_MS = 1_000

export async function runDelete(context: JobContext, claim: Claim): Promise<void> {
  const { catalog, clock } = context
  const detail = claim.job.detail as DeleteDetail
  const { point, vault } = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    const vault = await vaults.byId(tx, detail.vaultId)
    return { point: await points.byId(tx, detail.pointId), vault }
  })
  await removePoint(context, claim, { point, vault })
}

/** Removes a point called DELETING, by whom ever, and ends the job; repeating it is harmless. */
export async function removePoint(
  context: JobContext,
  claim: Claim,
  of: { readonly point: PointRow | undefined; readonly vault: VaultRow | undefined },
): Promise<void> {
  const { catalog, clock } = context
  const { vault } = of
  const { point, permit } = marked(of.point)
  // Its files are in one of them; of a move between them something may be in the other.
  const cold = vault && (await catalog.read((tx) => vaults.coldPart(tx, vault.id)))
  const parts = [vault, cold].filter((part) => part !== undefined)
  const holding = parts.find(({ id }) => point && id === vaults.holdingId(point))
  if (point && holding && (await waitsForSweep(context, claim, { point, vault: holding }))) return
  if (permit && vault) {
    // First, or a catalog made anew out of the store would miss a point that was not lost.
    await tellDeletion(context, vault)
    for (const part of parts) {
      const store = await context.vaults.storeOf(part)
      await deleteManifests({ store, vaultId: part.id }, permit)
    }
  }
  await catalog.transaction(async (tx) => {
    if (point) {
      await points.remove(tx, permit)
      await tags.drop(tx, point.arn)
    }
    for (const part of parts) await queueSweep(tx, context, part)
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: clock.now() })
  })
}

/**
 * A sweep that began to seal the point's manifest again settles that first, or what it seals could
 * come after the deletion and stay. Then the job is given back for a while: true. Nothing is sealed
 * in a vault that cannot be opened.
 */
async function waitsForSweep(
  context: JobContext,
  claim: Claim,
  { point, vault }: { readonly point: PointRow; readonly vault: VaultRow },
): Promise<boolean> {
  const { catalog, clock } = context
  if (!(await catalog.read((tx) => packs.isResealing(tx, point.id)))) return false
  try {
    await context.vaults.open(vault)
  } catch (error) {
    if (!isClosed(error)) throw error
    return false
  }
  await catalog.transaction(async (tx) => {
    await queueSweep(tx, context, vault)
    const waitingFor = 'a sweep that moves its packs'
    await jobs.pause(tx, claim, { dueAt: clock.now() + ASK_AGAIN_MS, waitingFor })
  })
  return true
}

/** The point with the permit that being called DELETING is; neither when it is gone already. */
function marked(point: PointRow | undefined) {
  if (!point) return { point: undefined, permit: undefined }
  const { id, status } = point
  if (status !== 'DELETING') throw new Error(`point ${id} is to be deleted in ${status}`)
  return { point, permit: DeletionPermit.ofMarked({ id, status }) }
}

/**
 * Without the vault's key nothing can be told, and nothing of the point can be read either; on a
 * full disk nothing can be told before room is made. It goes untold, its fact stays in the outbox:
 * docs/decisions/0008 and 0017.
 */
async function tellDeletion(context: JobContext, vault: VaultRow): Promise<void> {
  try {
    await context.facts.durable(vault.id)
  } catch (error) {
    if (!isUntellable(error)) throw error
    context.log.warn({ vault: vault.id, error }, 'a deletion is told later')
  }
}
