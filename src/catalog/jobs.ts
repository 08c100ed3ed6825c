// Jobs as requests see them: made once for a token, found, listed, counted, asked to stop. How the
// engine holds and ends them is in `leases.ts`.

import { sql } from 'kysely'
import {
  type AccountId,
  type BackupJobState,
  type JobId,
  type JobKind,
  nextBackupState,
  type PointId,
  parseJobId,
  type RegionName,
  type VaultId,
} from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { ofKinds, toJob, toJobColumns } from './job-row.ts'
import { LISTED_COLUMNS, type ListedJob, listedDetail, listedJobs } from './listed-job.ts'
import { asArrays, cut, inPage, type Listed, type Page, rowsToAsk } from './page.ts'
import { type JobRow, type NewJob, SweepOpen, TokenTaken } from './rows.ts'
import { isUniqueViolation } from './sqlite.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

export {
  claim,
  finish,
  forgetWaits,
  pause,
  release,
  releaseLeases,
  renew,
  saveProgress,
  start,
} from './leases.ts'
export { heldBackBy } from './quota-blocks.ts'

/** Whose token, for which operation. */
export interface TokenScope {
  readonly account: AccountId
  readonly region: RegionName
  readonly operation: string
  readonly token: string
}

/** What an idempotent request leaves, so that its repetition gets the same answer. */
export interface Idempotency {
  readonly operation: string
  readonly token: string
  /** Of the normalized request, to tell a repetition from another request. */
  readonly requestHash: string
  /** The answer as plain JSON. */
  readonly answer?: unknown
}

/** What the first request with a token said and got. */
export interface Answered {
  readonly jobId: JobId
  readonly requestHash: string
  /** Null when the request left none. */
  readonly answer: unknown
}

/**
 * Every filter of AWS's ListBackupJobs, ListCopyJobs and ListRestoreJobs that compares columns;
 * they AND together, times are exclusive.
 */
export interface JobFilters {
  readonly resourceArn?: string | undefined
  readonly state?: string | undefined
  readonly createdBefore?: Instant | undefined
  readonly createdAfter?: Instant | undefined
  readonly resourceType?: string | undefined
  readonly completedBefore?: Instant | undefined
  readonly completedAfter?: Instant | undefined
  readonly parentJobId?: string | undefined
  /** Compared without case and `_`, because AWS spells categories both ways. */
  readonly messageCategory?: string | undefined
  readonly vaultName?: string | undefined
  readonly destinationVaultArn?: string | undefined
  readonly sourcePointArn?: string | undefined
}

/** Jobs of one kind, filtered and paged. */
export interface JobsOfKind {
  readonly kind: JobKind
  readonly account: AccountId
  readonly region: RegionName
  readonly filters?: JobFilters | undefined
  readonly page: Page
}

/** The most jobs `openOnVault` and `openOnPoint` answer: enough to say who is in the way. */
const OPEN_ROWS_MAX = 1000

/**
 * Adds a job. Throws TokenTaken, with nothing added, when the token has been used in its account,
 * Region and operation; SweepOpen for a second sweep of a vault.
 */
export async function insert(tx: Tx, job: NewJob, idempotency?: Idempotency): Promise<void> {
  const db = queries(tx)
  if (idempotency !== undefined) {
    const { operation, token, requestHash, answer = null } = idempotency
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('idempotency')
      .values({
        account: job.account,
        region: job.region,
        operation,
        token,
        request_hash: requestHash,
        answer: JSON.stringify(answer),
        job_id: job.id,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows !== 1n) throw new TokenTaken(token)
  }
  try {
    await db.insertInto('job').values(toJobColumns(job)).execute()
  } catch (error) {
    if (job.kind === 'sweep' && isUniqueViolation(error)) throw new SweepOpen({ cause: error })
    throw error
  }
}

/** What was answered to the first request with the token. */
export async function findByToken(tx: ReadTx, of: TokenScope): Promise<Answered | undefined> {
  const row = await queries(tx)
    .selectFrom('idempotency')
    .select(['job_id', 'request_hash', 'answer'])
    .where('account', '=', of.account)
    .where('region', '=', of.region)
    .where('operation', '=', of.operation)
    .where('token', '=', of.token)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    jobId: parseJobId(row.job_id),
    requestHash: row.request_hash,
    answer: JSON.parse(row.answer) as unknown,
  }
}

/** The job of that id. */
export async function byId(tx: ReadTx, id: JobId): Promise<JobRow | undefined> {
  const row = await queries(tx)
    .selectFrom('job')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toJob(row)
}

/** Jobs of one kind in an account and Region, newest first. */
export async function list(tx: ReadTx, options: JobsOfKind): Promise<Listed<ListedJob>> {
  const rows = await listQuery(tx, options).execute()
  return cut(listedJobs(rows, options), options.page, (row) => ({ at: row.createdAt, id: row.id }))
}

