// Jobs as the engine sees them. A job is held by a lease: owner, fence, until. Each claim raises
// the fence; a write with an older one throws LeaseLost and so takes back its whole transaction.
// A lease that ran out but that nobody took is still good: the fence, not the time, decides.

import { sql, type UpdateObject } from 'kysely'
import {
  type EndState,
  endedState,
  type Failure,
  type JobId,
  type JobKind,
  type JobProgress,
  messageCategory,
  type Quotas,
  startedState,
} from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { toJson } from './columns.ts'
import { ofKinds, toJob } from './job-row.ts'
import { notBegun, quotaBlocks } from './quota-blocks.ts'
import { type Claim, LeaseLost } from './rows.ts'
import type { Schema } from './schema.ts'
import { queries, type Tx } from './transaction.ts'

/** How a job ends. What is not said stays as it is. */
export interface JobEnd {
  /** AWS's word for the end, of the job's kind. */
  readonly state: EndState
  readonly completedAt: Instant
  /** The recovery point the job made. */
  readonly pointArn?: string | undefined
  readonly failure?: Failure | undefined
  readonly warning?: string | undefined
  /** Told from failure and warning when not said. */
  readonly messageCategory?: string | undefined
  readonly backupSizeBytes?: number | undefined
  readonly resourceName?: string | undefined
  readonly keyArn?: string | undefined
  readonly progress?: JobProgress | undefined
}

/** How a job waits. */
export interface Pause {
  /** Not claimed before. */
  readonly dueAt: Instant
  /** Why, in a sentence, for the job's progress. */
  readonly waitingFor: string
  /** The engine's counts; a runner that pauses for reasons of its own leaves them. */
  readonly troubles?: number
  readonly troubledSince?: Instant
  readonly faults?: number
}

/**
 * Takes the job that has been due longest among those nobody holds, with a higher fence. Jobs that
 * wait for a later time hide none that are due.
 */
