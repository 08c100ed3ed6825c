// Jobs as we know them beyond AWS's shapes: of any kind, also those of ours (deletions, sweeps),
// with live progress.
//
// GET /_copyhold/jobs/:id            the job and how far it is
// GET /_copyhold/jobs/:id/progress   the same; as server-sent events until the job has ended

import type { Caller } from '../../access/index.ts'
import type { JobRow } from '../../catalog/index.ts'
import { jobs } from '../../catalog/index.ts'
import { Answer, type CopyDetail, hasEnded, type JobProgress } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension } from '../extension.ts'
import { categoryOf, progressOf, showsDestination, statusMessage } from '../job-description.ts'
import { findJob } from '../job-lookup.ts'

/** One job, whatever its kind. */
export const describeJob: Extension = {
  method: 'GET',
  path: '/jobs/:id',
  answer: async ({ params, caller }, context) =>
    describe(context, await mustFind(context, caller, params.id)),
}

/** One job's progress, once or as it grows. */
export const followJob: Extension = {
  method: 'GET',
  path: '/jobs/:id/progress',
  answer: describeJob.answer,
  async *stream({ params, caller }, context, signal) {
    const job = await mustFind(context, caller, params.id)
    yield* watch(context, caller, job, signal)
  },
}

/** How often a watched job is looked at; a change shows at most this late. */
const LOOK_AGAIN_MS = 250

/** The job now, after every change, and for the last time when it has ended. */
async function* watch(
  context: ApiContext,
  caller: Caller,
  first: JobRow,
  signal: AbortSignal,
): AsyncIterable<unknown> {
  let shown: string | undefined
  for (let job = first; !signal.aborted; job = await mustFind(context, caller, job.id)) {
    const now = await describe(context, job)
    const text = JSON.stringify(now)
    if (text !== shown) yield now
    shown = text
    if (hasEnded(job.state)) return
    await context.clock.sleep(LOOK_AGAIN_MS, signal)
  }
}

async function mustFind(
  context: ApiContext,
  caller: Caller,
  id: string | undefined,
): Promise<JobRow> {
  const job = await context.catalog.read((tx) => findJob(tx, caller, id ?? ''))
  if (!job) throw new Answer({ code: 'ResourceNotFound', arn: `job ${id}` })
  return job
}

async function describe(context: ApiContext, job: JobRow) {
  return {
    JobId: job.id,
    Kind: job.kind,
    State: job.state,
    StatusMessage: statusMessage(job),
    MessageCategory: categoryOf(job),
    ResourceArn: job.resourceArn,
    BackupVaultArn: job.vaultArn,
    DestinationBackupVaultArn: job.destinationVaultArn,
    SourceRecoveryPointArn: job.sourcePointArn,
    RecoveryPointArn: job.pointArn,
    BackupSizeInBytes: job.backupSizeBytes,
    CopyMode: showsDestination(job) ? (job.detail as CopyDetail).copyMode : undefined,
    CreationDate: job.createdAt / 1000,
    StartDate: job.startedAt && job.startedAt / 1000,
    CompletionDate: job.completedAt && job.completedAt / 1000,
    Attempt: job.attempt,
    Progress: (await waitingForTurn(context, job)) ?? progressOf(context, job),
  }
}

/** A job that nobody has begun because as many run as may: it says so itself, being in no hand. */
async function waitingForTurn(context: ApiContext, job: JobRow): Promise<JobProgress | undefined> {
  if (job.state !== 'CREATED' && job.state !== 'PENDING') return undefined
  const waitingFor = (await limitOf(context, job)) ?? (await quotaOf(context, job))
  if (waitingFor === undefined) return undefined
  const nothing = { bytesRead: 0, bytesStored: 0, bytesReused: 0, packsStored: 0, packsReused: 0 }
  return { ...nothing, entries: 0, attempt: job.attempt, waitingFor }
}

async function limitOf(context: ApiContext, job: JobRow): Promise<string | undefined> {
  const { copies } = context.limits.now()
  if (job.kind !== 'copy' || copies === undefined) return undefined
  const counts = await context.catalog.read((tx) => jobs.countByState(tx))
  const running = counts.find(({ kind, state }) => kind === 'copy' && state === 'RUNNING')
  if ((running?.count ?? 0) < copies) return undefined
  return `its turn: ${copies === 1 ? 'one copy' : `${copies} copies`} may run at once`
}

async function quotaOf({ catalog, quotas }: ApiContext, job: JobRow): Promise<string | undefined> {
  return quotas && catalog.read((tx) => jobs.heldBackBy(tx, job.id, quotas))
}
