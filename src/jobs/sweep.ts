// Sweeping a vault: frees exactly the packs nothing needs, while copies and backups go on. The
// phases are those of "Who keeps a pack" in docs/design.md: condemn, wait for every job that might
// still count on a condemned pack, then revive or take and delete.

import type { Claim, Tx, VaultRow } from '../catalog/index.ts'
import { jobs, packs, points, vaults } from '../catalog/index.ts'
import {
  coldPartOf,
  DeletionPermit,
  DiskFull,
  type JobProgress,
  type PointId,
  type SweepDetail,
} from '../model/index.ts'
import { deletePack, listPoints, type Manifest, type OpenVault } from '../vault/index.ts'
import { inBatches } from './batches.ts'
import { compactVault } from './compaction.ts'
import type { JobContext } from './context.ts'
import { isClosed } from './damage.ts'
import { onceOnVault } from './own-job.ts'
import { openMeter, type ProgressDelta, type ProgressMeter } from './progress.ts'
import { sealedBefore } from './sealed-before.ts'
import { tidyMaps } from './sweep-maps.ts'
import { findStrays } from './sweep-strays.ts'
import { admissionOf } from './throttle.ts'

/** How often to ask whether older jobs have let go, and how many times in a row. */
const ASK_AGAIN_MS = 250
const ASKS_MAX = 8
/** Then other jobs have their turn, for the sweep may be waiting for one of them. */
const PAUSE_MS = 2_000
const WAITING_FOR = 'jobs that began before the sweep'
/** Manifests whose points are looked up at once. */
const MANIFESTS_AT_ONCE = 1000
/** No use of a vault is older. */
const NO_GENERATION = 0

/** Queues a sweep of the vault unless one is waiting or at work, which will see today's packs. */
export function queueSweep(
  tx: Tx,
  context: {
    readonly clock: Pick<JobContext['clock'], 'now'>
    readonly random: JobContext['random']
  },
  vault: VaultRow,
): ReturnType<typeof onceOnVault> {
  return onceOnVault(tx, context, vault, { kind: 'sweep', vaultId: vault.id })
}

export async function runSweep(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const { vaultId } = claim.job.detail as SweepDetail
  const meter = openMeter(context, claim)
  meter.add(doneBefore(claim.job.progress))
  const vault = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    // Of an attempt that died while it compacted: the sweep would wait for itself.
    await packs.dropUses(tx, claim.job.id)
    return vaults.byId(tx, vaultId)
  })
  const isThere = vault?.state === 'AVAILABLE'
  // Another server may have taken the store over since it was opened.
  if (isThere) await context.vaults.confirm?.(vault)
  const looked = isThere && (await sweepVault({ context, claim, signal, meter, vault }))
  const isDone = !isThere || looked
  const progress = await meter.end()
  await catalog.transaction(async (tx) => {
    const more = looked && (await cameFree(tx, vaultId, looked))
    if (isDone && !more) {
      await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: clock.now(), progress })
    } else {
      await jobs.saveProgress(tx, claim, progress)
      const dueAt = clock.now() + (more ? 0 : PAUSE_MS)
      await jobs.pause(tx, claim, { dueAt, waitingFor: WAITING_FOR })
    }
  })
}

/**
 * Condemns what nothing needs since the sweep looked last. Whoever freed it found this sweep at
 * work and queued no other, so it may not end before: both are one transaction.
 */
async function cameFree(
  tx: Tx,
  vaultId: SweepDetail['vaultId'],
  looked: packs.Looked,
): Promise<boolean> {
  const vault = await vaults.byId(tx, vaultId)
  return vault?.state === 'AVAILABLE' && (await packs.sweepBegin(tx, vaultId, looked)).condemned > 0
}

/** What earlier attempts freed and compacted is told with the rest. */
function doneBefore(progress: JobProgress | undefined): ProgressDelta {
  const { packsFreed = 0, bytesFreed = 0, packsCompacted, bytesCompacted } = progress ?? {}
  if (packsCompacted === undefined) return { packsFreed, bytesFreed }
  return { packsFreed, bytesFreed, packsCompacted, bytesCompacted: bytesCompacted ?? 0 }
}

interface Sweep {
  readonly context: JobContext
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly meter: ProgressMeter
  readonly vault: VaultRow
}

/**
 * Frees, compacts, and frees what that left. Answers what it knew of the points when it looked
 * last; undefined when jobs have not let go yet.
 */
async function sweepVault(sweep: Sweep): Promise<packs.Looked | undefined> {
  const { context, claim, vault } = sweep
  await deleteOrphans(sweep)
  // What a sweep took before it died goes first: a job may wait for it and so never let go.
  await deleteTaken(sweep, { generation: NO_GENERATION })
  let looked = await freeUnneeded(sweep)
  if (!looked) return undefined
  const open = await openIfPossible(context, vault)
  if (!open) return looked
  // Once for each job, however often it waits.
  if (claim.job.progress?.packsCompacted === undefined) {
    await findStrays({ ...sweep, open })
    await compactOnce(sweep)
    looked = await freeUnneeded(sweep)
    if (!looked) return undefined
  }
  await tidyMapsIfPossible(sweep, open)
  return looked
}

