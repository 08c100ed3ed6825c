// The copy, in the steps of docs/design.md section 5: plan, transfer, prove, seal, record. Packs
// move as they are, or under new data keys where the copy's mode says so; the catalog speaks of
// the copy last, and a copy that is refused or fails leaves no visible recovery point (M6).

import type { Claim, PointRow } from '../catalog/index.ts'
import { jobs, packs, points, tags, vaults } from '../catalog/index.ts'
import type { CopyDetail, Failure, PackName } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import type { Manifest, PackRef } from '../vault/index.ts'
import { modeInto } from './admit-copy.ts'
import type { JobContext } from './context.ts'
import { checkCopy, copyOfJob } from './copy-checks.ts'
import type { CopyRun } from './copy-run.ts'
import { carryProved, openEnds } from './copy-steps.ts'
import { namingDamage } from './damage.ts'
import { sealedBefore } from './sealed-before.ts'

interface Copy extends CopyRun {
  readonly detail: CopyDetail
  readonly point: PointRow
}

export async function runCopy(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const copy = await begin(context, claim, signal)
  // Before the first attempt there was nobody to seal anything.
  const isFirst = claim.job.attempt === 1
  const sealed = isFirst ? undefined : await sealedBefore(copy.destination, copy.detail.pointId)
  await record(copy, sealed ?? (await seal(copy, await sourceManifest(copy))))
}

async function begin(context: JobContext, claim: Claim, signal: AbortSignal): Promise<Copy> {
  const { catalog, clock } = context
  const detail = claim.job.detail as CopyDetail
  const rows = await catalog.transaction(async (tx) => {
    await jobs.start(tx, claim, clock.now())
    const sourceRow = await vaults.byId(tx, detail.sourceVaultId)
    const point = await points.byId(tx, detail.sourcePointId)
    if (!sourceRow || point?.status !== 'COMPLETED') {
      throw new Answer({ code: 'RecoveryPointGone', arn: claim.job.sourcePointArn ?? '' })
    }
    const by = { identities: context.identities, now: clock.now() }
    const asked = copyOfJob(claim.job, { point, sourceVault: sourceRow })
    const { checks } = await checkCopy(tx, by, asked)
    const refused = checks.find(({ failure }) => failure)?.failure
    if (refused) throw new Answer(refused)
    const destinationRow = await vaults.byArn(tx, detail.destinationVaultArn)
    if (!destinationRow) throw new Answer(vaultGone(detail))
    // Of both: neither's files go while this job is at work on them.
    await packs.addUse(tx, { vaultId: sourceRow.id, jobId: claim.job.id })
    await packs.addUse(tx, { vaultId: destinationRow.id, jobId: claim.job.id })
    return { sourceRow, point, destinationRow }
  })
  const mode = detail.copyMode ?? modeInto(rows.destinationRow, rows.sourceRow)
  const route = { ...rows, signal, mode, vaultGone: vaultGone(detail) }
  return { ...(await openEnds(context, claim, route)), point: rows.point, detail }
}

function vaultGone(detail: CopyDetail): Failure {
  return { code: 'CopyJobVaultDoesNotExist', arn: detail.destinationVaultArn }
}

function sourceManifest({ context, source, sourceRow, point }: Copy): Promise<Manifest> {
  return namingDamage(context, [sourceRow], () => source.readManifest(point.id))
}

/** Brings all that the point needs to the destination, and seals its manifest there. */
async function seal(copy: Copy, manifest: Manifest): Promise<Manifest> {
  const { context, claim, detail, destination, sourceRow } = copy
  const { facts, packs, entryBlocks } = await carryProved(copy, manifest)
  return destination.sealManifest(
    {
      pointId: detail.pointId,
      jobId: claim.job.id,
      fence: claim.fence,
      facts: { ...facts, sourceVaultArn: sourceRow.arn },
      packs,
      entryBlocks,
    },
    context.random,
  )
}

async function record(copy: Copy, manifest: Manifest): Promise<void> {
  const { context, claim, detail, destinationRow, meter, repairs } = copy
  const progress = await meter.end()
  const now = context.clock.now()
  await context.catalog.transaction(async (tx) => {
    const destination = await vaults.byId(tx, destinationRow.id)
    if (destination?.state !== 'AVAILABLE') throw new Answer(vaultGone(detail))
    const point = copiedPoint(copy, now)
    const names = namesOf(manifest.packs)
    await packs.recordPoint(tx, { point, names, uses: manifest.packs })
    await tags.copy(tx, { from: copy.point.arn, to: point.arn })
    await jobs.finish(tx, claim, {
      state: 'COMPLETED',
      completedAt: now,
      progress,
      pointArn: point.arn,
      backupSizeBytes: point.backupSizeBytes,
      keyArn: point.keyArn,
      ...(repairs.told ? { warning: repairs.told } : {}),
    })
  })
}

/** The copy: its own vault, key and lifecycle; the source's resource, date and size. */
function copiedPoint(copy: Copy, completedAt: number): PointRow {
  const { claim, detail, sourceRow, destinationRow, point } = copy
  const { lifecycle: _, message: __, lastRestoredAt: ___, unconfirmed: ____, ...its } = point
  const { sourceVaultArn: _____, ...kept } = its
  const isForeign = sourceRow.account !== destinationRow.account
  return {
    ...kept,
    id: detail.pointId,
    arn: detail.pointArn,
    vaultId: destinationRow.id,
    vaultArn: destinationRow.arn,
    vaultName: destinationRow.name,
    account: destinationRow.account,
    region: destinationRow.region,
    ...(isForeign ? { sourceVaultArn: sourceRow.arn } : {}),
    ...(claim.job.iamRoleArn ? { iamRoleArn: claim.job.iamRoleArn } : {}),
    initiatedAt: claim.job.createdAt,
    completedAt,
    ...(detail.pointLifecycle ? { lifecycle: detail.pointLifecycle } : {}),
    storageClass: 'WARM',
    keyArn: destinationRow.keyArn,
    isParent: false,
    jobId: claim.job.id,
  }
}

function namesOf(refs: readonly PackRef[]): PackName[] {
  return refs.map((pack) => pack.name)
}
