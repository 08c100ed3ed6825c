// Admitting what happens to a recovery point that is there: deleting it, confirming it, changing
// its lifecycle. Its row changes with the request; files follow in a job.

import type { PointRow, Tx, VaultRow } from '../catalog/index.ts'
import { jobs, points } from '../catalog/index.ts'
import type { RequestedLifecycle } from '../model/index.ts'
import { Answer, changedLifecycle, DeletionPermit, isContinuousPointArn } from '../model/index.ts'
import { mustFindPoint, mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester } from './admit-once.ts'
import { jobOnPoint } from './own-job.ts'

/** A recovery point of the requester's. */
export interface PointRequest {
  readonly from: Requester
  readonly vaultName: string
  readonly pointArn: string
}

/**
 * Deletes a recovery point: DELETING when this resolves, gone when its job is done; again is fine.
 * Throws the Answers InsufficientPrivileges, RecoveryPointNotFound, RecoveryPointUnconfirmed,
 * RecoveryPointLocked and, while a copy or a restore reads it, RecoveryPointBusy.
 */
export async function deletePoint(context: AdmissionContext, request: PointRequest): Promise<void> {
  await context.catalog.transaction(async (tx) => {
    const { vault, point } = await find(tx, request)
    if (point.status === 'DELETING') return
    if (point.unconfirmed) throw new Answer({ code: 'RecoveryPointUnconfirmed', arn: point.arn })
    const permit = DeletionPermit.ofPoint(point, { lock: vault.lock, now: context.clock.now() })
    if (!(permit instanceof DeletionPermit)) throw new Answer(permit)
    const reader = await jobs.readerOf(tx, point.id)
    if (reader) throw new Answer({ code: 'RecoveryPointBusy', arn: point.arn, jobId: reader.id })
    await points.markDeleting(tx, permit)
    await jobs.insert(tx, jobOnPoint(context, point, 'delete'))
  })
}

/**
 * Confirms a recovery point that was found without a fact when the catalog was rebuilt: what is
 * known of it is all there is, and it may be deleted from now on. Again is fine. Throws the Answers
 * InsufficientPrivileges and RecoveryPointNotFound.
 */
export async function confirmPoint(
  context: Pick<AdmissionContext, 'catalog'>,
  request: PointRequest,
): Promise<PointRow> {
  return context.catalog.transaction(async (tx) => {
    const { vault, point } = await find(tx, request)
    if (point.unconfirmed) await points.confirm(tx, point.id)
    return mustFindPoint(tx, vault, request.pointArn)
  })
}

/**
 * Replaces a recovery point's lifecycle whole: what the request does not say is no more. Throws the
 * Answers of `changedLifecycle`, RecoveryPointStateInvalid, InsufficientPrivileges and
 * RecoveryPointNotFound.
 */
export async function updateLifecycle(
  context: AdmissionContext,
  request: PointRequest & { readonly lifecycle: RequestedLifecycle },
): Promise<PointRow> {
  return context.catalog.transaction(async (tx) => {
    const { vault, point } = await find(tx, request)
    const { arn, status } = point
    if (status !== 'COMPLETED' && status !== 'PARTIAL') {
      throw new Answer({ code: 'RecoveryPointStateInvalid', arn, status })
    }
    const changed = changedLifecycle(
      { ...point, isContinuous: isContinuousPointArn(arn) },
      { requested: request.lifecycle, lock: vault.lock, now: context.clock.now() },
    )
    if ('code' in changed) throw new Answer(changed)
    await points.setLifecycle(tx, point.id, changed.lifecycle)
    return mustFindPoint(tx, vault, request.pointArn)
  })
}

async function find(tx: Tx, request: PointRequest): Promise<{ vault: VaultRow; point: PointRow }> {
  const vault = await mustFindVault(tx, request.from, request.vaultName)
  return { vault, point: await mustFindPoint(tx, vault, request.pointArn) }
}
