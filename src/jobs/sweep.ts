// Sweeping a vault: frees exactly the packs nothing needs, while copies and backups go on. The
// phases are those of "Who keeps a pack" in docs/design.md: condemn, wait for every job that might
// still count on a condemned pack, then revive or take and delete.

import type { Claim, Tx, VaultRow } from '../catalog/index.ts'
import { jobs, packs, vaults } from '../catalog/index.ts'
import type { SweepDetail } from '../model/index.ts'
import { parseJobId, Trouble } from '../model/index.ts'
import { deletePack } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { ProgressMeter } from './progress.ts'

/** How often to ask whether older jobs have let go. */
const ASK_AGAIN_MS = 500
/** Rows of deleted packs dropped in one transaction. */
const GONE_BATCH = 500

/** Queues a sweep of the vault unless one is waiting already. */
export async function queueSweep(
  tx: Tx,
  context: Pick<JobContext, 'clock' | 'random'>,
  vault: VaultRow,
): Promise<void> {
  if (await jobs.sweepWaiting(tx, vault.id)) return
  const now = context.clock.now()
  await jobs.insert(tx, {
    id: parseJobId(context.random.uuid().toUpperCase()),
    kind: 'sweep',
    account: vault.account,
    region: vault.region,
    state: 'CREATED',
    detail: { kind: 'sweep', vaultId: vault.id },
    createdAt: now,
    vaultArn: vault.arn,
    vaultName: vault.name,
  })
}

export async function runSweep(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const { vaultId } = claim.job.detail as SweepDetail
  const meter = new ProgressMeter({
    clock,
    catalog,
    claim,
    publish: (progress) => context.report(claim.job.id, progress),
  })
  const begun = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    const vault = await vaults.byId(tx, vaultId)
    if (vault?.state !== 'AVAILABLE') return undefined
    return { vault, ...(await packs.sweepBegin(tx, vaultId)) }
  })
  if (begun) await sweepVault({ context, claim, signal, meter, ...begun })
  const progress = await meter.end()
  await catalog.transaction(async (tx) => {
    await jobs.saveProgress(tx, claim, progress)
    await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: clock.now() })
  })
}

async function sweepVault(sweep: {
  context: JobContext
  claim: Claim
  signal: AbortSignal
  meter: ProgressMeter
  vault: VaultRow
  generation: number
}): Promise<void> {
  const { context, signal, meter, vault, generation } = sweep
  const { catalog, clock } = context
  while (!(await catalog.read((tx) => packs.sweepReady(tx, vault.id, generation)))) {
    await clock.sleep(ASK_AGAIN_MS, signal)
    if (signal.aborted) throw new Trouble('stopped while waiting', { retryable: true })
  }
  const taken = await catalog.transaction((tx) => packs.sweepTake(tx, vault.id, generation))
  const open = await context.vaults.open(vault)
  for (let at = 0; at < taken.length; at += GONE_BATCH) {
    const batch = taken.slice(at, at + GONE_BATCH)
    for (const pack of batch) {
      if (signal.aborted) throw new Trouble('stopped while deleting', { retryable: true })
      await deletePack(open, pack.name)
      meter.add({ packsStored: 1, bytesStored: pack.sizeBytes })
    }
    const names = batch.map((pack) => pack.name)
    await catalog.transaction((tx) => packs.sweepGone(tx, vault.id, names))
  }
}
