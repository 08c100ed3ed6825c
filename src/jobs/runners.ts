// Which function runs which kind of job.

import type { Claim } from '../catalog/index.ts'
import { VaultGone } from '../catalog/index.ts'
import type { Runner } from '../engine/index.ts'
import type { JobKind } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { runBackup } from './backup.ts'
import type { JobContext } from './context.ts'
import { runCool } from './cool.ts'
import { runCopy } from './copy.ts'
import { runDelete } from './delete-point.ts'
import { runExpire } from './expire.ts'
import { throwRaised } from './faults.ts'
import { runPurge } from './purge.ts'
import { runRestore } from './restore.ts'
import { waitsForRoom } from './rooms.ts'
import { runSweep } from './sweep.ts'
import { runVerify } from './verify.ts'

/** One runner for each kind of job, all working on `context`. */
export function jobRunners(context: JobContext): Record<JobKind, Runner> {
  return {
    backup: (claim, { signal }) =>
      notingLoss(claim, claim.job.vaultArn, async () => {
        await throwRaised(context, claim, signal)
        if (await waitsForRoom(context, claim, signal)) return
        await runBackup(context, claim, signal)
      }),
    copy: (claim, { signal }) =>
      notingLoss(claim, claim.job.destinationVaultArn, async () => {
        await throwRaised(context, claim, signal)
        if (await waitsForRoom(context, claim, signal)) return
        await runCopy(context, claim, signal)
      }),
    restore: async (claim, { signal }) => {
      await throwRaised(context, claim, signal)
      if (await waitsForRoom(context, claim, signal)) return
      await runRestore(context, claim, signal)
    },
    cool: async (claim, { signal }) => {
      if (await waitsForRoom(context, claim, signal)) return
      await runCool(context, claim, signal)
    },
    expire: (claim, { signal }) => runExpire(context, claim, signal),
    delete: (claim) => runDelete(context, claim),
    purge: (claim) => runPurge(context, claim),
    sweep: (claim, { signal }) => runSweep(context, claim, signal),
    verify: (claim, { signal }) => runVerify(context, claim, signal),
  }
}

/** A job whose vault was deleted under it, at whatever step it finds out, ends with that. */
async function notingLoss(
  claim: Claim,
  vaultArn: string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof VaultGone) throw vaultGone(claim, { arn: vaultArn ?? '', cause: error })
    throw error
  }
}

function vaultGone(claim: Claim, of: { arn: string; cause: VaultGone }): Answer {
  const { arn, cause } = of
  const isCopy = claim.job.kind === 'copy'
  const code = isCopy ? 'CopyJobVaultDoesNotExist' : 'BackupJobVaultDoesNotExist'
  return new Answer({ code, arn }, { cause })
}
