// Verifying a vault: every pack (or a sample) is read through against its name, damaged ones are
// marked and repaired where another vault can give them, then every recovery point's manifest is
// opened and the point told what became of what it needs. Holds nothing while it reads, so sweeps
// and deletions go on; only a repair holds its vaults for as long as it takes.

import type { Claim } from '../catalog/index.ts'
import { jobs, packs, vaults } from '../catalog/index.ts'
import type { JobProgress, VerifyDetail } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { eachInFlight, examinePack, type PackPlace } from '../vault/index.ts'
import type { JobContext } from './context.ts'
import { openMeter, type ProgressMeter } from './progress.ts'
import { mend, type Verification } from './verification.ts'
import { verifyPoints } from './verify-points.ts'

/**
 * Ends COMPLETED when all is whole (again) and PARTIAL when something is damaged. Throws an Answer
 * when the vault is gone or cannot be opened.
 */
export async function runVerify(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog } = context
  const { vaultId } = claim.job.detail as VerifyDetail
  try {
    const verification = await begin(context, claim, signal)
    await verifyPacks(verification)
    // Kept before anything needs a key: without one, what is known of the packs is known.
    const progress = await verification.meter.end()
    await catalog.transaction((tx) => jobs.saveProgress(tx, claim, progress))
    await verifyPoints(verification)
    await record(verification)
  } catch (error) {
    const vault = await catalog.read((tx) => vaults.byId(tx, vaultId))
    // It was deleted meanwhile: what was missing then is no damage.
    throw vault?.state === 'AVAILABLE' ? error : gone(claim, error)
  }
}

async function begin(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<Verification> {
  const { vaultId, samplePercent } = claim.job.detail as VerifyDetail
  const now = context.clock.now()
  const { vault, cold } = await context.catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, now)
    // Those of an attempt that died during a repair.
    await packs.dropUses(tx, claim.job.id)
    return { vault: await vaults.byId(tx, vaultId), cold: await vaults.coldPart(tx, vaultId) }
  })
  if (vault?.state !== 'AVAILABLE') throw gone(claim)
  const meter = openMeter(context, claim)
  const startedAt = claim.job.startedAt ?? now
  return { context, claim, signal, meter, vault, cold, samplePercent, startedAt }
}

function gone({ job }: Claim, cause?: unknown): Answer {
  return new Answer({ code: 'BackupVaultDoesNotExist', name: job.vaultName ?? '' }, { cause })
}

/** Packs read in the same batch, and how many of them at the same time. */
const BATCH_PACKS = 64
const READS_MAX = 3

/** The vault's own packs, then those of its cold part, whose numbers are kept below 0. */
async function verifyPacks(verification: Verification): Promise<void> {
  const { context, claim, meter, vault, samplePercent, cold } = verification
  const { catalog } = context
  const own = await catalog.read((tx) => packs.weigh(tx, vault.id))
  const theirs = cold && (await catalog.read((tx) => packs.weigh(tx, cold.id)))
  const sizeBytes = own.sizeBytes + (theirs?.sizeBytes ?? 0)
  meter.expect(Math.round((sizeBytes * samplePercent) / 100))
  const before = resume(meter, claim.job.progress)
  if (before >= 0) {
    const range = { after: before, upTo: own.upTo }
    await verifyPart(verification, range, (no) => no)
  }
  if (cold && theirs) {
    const range = { after: Math.max(0, -before), upTo: theirs.upTo }
    await verifyPart({ ...verification, vault: cold }, range, (no) => -no)
  }
}

/** Packs of these numbers; `kept` says as what the number of the last one done is kept. */
async function verifyPart(
  verification: Verification,
  numbers: { readonly after: number; readonly upTo: number },
  kept: (no: number) => number,
): Promise<void> {
  const { context, signal, meter, vault } = verification
  const { catalog } = context
  const place = { store: await context.vaults.storeOf(vault), vaultId: vault.id }
  let { after } = numbers
  for (;;) {
    signal.throwIfAborted()
    const range = { vaultId: vault.id, after, upTo: numbers.upTo, limit: BATCH_PACKS }
    const batch = await catalog.read((tx) => packs.liveBehind(tx, range))
    const last = batch.at(-1)
    if (last === undefined) return
    const drawn = batch.filter((pack) => pack.damaged || isDrawn(verification))
    const damaged = await examineAll(verification, place, drawn)
    let packsRepaired = 0
    let packsDamaged = 0
    for (const pack of damaged) {
      const end = await mend(verification, pack.name)
      if (end === 'repaired') packsRepaired += 1
      if (end === 'damaged') packsDamaged += 1
    }
    after = last.no
    meter.checked({ packsChecked: drawn.length, packsRepaired, packsDamaged }, kept(after))
  }
}

