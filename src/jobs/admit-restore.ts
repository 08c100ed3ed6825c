// Admitting a restore: the request names a recovery point but no vault, so it is looked up among
// all of the account's. What the metadata asks for is judged by the job, as AWS does.

import type { NewJob, Tx } from '../catalog/index.ts'
import { points } from '../catalog/index.ts'
import { Answer, firstState, isPointArn } from '../model/index.ts'
import { checkRole, mustAssumeRole } from './admit-lookup.ts'
import type { AdmissionContext, IdempotentRequest, StartedJob } from './admit-once.ts'
import { admitOnce, drawJobId } from './admit-once.ts'

/** A request to restore a recovery point, in the domain's words. */
export interface RestoreRequest extends IdempotentRequest {
  readonly pointArn: string
  readonly metadata: Readonly<Record<string, string>>
  readonly roleArn?: string | undefined
  readonly resourceType?: string | undefined
}

/** Makes the job of a restore. Throws an Answer when the request is refused. */
export async function startRestore(
  context: AdmissionContext,
  request: RestoreRequest,
): Promise<StartedJob> {
  const { pointArn: arn, roleArn } = request
  if (!isPointArn(arn)) throw new Answer({ code: 'UnsupportedResourceType', arn })
  if (roleArn !== undefined) checkRole(roleArn)
  return admitOnce(context, 'StartRestoreJob', request, (tx) => admitRestore(context, tx, request))
}

async function admitRestore(
  context: AdmissionContext,
  tx: Tx,
  request: RestoreRequest,
): Promise<NewJob> {
  const { from, metadata, pointArn: arn, resourceType } = request
  const point = await points.findByArn(tx, { account: from.account, arn })
  if (point?.region !== from.region) throw new Answer({ code: 'RecoveryPointNotFound', arn })
  if (point.status === 'DELETING' || point.status === 'EXPIRED') {
    throw new Answer({ code: 'RecoveryPointStateInvalid', arn, status: point.status })
  }
  if (request.roleArn !== undefined) mustAssumeRole(context, request.from, request.roleArn)
  if (resourceType !== undefined && resourceType !== point.resourceType) {
    const reason = `the recovery point is of type ${point.resourceType}`
    throw new Answer({ code: 'InvalidParameter', parameter: 'ResourceType', reason })
  }
  return {
    id: drawJobId(context),
    kind: 'restore',
    ...from,
    state: firstState('restore'),
    detail: {
      kind: 'restore',
      vaultId: point.vaultId,
      pointId: point.id,
      metadata,
      pointCreatedAt: point.createdAt,
    },
    createdAt: context.clock.now(),
    resourceArn: point.resourceArn,
    resourceType: point.resourceType,
    resourceName: point.resourceName,
    vaultArn: point.vaultArn,
    vaultName: point.vaultName,
    sourcePointArn: point.arn,
    iamRoleArn: request.roleArn,
    backupSizeBytes: point.backupSizeBytes,
  }
}
