// Restoring a recovery point: its entries and their content go from the vault to a driver, which
// alone knows how to put them back. The vault's packs are held while it runs.

import type { Claim, VaultRow } from '../catalog/index.ts'
import { jobs, packs, points, vaults } from '../catalog/index.ts'
import type { RestoreReport } from '../drivers/index.ts'
import type { RestoreDetail } from '../model/index.ts'
import { Answer, completedCategory } from '../model/index.ts'
import type { JobContext } from './context.ts'
import { namingDamage } from './damage.ts'
import { keyRefusedToJob } from './key-use.ts'
import { openMeter, type ProgressMeter } from './progress.ts'
import { type RestoreWish, readRestoreMetadata } from './restore-metadata.ts'
import { placeOfRestore, type RestorePlace } from './restore-place.ts'
import { RestoredContents } from './restored-contents.ts'
import { describeRestore } from './warnings.ts'

export async function runRestore(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, clock } = context
  const detail = claim.job.detail as RestoreDetail
  const wish = readRestoreMetadata(detail.metadata, claim.job)
  const { point, vault, place } = await catalog.transaction(async (tx) => {
    const point = await points.byId(tx, detail.pointId)
    const vault = point && (await vaults.holding(tx, point))
    if (point?.status !== 'COMPLETED' || !vault) {
      throw new Answer({ code: 'RecoveryPointGone', arn: claim.job.sourcePointArn ?? '' })
    }
    const worker = { ...claim.job, roleArn: claim.job.iamRoleArn, at: clock.now() }
    const reading = { vault, action: 'kms:Decrypt' } as const
    const refused = keyRefusedToJob(context.identities, worker, reading)
    if (refused) throw new Answer(refused)
    const { account } = claim.job
    const { target } = wish
    const place = await placeOfRestore(tx, context.restoreRoots, { account, target })
    await packs.addUse(tx, { vaultId: vault.id, jobId: claim.job.id })
    await jobs.start(tx, claim, clock.now())
    return { point, vault, place }
  })
  const meter = openMeter(context, claim)
  const report = await namingDamage(context, [vault], () =>
    restorePoint({ context, claim, signal, detail, wish, vault, place, meter }),
  )
  await recordRestore({ context, claim, meter, report, wish, pointId: point.id })
}

async function restorePoint(restore: {
  context: JobContext
  claim: Claim
  signal: AbortSignal
  detail: RestoreDetail
  wish: RestoreWish
  vault: VaultRow
  place: RestorePlace
  meter: ProgressMeter
}): Promise<RestoreReport> {
  const { context, claim, signal, detail, wish, vault, place, meter } = restore
  const open = await context.vaults.open(vault)
  const manifest = await open.readManifest(detail.pointId)
  const driver = context.drivers[manifest.facts.driver]
  if (!driver) {
    throw new Answer({ code: 'Internal', reason: `no driver named ${manifest.facts.driver}` })
  }
  meter.expect(manifest.facts.logicalBytes)
  const reader = await open.reader(manifest, { signal })
  const contents = new RestoredContents((entry, write) => reader.content(entry, write))
  const restoring = driver.restore({
    ...place,
    jobId: claim.job.id,
    resuming: claim.job.attempt > 1,
    allowNonEmpty: wish.overwrites,
    entries: () => open.entries(manifest, reader.ids),
    content: (entry, write) => contents.content(entry, write),
    signal,
    onProgress: (delta) => meter.add({ bytesRead: delta.bytes, entries: delta.entries }),
  })
  return await contents.mustBeWhole(context, vault, restoring)
}

async function recordRestore(options: {
  context: JobContext
  claim: Claim
  meter: ProgressMeter
  report: RestoreReport
  wish: RestoreWish
  pointId: RestoreDetail['pointId']
}): Promise<void> {
  const { context, claim, meter, report, wish, pointId } = options
  const progress = await meter.end()
  const warning = describeRestore(report, wish.withoutEffect)
  const now = context.clock.now()
  await context.catalog.transaction(async (tx) => {
    await jobs.finish(tx, claim, {
      state: 'COMPLETED',
      completedAt: now,
      progress,
      ...(warning ? { warning } : {}),
      messageCategory: completedCategory(report.unwritten.length > 0 ? 'unwritten' : undefined),
    })
    await points.setRestoredAt(tx, pointId, now)
  })
}
