// How far a job is, and what it waits for. While an attempt is at work, what it says of itself is
// the truth; between two attempts the job's row is, which says why there is a pause and until when.

import { type JobRow, jobs, type ListedJob } from '../catalog/index.ts'
import { hasEnded, type JobProgress } from '../model/index.ts'
import type { ApiContext } from './context.ts'

/** The latest that is known of how far a job is, and why it waits if it does. */
export function progressOf(context: ApiContext, job: ListedJob): JobProgress | undefined {
  if (hasEnded(job.state)) return job.progress
  const live = context.progress.latest(job.id)
  if (job.leaseOwner === undefined) return pausedProgress(job, live)
  const known = live ?? job.progress
  // An attempt that has only just begun waits for nothing of what the one before waited for.
  return known && known.attempt !== job.attempt ? going(known) : known
}

/** Nobody has the job in hand: its row says for what, and when somebody will. */
function pausedProgress(job: ListedJob, live: JobProgress | undefined): JobProgress | undefined {
  const { progress } = job
  // The row keeps counts now and then only; the attempt that ended told its last ones.
  const counts = live && (!progress || live.attempt === progress.attempt) ? live : progress
  if (!counts) return undefined
  const waitingFor = progress?.waitingFor
  if (waitingFor === undefined) return going(counts)
  return { ...going(counts), waitingFor, nextAttemptAt: job.dueAt }
}

/** The counts of what does not wait; without a rate, which was that of another moment. */
function going(progress: JobProgress): JobProgress {
  const { waitingFor: _, bytesPerSecond: __, ...counts } = progress
  return counts
}

/** The same, and for a job that has not begun because as many run as may, that. */
export async function progressNow(
  context: ApiContext,
  job: JobRow,
): Promise<JobProgress | undefined> {
  return (await waitingForTurn(context, job)) ?? progressOf(context, job)
}

/** Being in no hand, such a job cannot say so itself. */
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

/** For people: what the job waits for, which attempt ended so, and when the next one is made. */
export function waitingSentence({
  waitingFor,
  attempt,
  nextAttemptAt,
}: JobProgress): string | undefined {
  if (waitingFor === undefined) return undefined
  const next =
    nextAttemptAt === undefined
      ? ''
      : ` Attempt ${attempt} was made; the next one is due at ${toSecond(nextAttemptAt)}.`
  return `Waiting: ${waitingFor}.${next}`
}

function toSecond(at: number): string {
  return `${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, -5)}Z`
}