export async function claim(
  tx: Tx,
  by: {
    readonly owner: string
    readonly now: Instant
    /** The time leases go by, where `now` can be moved; otherwise it is `now`. */
    readonly leaseNow?: Instant
    readonly leaseMs: number
    readonly kinds: readonly JobKind[]
    /** Jobs not to take: those the owner still has in hand, though their lease ran out. */
    readonly except?: readonly JobId[] | undefined
    /** Jobs that would be more than these allow are not begun; `except` count as begun. */
    readonly quotas?: Quotas | undefined
  },
): Promise<Claim | undefined> {
  if (by.kinds.length === 0) return undefined
  const blocks = by.quotas ? await quotaBlocks(tx, by.quotas, by.except) : []
  let query = dueQuery(tx, by)
  for (const { jobs } of blocks) query = query.where(sql<boolean>`not (${notBegun} and ${jobs})`)
  const due = await query.executeTakeFirst()
  if (due === undefined) return undefined
  const row = await queries(tx)
    .updateTable('job')
    .set({
      fence: sql<number>`fence + 1`,
      attempt: sql<number>`attempt + 1`,
      ...waitsNoMore,
      lease_owner: by.owner,
      lease_until: (by.leaseNow ?? by.now) + by.leaseMs,
    })
    .where('id', '=', due.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const job = toJob(row)
  return { job, fence: job.fence, owner: by.owner, leaseMs: by.leaseMs }
}

function dueQuery(tx: Tx, by: Parameters<typeof claim>[1]) {
  const query = queries(tx)
    .selectFrom('job')
    .select('id')
    .where('completed_at', 'is', null)
    .where('due_at', '<=', by.now)
    .where(ofKinds(by.kinds))
    .where((or) =>
      or.or([or('lease_owner', 'is', null), or('lease_until', '<', by.leaseNow ?? by.now)]),
    )
    .orderBy('due_at')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
  return by.except?.length ? query.where('id', 'not in', [...by.except]) : query
}

/** Lengthens the lease from `now`, by the time leases go by; `lost` when another took the job. */
export async function renew(
  tx: Tx,
  held: Claim,
  now: Instant,
): Promise<{ readonly stopRequested: boolean } | 'lost'> {
  const row = await heldJob(tx, held)
    .set({ lease_until: now + held.leaseMs })
    .returning('stop_requested')
    .executeTakeFirst()
  return row === undefined ? 'lost' : { stopRequested: row.stop_requested === 1 }
}

/** CREATED or PENDING → RUNNING, once; later attempts change nothing. Throws as `finish` does. */
export async function start(tx: Tx, held: Claim, now: Instant): Promise<void> {
  await change(tx, held, {
    state: startedState(await standing(tx, held)),
    started_at: sql<number>`coalesce(started_at, ${now})`,
  })
}

/** Keeps how far the job is. Throws LeaseLost. */
export async function saveProgress(tx: Tx, held: Claim, progress: JobProgress): Promise<void> {
  await change(tx, held, { progress: JSON.stringify(progress) })
}

/** Gives the job back until `dueAt`; its state and its uses stay. Throws LeaseLost. */
export async function pause(tx: Tx, held: Claim, until: Pause): Promise<void> {
  const row = await queries(tx)
    .selectFrom('job')
    .select('progress')
    .where('id', '=', held.job.id)
    .executeTakeFirst()
  const before = row?.progress ? (JSON.parse(row.progress) as JobProgress) : NOTHING_DONE
  const { waitingFor, troubles, troubledSince, faults } = until
  await change(tx, held, {
    ...unheld,
    due_at: until.dueAt,
    progress: toJson({ ...before, attempt: held.job.attempt, waitingFor }),
    ...(troubles !== undefined && { troubles }),
    ...(troubledSince !== undefined && { troubled_since: troubledSince }),
    ...(faults !== undefined && { faults }),
  })
}

/**
 * Ends the job for good and drops its uses of vaults. Throws LeaseLost, and IllegalStep (a bug in
 * the caller) when a job of its kind and state cannot come to that end.
 */
export async function finish(tx: Tx, held: Claim, end: JobEnd): Promise<void> {
  await change(tx, held, {
    ...unheld,
    state: endedState(await standing(tx, held), end.state),
    completed_at: end.completedAt,
    ...(end.pointArn !== undefined && { point_arn: end.pointArn }),
    ...(end.failure !== undefined && { failure: toJson(end.failure) }),
    ...(end.warning !== undefined && { warning: end.warning }),
    message_category: end.messageCategory ?? messageCategory(end),
    ...(end.backupSizeBytes !== undefined && { backup_size_bytes: end.backupSizeBytes }),
    ...(end.resourceName !== undefined && { resource_name: end.resourceName }),
    ...(end.keyArn !== undefined && { key_arn: end.keyArn }),
    ...(end.progress !== undefined && { progress: toJson(end.progress) }),
  })
  await queries(tx).deleteFrom('use').where('job_id', '=', held.job.id).execute()
}

/** Gives the job back, due at once. Throws LeaseLost. */
export async function release(tx: Tx, held: Claim, now: Instant): Promise<void> {
  await change(tx, held, { ...unheld, ...waitsNoMore, due_at: now })
}

/**
 * What waits for a time after `now` is due now: for a clock that was moved back, in front of whose
 * new time it would otherwise wait as long as the clock had been moved.
 */
export async function forgetWaits(tx: Tx, now: Instant): Promise<void> {
  await queries(tx)
    .updateTable('job')
    .set({ due_at: now })
    .where('completed_at', 'is', null)
    .where('due_at', '>', now)
    .execute()
}

/** Ends every lease: for a start at which nobody else can hold one. Answers how many there were. */
export async function releaseLeases(tx: Tx): Promise<number> {
  const { numUpdatedRows } = await queries(tx)
    .updateTable('job')
    .set({ ...unheld, ...waitsNoMore })
    .where('completed_at', 'is', null)
    .where('lease_owner', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

const unheld = { lease_owner: null, lease_until: null } as const

/** What a job waited for before it was taken up, or let go for no reason of its own. */
const waitsNoMore = { progress: sql<string | null>`json_remove(progress, '$.waitingFor')` }

const NOTHING_DONE: JobProgress = {
  bytesRead: 0,
  bytesStored: 0,
  bytesReused: 0,
  packsStored: 0,
  packsReused: 0,
  entries: 0,
  attempt: 1,
}

/** An update of the job, if it is still held as `held` says. */
function heldJob(tx: Tx, held: Claim) {
  return queries(tx).updateTable('job').where(heldAs(held))
}

const heldAs = (held: Claim) =>
  sql<boolean>`(id = ${held.job.id} and fence = ${held.fence} and lease_owner = ${held.owner}
    and completed_at is null)`

/** Kind and state of the job, which is held as `held` says. Throws LeaseLost. */
async function standing(tx: Tx, held: Claim): Promise<{ kind: JobKind; state: string }> {
  const row = await queries(tx)
    .selectFrom('job')
    .select('state')
    .where(heldAs(held))
    .executeTakeFirst()
  if (row === undefined) throw new LeaseLost(held.job.id, held.fence)
  return { kind: held.job.kind, state: row.state }
}

async function change(
  tx: Tx,
  held: Claim,
  values: UpdateObject<Schema, 'job', 'job'>,
): Promise<void> {
  const { numUpdatedRows } = await heldJob(tx, held).set(values).executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new LeaseLost(held.job.id, held.fence)
}
