// Sweeping a vault: frees exactly the packs nothing needs, while copies and backups go on. The
// phases are those of "Who keeps a pack" in docs/design.md: condemn, wait for every job that might
// still count on a condemned pack, then revive or take and delete.

import type { Claim, Tx, VaultRow } from '../catalog/index.ts'
import { jobs, packs, vaults } from '../catalog/index.ts'
import type { SweepDetail } from '../model/index.ts'
import { parseJobId } from '../model/index.ts'
import { deletePack } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { openMeter, type ProgressMeter } from './progress.ts'

/** How often to ask whether older jobs have let go. */
const ASK_AGAIN_MS = 250

/** Queues a sweep of the vault unless one is waiting or at work, which will see today's packs. */
export async function queueSweep(
  tx: Tx,
  context: Pick<JobContext, 'clock' | 'random'>,
  vault: VaultRow,
): Promise<void> {
  const of = { vaultId: vault.id, vaultArn: vault.arn, kinds: ['sweep'] as const }
  if ((await jobs.openOnVault(tx, of)).length > 0) return
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
  const meter = openMeter(context, claim)
  const vault = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    return vaults.byId(tx, vaultId)
  })
  if (vault?.state === 'AVAILABLE') await sweepVault({ context, signal, meter, vault })
  const progress = await meter.end()
  await catalog.transaction((tx) =>
    jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: clock.now(), progress }),
  )
}

interface Sweep {
  readonly context: JobContext
  readonly signal: AbortSignal
  readonly meter: ProgressMeter
  readonly vault: VaultRow
}

/** Round after round until nothing is condemned: what was freed meanwhile goes too. */
async function sweepVault(sweep: Sweep): Promise<void> {
  const { context, vault } = sweep
  for (;;) {
    const round = await context.catalog.transaction((tx) => packs.sweepBegin(tx, vault.id))
    await letGo(sweep, round.generation)
    const deleted = await deleteTaken(sweep, round.generation)
    if (round.condemned === 0 && !round.more && deleted === 0) return
  }
}

async function letGo(sweep: Sweep, generation: number): Promise<void> {
  const { context, signal, vault } = sweep
  const { catalog, clock } = context
  while (!(await catalog.read((tx) => packs.sweepReady(tx, vault.id, generation)))) {
    await clock.sleep(ASK_AGAIN_MS, signal)
    signal.throwIfAborted()
  }
}

async function deleteTaken(sweep: Sweep, generation: number): Promise<number> {
  const { context, signal, meter, vault } = sweep
  const { catalog } = context
  const open = await context.vaults.open(vault)
  for (let deleted = 0; ; ) {
    const taken = await catalog.transaction((tx) => packs.sweepTake(tx, vault.id, generation))
    if (taken.length === 0) return deleted
    for (const pack of taken) {
      signal.throwIfAborted()
      await deletePack(open, pack.name)
      meter.add({ packsFreed: 1, bytesFreed: pack.sizeBytes })
    }
    const names = taken.map((pack) => pack.name)
    await catalog.transaction((tx) => packs.sweepGone(tx, vault.id, names))
    deleted += taken.length
  }
}
