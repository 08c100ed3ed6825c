// The vault's view of "who may put which pack", kept in the catalog: see "Who keeps a pack" in
// docs/design.md. Every claim checks that the vault still lives, so a vault deleted under a job
// ends the job instead of filling up again.

import type { Catalog, Claim } from '../catalog/index.ts'
import { packs, vaults } from '../catalog/index.ts'
import type { Failure, VaultId } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import type { PackLedger } from '../vault/index.ts'
import type { Clock } from '../world/index.ts'

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
    claim: (wanted) =>
      catalog.transaction(async (tx) => {
        const vault = await vaults.byId(tx, vaultId)
        if (vault?.state !== 'AVAILABLE') throw new Answer(vaultGone)
        return packs.claim(tx, { ...owner, now: clock.now(), packs: wanted })
      }),
    arrived: (put) => catalog.transaction((tx) => packs.arrived(tx, { ...owner, packs: put })),
    wait: () => clock.sleep(ASK_AGAIN_MS, signal),
  }
}
