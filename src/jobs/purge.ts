// Removing the files of a deleted vault. Its row stayed behind as DELETING under its id, so that
// jobs still at work in it find it gone and end; when the last has let go, the files are deleted,
// then the rows.

import type { Claim } from '../catalog/index.ts'
import { jobs, packs, vaults } from '../catalog/index.ts'
import type { PurgeDetail } from '../model/index.ts'
import { Trouble } from '../model/index.ts'
import type { JobContext } from './context.ts'

/** How often to ask whether the last job has let go of the vault. */
const ASK_AGAIN_MS = 500

export async function runPurge(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const { vaultId } = claim.job.detail as PurgeDetail
  await catalog.transaction((tx) => jobs.start(tx, claim, clock.now()))
  while ((await catalog.read((tx) => packs.users(tx, vaultId))).length > 0) {
    await clock.sleep(ASK_AGAIN_MS, signal)
    if (signal.aborted) throw new Trouble('stopped while waiting', { retryable: true })
  }
  const vault = await catalog.read((tx) => vaults.byId(tx, vaultId))
  if (vault) await context.vaults.remove(vault)
  while (!(await catalog.transaction((tx) => vaults.remove(tx, vaultId)))) {
    // A thousand rows at a time.
  }
  const completedAt = clock.now()
  await catalog.transaction((tx) => jobs.finish(tx, claim, { state: 'COMPLETED', completedAt }))
}
