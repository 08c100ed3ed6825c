// The jobs that nobody asks for by an operation of AWS's: what they have in common, and that a
// vault has one of a kind at a time where one is enough.

import type { NewJob, PointRow, Tx, VaultRow } from '../catalog/index.ts'
import { jobs } from '../catalog/index.ts'
import type { JobDetail, SweepDetail, VerifyDetail } from '../model/index.ts'
import { firstState } from '../model/index.ts'
import type { AdmissionContext, StartedJob } from './admit-once.ts'
import { drawJobId } from './admit-once.ts'

type DrawingContext = Pick<AdmissionContext, 'random'> & {
  readonly clock: Pick<AdmissionContext['clock'], 'now'>
}

/** A new job on a vault. */
export function jobOnVault(
  context: DrawingContext,
  vault: Pick<VaultRow, 'account' | 'region' | 'arn' | 'name'>,
  detail: JobDetail,
): NewJob {
  return {
    id: drawJobId(context),
    kind: detail.kind,
    account: vault.account,
    region: vault.region,
    state: firstState(detail.kind),
    detail,
    createdAt: context.clock.now(),
    vaultArn: vault.arn,
    vaultName: vault.name,
  }
}

/** A new job on a recovery point. */
export function jobOnPoint(
  context: DrawingContext,
  point: PointRow,
  kind: 'cool' | 'expire' | 'delete',
): NewJob {
  const { account, region, vaultArn: arn, vaultName: name, vaultId, id: pointId } = point
  return {
    ...jobOnVault(context, { account, region, arn, name }, { kind, vaultId, pointId }),
    resourceArn: point.resourceArn,
    resourceType: point.resourceType,
    sourcePointArn: point.arn,
  }
}

/** The vault's job of that kind that has not ended yet, or a new one. */
export async function onceOnVault(
  tx: Tx,
  context: DrawingContext,
  vault: VaultRow,
  detail: SweepDetail | VerifyDetail,
): Promise<StartedJob & { readonly isNew: boolean }> {
  const of = { vaultId: vault.id, vaultArn: vault.arn, kinds: [detail.kind] }
  const [open] = await jobs.openOnVault(tx, of)
  if (open) return { id: open.id, createdAt: open.createdAt, isNew: false }
  const job = jobOnVault(context, vault, detail)
  await jobs.insert(tx, job)
  return { id: job.id, createdAt: job.createdAt, isNew: true }
}
