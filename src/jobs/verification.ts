// What the two halves of a verification share: what it works on, and what it does about a damaged
// pack.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import { Trouble } from '../model/index.ts'
import type { JobContext } from './context.ts'
import type { ProgressMeter } from './progress.ts'
import { type Repair, repairPack } from './repair.ts'
import { storeLack } from './rooms.ts'

/** How often a repair that waits for room looks again. */
const LOOK_AGAIN_MS = 1_000

/** A verification at work. */
export interface Verification {
  readonly context: JobContext
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly meter: ProgressMeter
  readonly vault: VaultRow
  /** What of the vault is in cold storage, if anything ever was. */
  readonly cold: VaultRow | undefined
  readonly samplePercent: number
  /** What is newer than this is not verified this time. */
  readonly startedAt: number
}

/** Repairs a damaged pack if it can be, and lets go of the vaults again. */
export async function mend(verification: Verification, name: PackName): Promise<Repair['end']> {
  const { context, claim, signal, vault } = verification
  const jobId = claim.job.id
  await waitForRoom(verification)
  try {
    return (await repairPack({ context, jobId, signal, vault, name })).end
  } catch (error) {
    // The mark stays and a later verification tries again; the rest of the vault is read now.
    if (!(error instanceof Trouble) || signal.aborted) throw error
    context.log.warn({ pack: name, error: error.message }, 'a damaged pack could not be repaired')
    return 'damaged'
  } finally {
    await context.catalog.transaction((tx) => packs.dropUses(tx, jobId))
  }
}

/** A repair writes a whole pack; what was read so far need not be read again for having waited. */
async function waitForRoom({ context, signal, meter, vault }: Verification): Promise<void> {
  let told: string | undefined
  for (;;) {
    const lack = storeLack(context, vault)
    if (lack !== told) meter.waits(lack)
    told = lack
    if (lack === undefined) return
    await context.clock.sleep(LOOK_AGAIN_MS, signal)
    signal.throwIfAborted()
  }
}