function listQuery(tx: ReadTx, options: JobsOfKind) {
  const { kind, account, region, filters = {}, page } = options
  let query = queries(tx)
    .selectFrom('job')
    .modifyFront(asArrays)
    .select(LISTED_COLUMNS)
    .select(listedDetail(kind))
    .where('kind', '=', kind)
    .where('account', '=', account)
    .where('region', '=', region)
  for (const [filter, column] of EQUAL_FILTERS) {
    const value = filters[filter]
    if (value !== undefined) query = query.where(column, '=', value)
  }
  for (const [filter, column, comparison] of TIME_FILTERS) {
    const value = filters[filter]
    if (value !== undefined) query = query.where(column, comparison, value)
  }
  const { messageCategory } = filters
  if (messageCategory !== undefined) {
    const folded = messageCategory.toUpperCase().replaceAll('_', '')
    query = query.where(sql<boolean>`replace(upper(message_category), '_', '') = ${folded}`)
  }
  return query
    .where(inPage(page))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rowsToAsk(page))
}

const EQUAL_FILTERS = [
  ['resourceArn', 'resource_arn'],
  ['state', 'state'],
  ['resourceType', 'resource_type'],
  ['parentJobId', 'parent_job_id'],
  ['vaultName', 'vault_name'],
  ['destinationVaultArn', 'destination_vault_arn'],
  ['sourcePointArn', 'source_point_arn'],
] as const

const TIME_FILTERS = [
  ['createdBefore', 'created_at', '<'],
  ['createdAfter', 'created_at', '>'],
  ['completedBefore', 'completed_at', '<'],
  ['completedAfter', 'completed_at', '>'],
] as const

/** How many jobs there are of each kind and state, in all accounts and Regions. */
export async function countByState(
  tx: ReadTx,
): Promise<{ kind: JobKind; state: string; count: number }[]> {
  const rows = await queries(tx)
    .selectFrom('job')
    .select((job) => ['kind', 'state', job.fn.countAll<number>().as('count')])
    .groupBy(['state', 'kind'])
    .execute()
  return rows.map((row) => ({ ...row, kind: row.kind as JobKind }))
}

/** Jobs that have not ended and read from the vault, work on it or copy into it; at most 1,000. */
export async function openOnVault(
  tx: ReadTx,
  of: {
    readonly vaultId: VaultId
    readonly vaultArn: string
    readonly kinds?: readonly JobKind[] | undefined
  },
): Promise<JobRow[]> {
  const rows = await openQuery(tx, of.kinds)
    .where((or) =>
      or.or([or('vault_id', '=', of.vaultId), or('destination_vault_arn', '=', of.vaultArn)]),
    )
    .execute()
  return rows.map(toJob)
}

/** Jobs that have not ended and read the point or delete it; at most 1,000. */
export async function openOnPoint(
  tx: ReadTx,
  of: { readonly pointId: PointId; readonly kinds?: readonly JobKind[] | undefined },
): Promise<JobRow[]> {
  const rows = await openQuery(tx, of.kinds).where('point_id', '=', of.pointId).execute()
  return rows.map(toJob)
}

/** Folders, as `key` of the metadata names them, that other accounts' restores write or wrote. */
export async function restoredByOthers(
  tx: ReadTx,
  account: AccountId,
  key: string,
): Promise<string[]> {
  const { rows } = await sql<{ target: string }>`
    select distinct json_extract(detail, ${`$.metadata."${key}"`}) as target from job
    where kind = 'restore' and account <> ${account} and started_at is not null
    and (completed_at is null or state in ('COMPLETED', 'PARTIAL'))`.execute(queries(tx))
  return rows.map(({ target }) => target)
}

/** A job at work, or about to be, that reads the point: a copy or a restore, if there is one. */
export async function readerOf(tx: ReadTx, pointId: PointId): Promise<JobRow | undefined> {
  const [reader] = await openOnPoint(tx, { pointId, kinds: ['copy', 'restore'] })
  return reader
}

function openQuery(tx: ReadTx, kinds: readonly JobKind[] | undefined) {
  const query = queries(tx)
    .selectFrom('job')
    .selectAll()
    .where('completed_at', 'is', null)
    .limit(OPEN_ROWS_MAX)
  return kinds === undefined ? query : query.where(ofKinds(kinds))
}

/**
 * Asks a backup to stop: it becomes ABORTING and is due at once, so that whoever holds it next
 * ends it. False when there is no such backup or it has ended.
 */
export async function requestStop(
  tx: Tx,
  of: { readonly id: JobId; readonly now: Instant },
): Promise<boolean> {
  const job = await byId(tx, of.id)
  if (job?.kind !== 'backup' || job.completedAt !== undefined) return false
  await queries(tx)
    .updateTable('job')
    .set({
      stop_requested: 1,
      state: nextBackupState(job.state as BackupJobState, 'stop asked'),
      due_at: sql<number>`case when due_at > ${of.now} then ${of.now} else due_at end`,
    })
    .where('id', '=', of.id)
    .execute()
  return true
}
