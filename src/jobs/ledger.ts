// The vault's view of "who may put which pack", kept in the catalog: see "Who keeps a pack" in
// docs/design.md. A vault deleted under a job ends the job
// at its next claim instead of filling up again.

import type { Catalog, Claim } from '../catalog/index.ts'
import { packs, VaultGone } from '../catalog/index.ts'
import type { Failure, VaultId } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import type { PackLedger } from '../vault/index.ts'
import { type Clock, leaseNow } from '../world/index.ts'

/** How long to wait before asking again about a pack that another job is putting. */
const ASK_AGAIN_MS = 250

export function openLedger(options: {
  catalog: Catalog
  clock: Clock
  claim: Claim
  vaultId: VaultId
  signal: AbortSignal
  /** What the job ends with when its vault is deleted under it. */
  vaultGone: Failure
}): PackLedger {
  const { catalog, clock, claim, vaultId, signal, vaultGone } = options
  const owner = { vaultId, jobId: claim.job.id, fence: claim.fence }
  return {
    async claim(wanted) {
      try {
        return await catalog.transaction((tx) =>
          packs.claim(tx, { ...owner, now: leaseNow(clock), packs: wanted }),
        )
      } catch (error) {
        if (!(error instanceof VaultGone)) throw error
        throw new Answer(vaultGone, { cause: error })
      }
    },
    arrived: (put) => catalog.transaction((tx) => packs.arrived(tx, { ...owner, packs: put })),
    wait: () => clock.sleep(ASK_AGAIN_MS, signal),
  }
}
