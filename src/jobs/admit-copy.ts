// Admitting a copy: the rules of StartCopyJob in AWS's order (AWS Backup developer guide,
// "StartCopyJob"), and the job that will do it. What depends on the destination's side is for the
// job to find out; only a vault that should be here and is not is refused at once.

import type { NewJob, PointRow, ReadTx, VaultRow } from '../catalog/index.ts'
import { vaults } from '../catalog/index.ts'
import type { CopyMode, RequestedLifecycle, VaultArn } from '../model/index.ts'
import {
  Answer,
  checkCopyLifecycle,
  checkCopySource,
  copyLifecycle,
  copyModeFor,
  firstState,
  formatPointArn,
  isContinuousPointArn,
  isPointArn,
  messageCategory,
  parsePointId,
  parseVaultArn,
  resourceTypes,
} from '../model/index.ts'
import {
  checkRole,
  mustAssumeRole,
  mustFindPoint,
  mustFindVault,
  mustHaveRoom,
} from './admit-lookup.ts'
import type { AdmissionContext, IdempotentRequest, StartedJob } from './admit-once.ts'
import { admitOnce, drawJobId } from './admit-once.ts'

/** A request to copy a recovery point, in the domain's words. */
export interface CopyRequest extends IdempotentRequest {
  readonly sourceVaultName: string
  readonly pointArn: string
  readonly destinationVaultArn: string
  readonly roleArn: string
  readonly lifecycle?: RequestedLifecycle | undefined
}

/** Makes the job of a copy. Throws an Answer when the request is refused. */
export async function startCopy(
  context: AdmissionContext,
  request: CopyRequest,
): Promise<StartedJob> {
  const destination = readRequest(request)
  return admitOnce(context, 'StartCopyJob', request, (tx) =>
    admitCopy(context, tx, request, destination),
  )
}

/** The job that the request would make, made by the same rules; nothing is kept of it. */
export async function drawCopy(
  context: AdmissionContext,
  tx: ReadTx,
  request: CopyRequest,
): Promise<NewJob> {
  return admitCopy(context, tx, request, readRequest(request))
}

/** What can be told without looking at a vault. */
function readRequest(request: CopyRequest): VaultArn {
  const { pointArn, destinationVaultArn } = request
  if (!isPointArn(pointArn)) throw new Answer({ code: 'UnsupportedResourceType', arn: pointArn })
  const destination = parseVaultArn(destinationVaultArn)
  if (!destination) throw new Answer({ code: 'UnsupportedResourceType', arn: destinationVaultArn })
  checkRole(request.roleArn)
  return destination
}

async function admitCopy(
  context: AdmissionContext,
  tx: ReadTx,
  request: CopyRequest,
  destination: VaultArn,
): Promise<NewJob> {
  const { from, lifecycle: requested, pointArn } = request
  const vault = await mustFindVault(tx, from, request.sourceVaultName)
  if (isContinuousPointArn(pointArn)) {
    throw new Answer({ code: 'ContinuousRecoveryPoint', arn: pointArn })
  }
  const point = await mustFindPoint(tx, vault, pointArn)
  const source = point.lifecycle
  const wish = { ...(requested ? { requested } : {}), ...(source ? { source } : {}) }
  const refused = checkCopySource(point) ?? checkCopyLifecycle(wish)
  if (refused) throw new Answer(refused)
  mustAssumeRole(context, request.from, request.roleArn)
  const isHere = destination.account === from.account && destination.region === from.region
  const found = await vaults.byArn(tx, request.destinationVaultArn)
  if (isHere && !found) {
    throw new Answer({ code: 'BackupVaultDoesNotExist', name: destination.name })
  }
  // The vaults of others are judged by the job: here nothing is told of them.
  if (found?.account === from.account) await mustHaveRoom(context, tx, found)
  return copyJob(context, { request, destination, found, vault, point, wish })
}

function copyJob(
  context: AdmissionContext,
  copy: {
    readonly request: CopyRequest
    readonly destination: VaultArn
    readonly found: VaultRow | undefined
    readonly vault: VaultRow
    readonly point: PointRow
    readonly wish: Parameters<typeof checkCopyLifecycle>[0]
  },
): NewJob {
  const { request, destination, found, vault, point, wish } = copy
  const { from, lifecycle } = request
  const type = point.resourceType
  const id = drawJobId(context)
  const pointId = parsePointId(context.random.uuid().toUpperCase())
  const random17hex = Buffer.from(context.random.bytes(9)).toString('hex').slice(0, 17)
  const { account, region } = destination
  const about = { type, account, region, pointId, jobId: id, random17hex }
  const pointLifecycle = copyLifecycle({ ...wish, type })
  const now = context.clock.now()
  return {
    id,
    kind: 'copy',
    ...from,
    state: firstState('copy'),
    detail: {
      kind: 'copy',
      sourceVaultId: vault.id,
      sourcePointId: point.id,
      destinationVaultArn: request.destinationVaultArn,
      ...(found ? { destinationVaultId: found.id, copyMode: modeInto(found, vault) } : {}),
      pointId,
      pointArn: formatPointArn({ ...about, origin: 'copy' }),
      ...(lifecycle ? { lifecycle } : {}),
      ...(pointLifecycle ? { pointLifecycle } : {}),
    },
    createdAt: now,
    resourceArn: point.resourceArn,
    resourceType: type,
    resourceName: point.resourceName,
    vaultArn: vault.arn,
    vaultName: vault.name,
    destinationVaultArn: request.destinationVaultArn,
    sourcePointArn: point.arn,
    iamRoleArn: request.roleArn,
    backupSizeBytes: point.backupSizeBytes,
    ...(resourceTypes[type].copyable ? {} : failedAtOnce({ from, destination, type, now })),
  }
}

/** How a copy of this vault's comes into that one. */
export function modeInto(destination: VaultRow, source: VaultRow): CopyMode {
  return copyModeFor({
    sourceAccount: source.account,
    destinationAccount: destination.account,
    chosen: destination.copyMode,
  })
}

/** AWS makes the job of a type it cannot copy, and fails it. */
function failedAtOnce(copy: {
  readonly from: CopyRequest['from']
  readonly destination: VaultArn
  readonly type: PointRow['resourceType']
  readonly now: number
}): Partial<NewJob> {
  const failure = {
    code: 'CopyTypeUnsupported',
    type: copy.type,
    sourceRegion: copy.from.region,
    destinationRegion: copy.destination.region,
  } as const
  const category = messageCategory({ failure })
  return { state: 'FAILED', completedAt: copy.now, failure, messageCategory: category }
}
