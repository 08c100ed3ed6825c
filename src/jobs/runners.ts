// Which function runs which kind of job.

import { vaults } from '../catalog/index.ts'
import type { Runner } from '../engine/index.ts'
import { StopRequested } from '../engine/index.ts'
import type { JobKind } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { runBackup } from './backup.ts'
import type { JobContext } from './context.ts'
import { runCopy } from './copy.ts'
import { runDelete } from './delete-point.ts'
import { runPurge } from './purge.ts'
import { runRestore } from './restore.ts'
import { queueSweep, runSweep } from './sweep.ts'

/** One runner for each kind of job, all working on `context`. */
export function jobRunners(context: JobContext): Record<JobKind, Runner> {
  return {
    backup: (claim, { signal }) =>
      freeing({ context, vaultArn: claim.job.vaultArn, signal }, () =>
        runBackup(context, claim, signal),
      ),
    copy: (claim, { signal }) =>
      freeing({ context, vaultArn: claim.job.destinationVaultArn, signal }, () =>
        runCopy(context, claim, signal),
      ),
    restore: (claim, { signal }) => runRestore(context, claim, signal),
    delete: (claim) => runDelete(context, claim),
    purge: (claim, { signal }) => runPurge(context, claim, signal),
    sweep: (claim, { signal }) => runSweep(context, claim, signal),
  }
}

/** A job that ends without a recovery point has the packs it put swept away. */
async function freeing(
  job: { context: JobContext; vaultArn: string | undefined; signal: AbortSignal },
  run: () => Promise<void>,
): Promise<void> {
  const { context, vaultArn, signal } = job
  try {
    await run()
  } catch (error) {
    const over = error instanceof Answer || signal.reason instanceof StopRequested
    if (over && vaultArn !== undefined) {
      await context.catalog.transaction(async (tx) => {
        const vault = await vaults.byArn(tx, vaultArn)
        if (vault) await queueSweep(tx, context, vault)
      })
    }
    throw error
  }
}
