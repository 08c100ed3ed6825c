// Admitting a backup: whether it may begin, and the job that will do it. AWS Backup developer
// guide, "StartBackupJob".

import type { NewJob, Tx } from '../catalog/index.ts'
import { jobs, resources, settings } from '../catalog/index.ts'
import type { JobId, RequestedLifecycle } from '../model/index.ts'
import {
  Answer,
  backupLifecycle,
  checkLifecycle,
  checkTags,
  firstState,
  formatPointArn,
  hasEnded,
  parsePointId,
  parseResourceArn,
  registrableTypes,
  resourceTypes,
} from '../model/index.ts'
import { checkRole, mustAssumeRole, mustFindVault, mustHaveRoom } from './admit-lookup.ts'
import type { AdmissionContext, IdempotentRequest, Requester, StartedJob } from './admit-once.ts'
import { admitOnce, drawJobId } from './admit-once.ts'

/** A request to back a resource up, in the domain's words. */
export interface BackupRequest extends IdempotentRequest {
  readonly vaultName: string
  readonly resourceArn: string
  readonly roleArn: string
  readonly lifecycle?: RequestedLifecycle | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly options?: Readonly<Record<string, string>> | undefined
  readonly startWindowMinutes?: number | undefined
  readonly completeWindowMinutes?: number | undefined
}

const MINUTE_MS = 60_000
const START_WINDOW_MINUTES = 480
const WINDOW_MINUTES_MIN = 60
/** A hundred years: a longer window is a slip of the keyboard. */
const WINDOW_MINUTES_MAX = 52_560_000
/** The backup option that has every file read again, whatever the vault holds already. */
const FULL_OPTION = 'copyhold.full'

/** Makes the job of a backup. Throws an Answer when the request is refused. */
export async function startBackup(
  context: AdmissionContext,
  request: BackupRequest,
): Promise<StartedJob> {
  checkRole(request.roleArn)
  checkWindows(request)
  return admitOnce(context, 'StartBackupJob', request, (tx) => admitBackup(context, tx, request))
}

/**
 * Asks a running backup to stop: it becomes ABORTING, then ABORTED. Throws the Answers JobNotFound
 * and, when it has ended, JobNotStoppable.
 */
export async function stopBackup(
  context: AdmissionContext,
  request: { readonly from: Requester; readonly jobId: JobId },
): Promise<void> {
  await context.catalog.transaction(async (tx) => {
    const { from, jobId } = request
    const job = await jobs.byId(tx, jobId)
    const isTheirs = job?.account === from.account && job.region === from.region
    if (job?.kind !== 'backup' || !isTheirs) {
      throw new Answer({ code: 'JobNotFound', kind: 'backup', jobId })
    }
    if (hasEnded(job.state)) throw new Answer({ code: 'JobNotStoppable', jobId, state: job.state })
    await jobs.requestStop(tx, { id: jobId, now: context.clock.now() })
  })
}

async function admitBackup(
  context: AdmissionContext,
  tx: Tx,
  request: BackupRequest,
): Promise<NewJob & { answeredPointArn?: string }> {
  const { from, lifecycle: requested, resourceArn, tags = {}, options } = request
  const vault = await mustFindVault(tx, from, request.vaultName)
  const named = parseResourceArn(resourceArn)
  if (!named || !registrableTypes.includes(named.type)) {
    throw new Answer({ code: 'UnsupportedResourceType', arn: resourceArn })
  }
  const resource = await resources.byArn(tx, resourceArn)
  if (resource?.account !== from.account || resource.region !== from.region) {
    throw new Answer({ code: 'ResourceNotRegistered', arn: resourceArn })
  }
  const refused = (requested && checkLifecycle(requested)) ?? checkTags(tags)
  if (refused) throw new Answer(refused)
  const { type } = resource
  if (!(await settings.optIns(tx, from))[type]) {
    throw new Answer({ code: 'ResourceTypeOptedOut', type, region: from.region })
  }
  mustAssumeRole(context, request.from, request.roleArn)
  await mustHaveRoom(context, tx, vault)
  const { now, id, pointId, pointArn } = drawPoint(context, { type, ...from })
  const lifecycle = backupLifecycle({ ...(requested ? { requested } : {}), type })
  const { startWindowMinutes = START_WINDOW_MINUTES, completeWindowMinutes } = request
  return {
    id,
    kind: 'backup',
    ...from,
    state: firstState('backup'),
    detail: {
      kind: 'backup',
      vaultId: vault.id,
      pointId,
      pointArn,
      tags,
      ...(lifecycle ? { lifecycle } : {}),
      startBy: now + startWindowMinutes * MINUTE_MS,
      ...(completeWindowMinutes ? { completeBy: now + completeWindowMinutes * MINUTE_MS } : {}),
      ...(options ? { backupOptions: options } : {}),
      ...(options?.[FULL_OPTION] === 'true' ? { full: true } : {}),
    },
    createdAt: now,
    resourceArn,
    resourceType: type,
    resourceName: resource.name,
    vaultArn: vault.arn,
    vaultName: vault.name,
    iamRoleArn: request.roleArn,
    keyArn: vault.keyArn,
    // Only of fully managed types is the recovery point known before it is made.
    ...(resourceTypes[type].fullyManaged ? { answeredPointArn: pointArn } : {}),
  }
}

function drawPoint(
  context: AdmissionContext,
  of: Requester & Pick<Parameters<typeof formatPointArn>[0], 'type'>,
) {
  const id = drawJobId(context)
  const pointId = parsePointId(context.random.uuid().toUpperCase())
  const random17hex = Buffer.from(context.random.bytes(9)).toString('hex').slice(0, 17)
  const pointArn = formatPointArn({ ...of, pointId, origin: 'backup', jobId: id, random17hex })
  return { now: context.clock.now(), id, pointId, pointArn }
}

function checkWindows(request: BackupRequest): void {
  const start = request.startWindowMinutes ?? START_WINDOW_MINUTES
  if (start < WINDOW_MINUTES_MIN || start > WINDOW_MINUTES_MAX) {
    throw windowRefused('StartWindowMinutes', `it must be at least ${WINDOW_MINUTES_MIN}`)
  }
  const complete = request.completeWindowMinutes
  if (complete === undefined) return
  if (complete < start || complete > WINDOW_MINUTES_MAX) {
    throw windowRefused('CompleteWindowMinutes', 'it must not be less than StartWindowMinutes')
  }
}

function windowRefused(parameter: string, reason: string): Answer {
  return new Answer({ code: 'InvalidParameter', parameter, reason })
}