/** Fewer maps are wanted, not needed: a sweep of a full disk ends without. */
async function tidyMapsIfPossible({ context, vault, signal }: Sweep, open: OpenVault) {
  try {
    await tidyMaps(context, { vault, open, signal })
  } catch (error) {
    if (!(error instanceof DiskFull)) throw error
    context.log.warn({ vault: vault.id, error }, 'maps stay as they are')
  }
}

/** Holds what it puts while it works, and nothing afterwards: the sweep waits for all who hold. */
async function compactOnce({ context, claim, signal, meter, vault }: Sweep): Promise<void> {
  meter.add({ packsCompacted: 0, bytesCompacted: 0 })
  const open = await context.vaults.open(vault, admissionOf(context, vault, meter))
  await compactVault({ context, claim, signal, meter, vault, open })
  const progress = await meter.end()
  await context.catalog.transaction(async (tx) => {
    await jobs.saveProgress(tx, claim, progress)
    await packs.dropUses(tx, claim.job.id)
  })
}

/**
 * Round after round until nothing is condemned: what was freed meanwhile goes too. Answers with
 * what to begin the next round; undefined when there are jobs that have not let go yet.
 */
async function freeUnneeded(sweep: Sweep): Promise<packs.Looked | undefined> {
  const { context, vault } = sweep
  for (let before: packs.Looked | undefined; ; ) {
    const round = await context.catalog.transaction((tx) => packs.sweepBegin(tx, vault.id, before))
    if (!(await letGo(sweep, round.generation))) return undefined
    const deleted = await deleteTaken(sweep, round)
    before = round.more ? round : { ...round, looked: 0 }
    if (round.condemned === 0 && !round.more && deleted === 0) return before
  }
}

/** Waits a little for the jobs that began before the condemnation; false when some go on. */
async function letGo(sweep: Sweep, generation: number): Promise<boolean> {
  const { context, signal, vault } = sweep
  const { catalog, clock } = context
  for (let asked = 0; asked < ASKS_MAX; asked += 1) {
    if (await catalog.read((tx) => packs.sweepReady(tx, vault.id, generation))) return true
    await clock.sleep(ASK_AGAIN_MS, signal)
    signal.throwIfAborted()
  }
  return false
}

/** Deletes manifests whose job ended for good between sealing them and telling the catalog. */
async function deleteOrphans(sweep: Sweep): Promise<void> {
  const open = await openIfPossible(sweep.context, sweep.vault)
  // Without its key nobody can say whose a manifest is; packs are freed all the same.
  if (!open) return
  for await (const ids of inBatches(listPoints(open), MANIFESTS_AT_ONCE)) {
    await deleteOrphansOf(ids, open, sweep)
  }
}

async function deleteOrphansOf(
  ids: readonly PointId[],
  open: OpenVault,
  { context, signal, vault }: Sweep,
): Promise<void> {
  const { catalog, log } = context
  const of = { vaultId: vault.id, ids }
  const known = await catalog.read((tx) => points.known(tx, of))
  for (const id of ids) {
    if (known.has(id)) continue
    signal.throwIfAborted()
    const sealed = await sealedBefore(open, id).catch((error: unknown) => {
      log.warn({ vault: vault.id, point: id, error }, "a manifest is nobody's")
    })
    const isKnown = !sealed || !(await isOrphan(context, vault, sealed))
    const permit = DeletionPermit.ofNoPoint(id, isKnown)
    if (permit) await open.deleteManifest(permit)
  }
}

/** Undefined, and told, when the vault's key is gone or its record is damaged. */
async function openIfPossible(
  context: JobContext,
  vault: VaultRow,
): Promise<OpenVault | undefined> {
  try {
    return await context.vaults.open(vault)
  } catch (error) {
    if (!isClosed(error)) throw error
    context.log.warn({ vault: vault.id, error }, 'a vault is swept unopened')
    return undefined
  }
}

/** Asked in this order in one view: a job that has ended will not record its point any more. */
function isOrphan(context: JobContext, vault: VaultRow, sealed: Manifest): Promise<boolean> {
  return context.catalog.read(async (tx) => {
    const point = await points.byId(tx, sealed.pointId)
    const here = [vault.id, coldPartOf(vault.id)]
    if (point && here.includes(point.vaultId)) {
      // It lives in the other part of its vault, unless it is moving here.
      const moves = { pointId: point.id, kinds: ['cool'] as const }
      const isHere = vaults.holdingId(point) === vault.id
      return !isHere && (await jobs.openOnPoint(tx, moves)).length === 0
    }
    const job = await jobs.byId(tx, sealed.jobId)
    const known = await points.known(tx, { vaultId: vault.id, ids: [sealed.pointId] })
    return job?.completedAt !== undefined && known.size === 0
  })
}

async function deleteTaken(
  { context, signal, meter, vault }: Sweep,
  round: Parameters<typeof packs.sweepTake>[2],
): Promise<number> {
  const { catalog } = context
  const place = { store: await context.vaults.storeOf(vault), vaultId: vault.id }
  for (let deleted = 0; ; ) {
    const taken = await catalog.transaction((tx) => packs.sweepTake(tx, vault.id, round))
    if (taken.length === 0) return deleted
    for (const pack of taken) {
      signal.throwIfAborted()
      await deletePack(place, pack.name)
      meter.add({ packsFreed: 1, bytesFreed: pack.sizeBytes })
    }
    const names = taken.map((pack) => pack.name)
    await catalog.transaction((tx) => packs.sweepGone(tx, vault.id, names))
    deleted += taken.length
  }
}
