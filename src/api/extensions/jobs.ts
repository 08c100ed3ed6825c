// Jobs as we know them beyond AWS's shapes: of any kind, also those of ours (deletions, sweeps),
// with live progress.
//
// GET /_copyhold/jobs/:id            the job and how far it is
// GET /_copyhold/jobs/:id/progress   the same; as server-sent events until the job has ended

import type { Caller } from '../../access/index.ts'
import type { JobRow } from '../../catalog/index.ts'
import { Answer, type CopyDetail, hasEnded } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension } from '../extension.ts'
import { categoryOf, showsDestination, statusMessage } from '../job-description.ts'
import { findJob } from '../job-lookup.ts'
import { progressNow } from '../job-wait.ts'

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
  const progress = await progressNow(context, job)
  return {
    JobId: job.id,
    Kind: job.kind,
    State: job.state,
    StatusMessage: statusMessage(job, progress),
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
    Progress: progress,
  }
}
