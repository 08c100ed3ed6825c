// Deleting a recovery point: the catalog already calls it DELETING, so nothing new may rest on it;
// then its store is told so, its manifest goes, then its row. Its packs stay until a sweep finds
// that nothing needs them.

import type { Claim } from '../catalog/index.ts'
import { jobs, points, tags, vaults } from '../catalog/index.ts'
import type { DeleteDetail } from '../model/index.ts'
import type { JobContext } from './context.ts'
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
    await context.facts.durable(vault.id)
    await (await context.vaults.open(vault)).deleteManifest(point.id)
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
