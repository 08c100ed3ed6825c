// What a job that ends without success leaves outside the catalog, whatever ended it: its answer, a
// stop, troubles that lasted too long, or a fault of ours. The engine asks for it before it
// records the end.

import type { Claim } from '../catalog/index.ts'
import { vaults } from '../catalog/index.ts'
import type { JobDetail, RestoreDetail } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { TARGET_KEY } from './restore-metadata.ts'
import { rootsFor } from './restore-place.ts'
import { queueSweep } from './sweep.ts'

/**
 * Has the packs of a backup, copy or move swept away, and removes what a restore kept in its target
 * between attempts; what it had restored stays. Harmless when nothing was left. Throws Trouble when
 * the target cannot be written: then its staging folder stays there.
 */
export async function clearUp(context: JobContext, { job }: Pick<Claim, 'job'>): Promise<void> {
  if (job.kind === 'backup') return sweepSoon(context, job.vaultArn)
  if (job.kind === 'copy') return sweepSoon(context, job.destinationVaultArn)
  if (job.kind === 'cool') return sweepColdSoon(context, job.detail)
  if (job.kind !== 'restore') return
  const target = (job.detail as RestoreDetail).metadata[TARGET_KEY]
  if (target === undefined) return
  const roots = rootsFor(context.restoreRoots, job.account)
  // Which of them it was the manifest says, which perhaps cannot be read.
  for (const driver of Object.values(context.drivers)) {
    await driver.abandon({ target, jobId: job.id, roots })
  }
}

async function sweepColdSoon(context: JobContext, detail: JobDetail): Promise<void> {
  context.log.warn(
    { ...detail },
    'a point could not move to cold storage: it stays warm; a job tries again',
  )
  await context.catalog.transaction(async (tx) => {
    const cold = detail.kind === 'cool' && (await vaults.coldPart(tx, detail.vaultId))
    if (cold) await queueSweep(tx, context, cold)
  })
}

async function sweepSoon(context: JobContext, vaultArn: string | undefined): Promise<void> {
  if (vaultArn === undefined) return
  await context.catalog.transaction(async (tx) => {
    const vault = await vaults.byArn(tx, vaultArn)
    if (vault) await queueSweep(tx, context, vault)
  })
}
