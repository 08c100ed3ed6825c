// Backing a resource up: what its driver reads goes into the vault's packs, then the manifest is
// sealed, then the catalog told (invariants M1 and M2 of docs/design.md). Every step may be run
// again by a later attempt: packs that arrived are known to it by their rows, and a manifest that
// was sealed is adopted.

import type { Claim, PointRow, ResourceRow, VaultRow } from '../catalog/index.ts'
import { jobs, packs, points, resources, tags, vaults } from '../catalog/index.ts'
import type { Driver } from '../drivers/index.ts'
import type { BackupDetail } from '../model/index.ts'
import { Answer, completedCategory, fitsRetention } from '../model/index.ts'
import type { Manifest, OpenVault, PackRef, PointFacts } from '../vault/index.ts'
import { packRefOf } from '../vault/index.ts'
import { leaseNow } from '../world/index.ts'
import { mergeWithParent } from './backup-merge.ts'
import type { JobContext } from './context.ts'
import { openNaming } from './damage.ts'
import { keyRefusedToJob } from './key-use.ts'
import { openLedger } from './ledger.ts'
import { ParentListLost, ParentPoint } from './parent-point.ts'
import { openMeter, type ProgressMeter } from './progress.ts'
import { sealedBefore } from './sealed-before.ts'
import { admissionOf } from './throttle.ts'
import { openTurns } from './turns.ts'
import { describeWarnings } from './warnings.ts'

interface Backup {
  readonly context: JobContext
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly detail: BackupDetail
  readonly vaultRow: VaultRow
  readonly vault: OpenVault
  readonly resource: ResourceRow
  readonly driver: Driver
  readonly parentRow: PointRow | undefined
  readonly meter: ProgressMeter
}