/** Goes on where an earlier attempt was, with its counts; answers the last pack it had done. */
function resume(meter: ProgressMeter, before: JobProgress | undefined): number {
  if (before?.checkedThrough === undefined) return 0
  // Without what was read of packs that are read again.
  const { checkedBytes: bytesRead = before.bytesRead } = before
  const { packsChecked = 0, packsDamaged = 0, packsRepaired = 0 } = before
  meter.checked({ bytesRead, packsChecked, packsDamaged, packsRepaired }, before.checkedThrough)
  return before.checkedThrough
}

/** Whether the dice choose a pack for the sample. */
function isDrawn({ context, samplePercent }: Verification): boolean {
  if (samplePercent >= 100) return true
  const bytes = context.random.bytes(4)
  const draw = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  return (draw / 2 ** 32) * 100 < samplePercent
}

/** Reads packs through, a few at a time; answers those that are not whole. */
async function examineAll(
  verification: Verification,
  place: PackPlace,
  batch: readonly packs.NumberedPack[],
): Promise<packs.NumberedPack[]> {
  const damaged: packs.NumberedPack[] = []
  await eachInFlight(batch, READS_MAX, async (pack) => {
    if (!(await examineOne(verification, place, pack))) damaged.push(pack)
  })
  return damaged.sort((a, b) => a.no - b.no)
}

/** False when the pack is damaged; puts the catalog right about one that is whole. */
async function examineOne(
  { context, signal, meter, vault }: Verification,
  place: PackPlace,
  pack: packs.NumberedPack,
): Promise<boolean> {
  const { catalog, log } = context
  const { name, sizeBytes } = pack
  const found = await examinePack(place, name, signal)
  meter.add({ bytesRead: found.isWhole ? found.sizeBytes : sizeBytes })
  if (!found.isWhole) {
    log.warn({ vault: vault.id, pack: name, reason: found.reason }, 'a pack is damaged')
    return false
  }
  const of = { vaultId: vault.id, name }
  if (found.sizeBytes !== sizeBytes || found.crc32 !== pack.crc32) {
    log.warn({ vault: vault.id, pack: name }, 'the catalog told a wrong size or sum of a pack')
    const { crc32 } = found
    const right = { ...of, sizeBytes: found.sizeBytes, crc32 }
    await catalog.transaction((tx) => packs.correct(tx, right))
  }
  // A repair was not told to the catalog any more, or what read wrong once now reads right.
  if (pack.damaged) {
    meter.add({ packsRepaired: 1 })
    await catalog.transaction((tx) => packs.clearDamaged(tx, of))
  }
  return true
}

/** COMPLETED when all is whole (again), PARTIAL when something is damaged. */
async function record({ context, claim, meter }: Verification): Promise<void> {
  const progress = await meter.end()
  const { packsDamaged = 0, packsRepaired = 0, pointsDamaged = 0 } = progress
  const isWhole = packsDamaged === 0 && pointsDamaged === 0
  const sentences = [
    ...(packsRepaired > 0 ? [`${packsRepaired} damaged packs are whole again.`] : []),
    ...(packsDamaged > 0 ? [`Damaged packs: ${packsDamaged}.`] : []),
    ...(pointsDamaged > 0
      ? [`Recovery points that cannot be restored whole: ${pointsDamaged}.`]
      : []),
  ]
  await context.catalog.transaction((tx) =>
    jobs.finish(tx, claim, {
      state: isWhole ? 'COMPLETED' : 'PARTIAL',
      completedAt: context.clock.now(),
      progress,
      ...(sentences.length > 0 ? { warning: sentences.join(' ') } : {}),
    }),
  )
}
