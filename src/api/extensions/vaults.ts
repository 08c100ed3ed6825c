// What can be done with a vault beyond AWS's operations.
//
// POST /_copyhold/vaults/:name/sweep   → {"JobId": …}: frees the packs that nothing needs

import { startSweep } from '../../jobs/index.ts'
import type { Extension } from '../extension.ts'

/** Starts a sweep of the vault, or answers the one that is under way. */
export const sweepVault: Extension = {
  method: 'POST',
  path: '/vaults/:name/sweep',
  async answer({ params, caller: { account, region } }, context) {
    const from = { account, region }
    const job = await startSweep(context, { from, vaultName: params.name ?? '' })
    context.wake()
    return { JobId: job.id, CreationDate: job.createdAt / 1000 }
  },
}