export async function runBackup(
  context: JobContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<void> {
  const backup = await begin(context, claim, signal)
  const { vault, detail, meter } = backup
  const sealed = await sealedBefore(vault, detail.pointId)
  if (sealed) return record(backup, sealed)
  const facts = await write(backup)
  // Another attempt's manifest may have been adopted: then its packs are the truth.
  const manifest = await vault.sealManifest(
    {
      pointId: detail.pointId,
      jobId: claim.job.id,
      fence: claim.fence,
      facts: facts.facts,
      packs: facts.packs,
      entryBlocks: facts.entryBlocks,
    },
    context.random,
  )
  await meter.end()
  await record(backup, manifest)
}

async function begin(context: JobContext, claim: Claim, signal: AbortSignal): Promise<Backup> {
  const { catalog, clock } = context
  const detail = claim.job.detail as BackupDetail
  const resourceArn = claim.job.resourceArn ?? ''
  if (claim.job.startedAt === undefined) checkWindow(detail.startBy, clock.now())
  const found = await catalog.transaction(async (tx) => {
    const vaultRow = await vaults.byId(tx, detail.vaultId)
    if (vaultRow?.state !== 'AVAILABLE') {
      const arn = claim.job.vaultArn ?? ''
      throw new Answer({ code: 'BackupJobVaultDoesNotExist', arn })
    }
    if (!fitsRetention(detail.lifecycle, vaultRow.lock)) {
      throw new Answer({ code: 'BackupRetentionOutOfRange' })
    }
    const worker = { ...claim.job, roleArn: claim.job.iamRoleArn, at: clock.now() }
    const sealing = { vault: vaultRow, action: 'kms:GenerateDataKey' } as const
    const refused = keyRefusedToJob(context.identities, worker, sealing)
    if (refused) throw new Answer(refused)
    const resource = await resources.byArn(tx, resourceArn)
    if (!resource) throw new Answer({ code: 'ResourceNotRegistered', arn: resourceArn })
    await jobs.start(tx, claim, clock.now())
    await packs.addUse(tx, { vaultId: vaultRow.id, jobId: claim.job.id })
    const parentRow = await points.newestCompleted(tx, { vaultId: vaultRow.id, resourceArn })
    return { vaultRow, resource, parentRow }
  })
  const driver = context.drivers[found.resource.driver]
  if (!driver) {
    throw new Answer({ code: 'Internal', reason: `no driver named ${found.resource.driver}` })
  }
  const refused = await driver.check({ ...found.resource.config, arn: resourceArn })
  if (refused) throw new Answer(refused)
  const meter = openMeter(context, claim)
  const admission = admissionOf(context, found.vaultRow, meter)
  const vault = await openNaming(context, found.vaultRow, admission)
  return { context, claim, signal, detail, vault, driver, meter, ...found }
}

/** Ends the job as EXPIRED when the end of its start or completion window has come. */
function checkWindow(end: number | undefined, now: number): void {
  if (end !== undefined && now > end) throw new Answer({ code: 'BackupJobExpired' })
}

async function write(backup: Backup) {
  const { claim, signal, detail, resource, driver, meter } = backup
  const config = { ...resource.config, arn: resource.arn }
  const unkept = driver.describeUnkept(config, signal)
  const parent = await ParentPoint.open(backup, detail.full ? undefined : backup.parentRow)
  if (parent.manifest) meter.expect(parent.manifest.facts.logicalBytes)
  const { packs, entryBlocks, ...read } = await readBeside(backup, parent)
  const remark = await unkept
  const warnings = [...read.warnings, ...(await parent.tellLost()), ...(remark ? [remark] : [])]
  // Two files of nothing but holes may sum to more than a number tells exactly.
  const logicalBytes = Math.min(read.logicalBytes, Number.MAX_SAFE_INTEGER)
  const facts: PointFacts = {
    resourceArn: resource.arn,
    resourceType: resource.type,
    ...(resource.name ? { resourceName: resource.name } : {}),
    createdAt: claim.job.createdAt,
    backupSizeBytes: logicalBytes,
    driver: driver.name,
    ...(parent.manifest ? { parent: parent.manifest.pointId } : {}),
    entries: read.entries,
    logicalBytes,
    warnings,
    ...(read.unread > 0 ? { unread: read.unread } : {}),
  }
  return { facts, packs, entryBlocks }
}

/** Reads the resource; once more, and all of it, when its parent turns out not to be readable. */
async function readBeside(backup: Backup, parent: ParentPoint) {
  try {
    return await readOnce(backup, parent)
  } catch (error) {
    if (!(error instanceof ParentListLost)) throw error
    parent.listLost(error.cause)
    return readOnce(backup, parent)
  }
}

async function readOnce(backup: Backup, parent: ParentPoint) {
  const { context, claim, signal, detail, vault, vaultRow, resource, driver, meter } = backup
  const turns = openTurns(context.clock, () => checkWindow(detail.completeBy, context.clock.now()))
  await using writer = await vault.writer({
    known: [...(await earlierPacks(backup)), ...(await parent.packs())],
    without: (pack, error) => parent.packLost(pack, error),
    ledger: openLedger({
      ...context,
      claim,
      signal,
      vaultId: vaultRow.id,
      vaultGone: { code: 'BackupJobVaultDoesNotExist', arn: vaultRow.arn },
    }),
    random: context.random,
    signal,
    turns,
    onProgress: (delta) => meter.add(delta),
  })
  const config = { ...resource.config, arn: resource.arn }
  const merged = await mergeWithParent({
    // Compared with the times of files, which no test moves.
    reading: driver.read(config, { readStart: leaseNow(context.clock) }),
    parent: parent.manifest,
    vault,
    writer,
    turns,
    signal,
  })
  return { ...merged, ...(await writer.finish()) }
}

/** Packs that an earlier attempt of this job put: their chunks need not be put again. */
async function earlierPacks(backup: Backup): Promise<PackRef[]> {
  const { context, claim, vault, vaultRow } = backup
  const query = { vaultId: vaultRow.id, jobId: claim.job.id }
  const rows = await context.catalog.transaction((tx) => packs.ofJob(tx, query))
  const refs: PackRef[] = []
  for (const { sealedKey, ...pack } of rows) {
    refs.push(packRefOf(pack, await vault.openKey(sealedKey)))
  }
  return refs
}

async function record(backup: Backup, manifest: Manifest): Promise<void> {
  const { context, claim, detail, vaultRow, resource, meter } = backup
  const { facts } = manifest
  const { job } = claim
  const progress = await meter.end()
  const now = context.clock.now()
  const warning = describeWarnings(facts.warnings ?? [])
  const point: PointRow = {
    id: detail.pointId,
    arn: detail.pointArn,
    vaultId: vaultRow.id,
    vaultArn: vaultRow.arn,
    vaultName: vaultRow.name,
    account: vaultRow.account,
    region: vaultRow.region,
    status: 'COMPLETED',
    resourceArn: facts.resourceArn,
    resourceType: resource.type,
    ...(facts.resourceName ? { resourceName: facts.resourceName } : {}),
    ...(job.iamRoleArn ? { iamRoleArn: job.iamRoleArn } : {}),
    createdAt: facts.createdAt,
    initiatedAt: job.createdAt,
    completedAt: now,
    backupSizeBytes: facts.backupSizeBytes,
    ...(detail.lifecycle ? { lifecycle: detail.lifecycle } : {}),
    storageClass: 'WARM',
    keyArn: vaultRow.keyArn,
    ...(job.createdBy ? { createdBy: job.createdBy } : {}),
    isParent: false,
    jobId: job.id,
    restoreMetadata: {},
    ...(warning ? { message: warning } : {}),
  }
  await context.catalog.transaction(async (tx) => {
    const names = manifest.packs.map((pack) => pack.name)
    await packs.recordPoint(tx, { point, names, uses: manifest.packs })
    await tags.put(tx, point.arn, detail.tags)
    await jobs.finish(tx, claim, {
      state: 'COMPLETED',
      completedAt: now,
      progress,
      pointArn: point.arn,
      backupSizeBytes: point.backupSizeBytes,
      ...(warning ? { warning } : {}),
      messageCategory: completedCategory(facts.unread ? 'unread' : undefined),
    })
  })
}
