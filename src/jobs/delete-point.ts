// Deleting a recovery point: the catalog already calls it DELETING, so nothing new may rest on it;
// then its store is told so, its manifest goes, then its row. Its packs stay until a sweep finds
// that nothing needs them. Where the vault cannot be opened any more, the store is told when it can.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { jobs, points, tags, vaults } from '../catalog/index.ts'
import type { DeleteDetail } from '../model/index.ts'
import { deleteManifests } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { isClosed } from './damage.ts'
import { queueSweep } from './sweep.ts'

export async function runDelete(context: JobContext, claim: Claim): Promise<void> {
  const { catalog, clock } = context
  const detail = claim.job.detail as DeleteDetail
  const { point, vault } = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    const vault = await vaults.byId(tx, detail.vaultId)
    return { point: await points.byId(tx, detail.pointId), vault }
  })
  if (point && vault) {
    // First, or a catalog made anew out of the store would miss a point that was not lost.
    await tellDeletion(context, vault)
    const store = await context.vaults.storeOf(vault)
    await deleteManifests({ store, vaultId: vault.id }, point.id)
  }
  await catalog.transaction(async (tx) => {
    if (point) {
      await points.remove(tx, point.id)
      await tags.drop(tx, point.arn)
    }
    if (vault) await queueSweep(tx, context, vault)
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: clock.now() })
  })
}

/**
 * Without the vault's key nothing can be told, and nothing of the point can be read either: it goes
 * untold, and its fact stays in the outbox. Why nothing unsealed is written in its place is
 * docs/decisions/0008.
 */
async function tellDeletion(context: JobContext, vault: VaultRow): Promise<void> {
  try {
    await context.facts.durable(vault.id)
  } catch (error) {
    if (!isClosed(error)) throw error
    context.log.warn({ vault: vault.id, error: String(error) }, 'a deletion is told later')
  }
}
