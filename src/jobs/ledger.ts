// The vault's view of "who may put which pack", kept in the catalog: see "Who keeps a pack" in
// docs/design.md. A vault deleted under a job ends the job
// at its next claim instead of filling up again.

import type { Catalog, Claim, Tx } from '../catalog/index.ts'
import { packs, VaultGone } from '../catalog/index.ts'
import type { Failure, VaultId } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import type { ArrivedPack, PackLedger } from '../vault/index.ts'
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
  // What was put and is not told yet; kept when a transaction fails, for the next one.
  const untold: ArrivedPack[] = []
  let last: Promise<unknown> = Promise.resolve()
  /** Tells what there is and does `work` in one transaction, after those asked for before. */
  const telling = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    const run = last.then(async () => {
      const telling = [...untold]
      const result = await catalog.transaction(async (tx) => {
        if (telling.length > 0) await packs.arrived(tx, { ...owner, packs: telling })
        return work(tx)
      })
      untold.splice(0, telling.length)
      return result
    })
    last = run.catch(() => undefined)
    return run
  }
  return {
    async claim(wanted) {
      try {
        return await telling((tx) =>
          packs.claim(tx, { ...owner, now: leaseNow(clock), packs: wanted }),
        )
      } catch (error) {
        if (!(error instanceof VaultGone)) throw error
        throw new Answer(vaultGone, { cause: error })
      }
    },
    async arrived(put, when) {
      untold.push(...put)
      if (when === 'later') return
      await last
      if (untold.length > 0) await telling(async () => undefined)
    },
    wait: () => clock.sleep(ASK_AGAIN_MS, signal),
  }
}
