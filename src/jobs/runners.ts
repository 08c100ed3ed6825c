// Which function runs which kind of job.

import type { Claim } from '../catalog/index.ts'
import { VaultGone, vaults } from '../catalog/index.ts'
import type { Runner } from '../engine/index.ts'
import { StopRequested } from '../engine/index.ts'
import type { JobKind } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { runBackup } from './backup.ts'
import type { JobContext } from './context.ts'
import { runCopy } from './copy.ts'
import { runDelete } from './delete-point.ts'
import { runExpire } from './expire.ts'
import { runPurge } from './purge.ts'
import { runRestore } from './restore.ts'
import { queueSweep, runSweep } from './sweep.ts'
import { runVerify } from './verify.ts'

/** One runner for each kind of job, all working on `context`. */
export function jobRunners(context: JobContext): Record<JobKind, Runner> {
  return {
    backup: (claim, { signal }) =>
      freeing({ context, claim, vaultArn: claim.job.vaultArn, signal }, () =>
        runBackup(context, claim, signal),
      ),
    copy: (claim, { signal }) =>
      freeing({ context, claim, vaultArn: claim.job.destinationVaultArn, signal }, () =>
        runCopy(context, claim, signal),
      ),
    restore: (claim, { signal }) => runRestore(context, claim, signal),
    expire: (claim) => runExpire(context, claim),
    delete: (claim) => runDelete(context, claim),
    purge: (claim) => runPurge(context, claim),
    sweep: (claim, { signal }) => runSweep(context, claim, signal),
    verify: (claim, { signal }) => runVerify(context, claim, signal),
  }
}

/**
 * A job that ends without a recovery point has the packs it put swept away; one whose vault was
 * deleted under it, at whatever step it finds out, ends with that.
 */
async function freeing(
  job: {
    context: JobContext
    claim: Claim
    vaultArn: string | undefined
    signal: AbortSignal
  },
  run: () => Promise<void>,
): Promise<void> {
  const { context, claim, vaultArn, signal } = job
  try {
    await run()
  } catch (error) {
    if (error instanceof VaultGone) throw vaultGone(claim, { arn: vaultArn ?? '', cause: error })
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

function vaultGone(claim: Claim, of: { arn: string; cause: VaultGone }): Answer {
  const { arn, cause } = of
  const isCopy = claim.job.kind === 'copy'
  const code = isCopy ? 'CopyJobVaultDoesNotExist' : 'BackupJobVaultDoesNotExist'
  return new Answer({ code, arn }, { cause })
}
