// Ends jobs the way real runners record their ends, without moving a byte: one claim after the
// other, oldest first, until none is due.

import type { ApiContext } from '../../src/api/index.ts'
import type { Claim, PointRow, Tx } from '../../src/catalog/index.ts'
import { jobs, points, tags, vaults } from '../../src/catalog/index.ts'
import { checkCopy, copyOfJob } from '../../src/jobs/index.ts'
import type {
  BackupDetail,
  CopyDetail,
  Failure,
  JobKind,
  PurgeDetail,
  RestoreDetail,
} from '../../src/model/index.ts'
import { Answer, DeletionPermit, messageCategory } from '../../src/model/index.ts'

const KINDS: readonly JobKind[] = [
  ...(['backup', 'copy', 'restore'] as const),
  ...(['cool', 'expire', 'delete', 'purge', 'sweep', 'verify'] as const),
]
const LEASE_MS = 60_000
/** The size every fake backup has. */
export const BACKUP_BYTES = 1234

export async function endJobs(context: ApiContext): Promise<void> {
  while (await endOne(context));
}

async function endOne(context: ApiContext): Promise<boolean> {
  const { catalog, clock } = context
  const owner = { owner: 'fake', leaseMs: LEASE_MS, kinds: KINDS }
  const claim = await catalog.transaction((tx) => jobs.claim(tx, { ...owner, now: clock.now() }))
  if (!claim) return false
  try {
    await catalog.transaction(async (tx) => {
      await jobs.start(tx, claim, clock.now())
      await end(tx, context, claim)
    })
  } catch (error) {
    if (!(error instanceof Answer)) throw error
    await catalog.transaction((tx) => fail(tx, context, claim, error.failure))
  }
  return true
}

async function fail(tx: Tx, { clock }: ApiContext, claim: Claim, failure: Failure): Promise<void> {
  await jobs.finish(tx, claim, {
    state: failure.code === 'StoppedByUser' ? 'ABORTED' : 'FAILED',
    completedAt: clock.now(),
    failure,
    messageCategory: messageCategory({ failure }),
  })
}

async function end(tx: Tx, context: ApiContext, claim: Claim): Promise<void> {
  const { detail } = claim.job
  switch (detail.kind) {
    case 'backup':
      return endBackup(tx, context, claim, detail)
    case 'copy':
      return endCopy(tx, context, claim, detail)
    case 'restore':
      return endRestore(tx, context, claim, detail)
    case 'cool':
    case 'expire':
    case 'delete': {
      const id = detail.pointId
      await points.remove(tx, DeletionPermit.ofMarked({ id, status: 'DELETING' }))
      break
    }
    case 'purge':
      while (!(await vaults.remove(tx, (detail as PurgeDetail).vaultId)));
      break
    case 'sweep':
    case 'verify':
      break
  }
  await complete(tx, context, claim)
}

async function endBackup(tx: Tx, context: ApiContext, claim: Claim, detail: BackupDetail) {
  const { job } = claim
  if (job.stopRequested) throw new Answer({ code: 'StoppedByUser' })
  const vault = await vaults.byId(tx, detail.vaultId)
  if (vault?.state !== 'AVAILABLE' || !job.resourceArn || !job.resourceType) {
    throw new Answer({ code: 'BackupJobVaultDoesNotExist', arn: job.vaultArn ?? '' })
  }
  const point: PointRow = {
    id: detail.pointId,
    arn: detail.pointArn,
    vaultId: vault.id,
    vaultArn: vault.arn,
    vaultName: vault.name,
    account: vault.account,
    region: vault.region,
    status: 'COMPLETED',
    resourceArn: job.resourceArn,
    resourceType: job.resourceType,
    resourceName: job.resourceName,
    iamRoleArn: job.iamRoleArn,
    createdAt: job.createdAt,
    initiatedAt: job.createdAt,
    completedAt: context.clock.now(),
    backupSizeBytes: BACKUP_BYTES,
    lifecycle: detail.lifecycle,
    storageClass: 'WARM',
    keyArn: vault.keyArn,
    isParent: false,
    jobId: job.id,
    restoreMetadata: {},
  }
  await points.insert(tx, point)
  await tags.put(tx, point.arn, detail.tags)
  await complete(tx, context, claim, { pointArn: point.arn, backupSizeBytes: BACKUP_BYTES })
}

async function endCopy(tx: Tx, context: ApiContext, claim: Claim, detail: CopyDetail) {
  const { job } = claim
  const source = await points.byId(tx, detail.sourcePointId)
  const sourceVault = await vaults.byId(tx, detail.sourceVaultId)
  if (!source || !sourceVault) {
    throw new Answer({ code: 'RecoveryPointGone', arn: job.sourcePointArn ?? '' })
  }
  const by = { identities: context.identities, now: context.clock.now() }
  const { checks } = await checkCopy(tx, by, copyOfJob(job, { point: source, sourceVault }))
  const refused = checks.find(({ failure }) => failure)?.failure
  if (refused) throw new Answer(refused)
  const vault = await vaults.byArn(tx, detail.destinationVaultArn)
  if (!vault) throw new Error('a copy passed its checks without a destination')
  await points.insert(tx, {
    ...source,
    id: detail.pointId,
    arn: detail.pointArn,
    vaultId: vault.id,
    vaultArn: vault.arn,
    vaultName: vault.name,
    account: vault.account,
    region: vault.region,
    iamRoleArn: job.iamRoleArn,
    initiatedAt: job.createdAt,
    completedAt: context.clock.now(),
    lifecycle: detail.pointLifecycle,
    keyArn: vault.keyArn,
    jobId: job.id,
  })
  await tags.copy(tx, { from: source.arn, to: detail.pointArn })
  await complete(tx, context, claim, { pointArn: detail.pointArn, keyArn: vault.keyArn })
}

async function endRestore(tx: Tx, context: ApiContext, claim: Claim, detail: RestoreDetail) {
  if (detail.metadata['copyhold:path'] === undefined) {
    const reason = 'it must name the folder to restore into'
    throw new Answer({ code: 'RestoreMetadataInvalid', key: 'copyhold:path', reason })
  }
  await points.setRestoredAt(tx, detail.pointId, context.clock.now())
  await complete(tx, context, claim)
}

async function complete(
  tx: Tx,
  { clock }: ApiContext,
  claim: Claim,
  end: { pointArn?: string; backupSizeBytes?: number; keyArn?: string } = {},
): Promise<void> {
  const messageCategory = 'SUCCESS'
  const state = 'COMPLETED'
  await jobs.finish(tx, claim, { ...end, state, messageCategory, completedAt: clock.now() })
}
