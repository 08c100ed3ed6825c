// Recovery points: found by (vault, ARN), because an ARN says neither its vault nor always its
// account. A point's packs are recorded with it in `packs.ts`, and forgotten with it here.

import { sql, type Updateable } from 'kysely'
import {
  type AccountId,
  coldPartOf,
  type DeletionPermit,
  type Lifecycle,
  nextLifecycleStep,
  type PointId,
  parsePointId,
  type RegionName,
  type ResourceType,
  type VaultId,
} from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { listAsTable } from './bulk.ts'
import { orNull, toJson } from './columns.ts'
import { notePoint, notePointById } from './fact-due.ts'
import { LISTED_POINT, type ListedPoint, listedPoints } from './listed-point.ts'
import { asArrays, cut, inPage, type Listed, type Page, rowsToAsk } from './page.ts'
import { toPoint, toPointColumns, verificationColumns } from './point-row.ts'
import type { PointRow, PointStatus, PointVerification } from './rows.ts'
import type { PointTable } from './schema.ts'
import { drop as dropTags } from './tags.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { countChange, lockVault } from './vault-lock.ts'
import { holdingId } from './vaults.ts'

export { protectedResource, protectedResources } from './protected-resources.ts'

/** The filters of AWS's ListRecoveryPointsByBackupVault; they AND together, times exclusive. */
export interface PointFilters {
  readonly resourceArn?: string | undefined
  readonly resourceType?: ResourceType | undefined
  readonly backupPlanId?: string | undefined
  readonly createdBefore?: Instant | undefined
  readonly createdAfter?: Instant | undefined
  readonly parentPointArn?: string | undefined
  /** Not a filter of AWS's: those found without a fact when the catalog was rebuilt. */
  readonly unconfirmed?: true | undefined
}

/** Points of one vault, filtered and paged. */
export interface PointsOfVault {
  readonly vaultId: VaultId
  readonly filters?: PointFilters | undefined
  readonly page: Page
}

/** Points of one resource in an account and Region, paged. */
export interface PointsOfResource {
  readonly account: AccountId
  readonly region: RegionName
  readonly resourceArn: string
  readonly page: Page
}

/** Adds a point that names no packs; a job's point goes through `packs.recordPoint`. */
export async function insert(tx: Tx, row: PointRow): Promise<void> {
  await queries(tx).insertInto('point').values(toPointColumns(row)).execute()
  await notePoint(tx, { vaultId: row.vaultId, pointId: row.id })
}

/** The point of that ARN in the vault. */
export async function byArn(
  tx: ReadTx,
  vaultId: VaultId,
  arn: string,
): Promise<PointRow | undefined> {
  const row = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('vault_id', '=', vaultId)
    .where('arn', '=', arn)
    .executeTakeFirst()
  return row && toPoint(row)
}

/** The point of that id. */
export async function byId(tx: ReadTx, id: PointId): Promise<PointRow | undefined> {
  const row = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toPoint(row)
}

/** The point of that ARN in any vault of the account; the newest, should two share it. */
export async function findByArn(
  tx: ReadTx,
  at: { readonly account: AccountId; readonly arn: string },
): Promise<PointRow | undefined> {
  const row = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('account', '=', at.account)
    .where('arn', '=', at.arn)
    .orderBy('completed_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toPoint(row)
}

/** Points of a vault, newest first. */
export async function listByVault(tx: ReadTx, options: PointsOfVault): Promise<Listed<PointRow>> {
  const rows = await listByVaultQuery(tx, options).selectAll().execute()
  return cut(rows.map(toPoint), options.page, placeOf)
}

/** The same, of each what lists show. */
export async function showByVault(
  tx: ReadTx,
  options: PointsOfVault,
): Promise<Listed<ListedPoint>> {
  const rows = await listByVaultQuery(tx, options)
    .modifyFront(asArrays)
    .select(LISTED_POINT)
    .execute()
  return cut(listedPoints(rows), options.page, placeOf)
}

const placeOf = ({ createdAt, id }: ListedPoint) => ({ at: createdAt, id })

function listByVaultQuery(tx: ReadTx, { vaultId, filters = {}, page }: PointsOfVault) {
  let query = queries(tx).selectFrom('point').where('vault_id', '=', vaultId)
  const { resourceArn, resourceType, backupPlanId, parentPointArn } = filters
  if (resourceArn !== undefined) query = query.where('resource_arn', '=', resourceArn)
  if (resourceType !== undefined) query = query.where('resource_type', '=', resourceType)
  if (backupPlanId !== undefined) query = query.where('backup_plan_id', '=', backupPlanId)
  if (parentPointArn !== undefined) query = query.where('parent_point_arn', '=', parentPointArn)
  // As the partial index says it, so that it serves.
  if (filters.unconfirmed) query = query.where(sql<boolean>`unconfirmed = 1`)
  const { createdBefore, createdAfter } = filters
  if (createdBefore !== undefined) query = query.where('created_at', '<', createdBefore)
  if (createdAfter !== undefined) query = query.where('created_at', '>', createdAfter)
  return query
    .where(inPage(page))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rowsToAsk(page))
}

/** What lists show of the points of a resource in an account and Region, newest first. */
export async function showByResource(
  tx: ReadTx,
  options: PointsOfResource,
): Promise<Listed<ListedPoint>> {
  const rows = await byResourceQuery(tx, options).execute()
  return cut(listedPoints(rows), options.page, placeOf)
}

function byResourceQuery(tx: ReadTx, options: PointsOfResource) {
  return queries(tx)
    .selectFrom('point')
    .modifyFront(asArrays)
    .select(LISTED_POINT)
    .where('account', '=', options.account)
    .where('region', '=', options.region)
    .where('resource_arn', '=', options.resourceArn)
    .where(inPage(options.page))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rowsToAsk(options.page))
}

/** The newest COMPLETED point of the resource in the vault. */
export async function newestCompleted(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly resourceArn: string },
): Promise<PointRow | undefined> {
  const row = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('vault_id', '=', of.vaultId)
    .where('resource_arn', '=', of.resourceArn)
    .where('status', '=', 'COMPLETED')
    // Of one in cold storage the packs lie elsewhere.
    .where('storage_class', '=', 'WARM')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toPoint(row)
}

/** Calls the point DELETING, from which there is no way back. */
export async function markDeleting(tx: Tx, permit: DeletionPermit): Promise<void> {
  await setState(tx, permit.pointId, { status: 'DELETING', message: null })
}

/** What can become of a point; the permit that deleting takes is for `markDeleting`. */
export type PointState = Exclude<PointStatus, 'DELETING'>

/** Changes the status, and the message with it: none when not said. */
export async function setStatus(
  tx: Tx,
  id: PointId,
  status: PointState,
  message?: string,
): Promise<void> {
  await setState(tx, id, { status, message: orNull(message) })
}

/** Takes the mark away that no fact vouches for the point. */
export async function confirm(tx: Tx, id: PointId): Promise<void> {
  await setState(tx, id, { unconfirmed: 0 })
}

/** Replaces the lifecycle; undefined: kept for ever. */
export async function setLifecycle(
  tx: Tx,
  id: PointId,
  lifecycle: Lifecycle | undefined,
): Promise<void> {
  await setState(tx, id, { lifecycle: toJson(lifecycle) })
}

/** The point's files are in its vault's cold part; what packs it names `packs.moveToCold` says. */
export async function markCold(tx: Tx, id: PointId): Promise<void> {
  await setState(tx, id, { storage_class: 'COLD' })
}

/** Up to `limit` points to which something is to happen by now, the longest due first. */
export async function dueByLifecycle(
  tx: ReadTx,
  by: { readonly now: Instant; readonly limit: number },
): Promise<PointRow[]> {
  const rows = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('lifecycle_at', '<=', by.now)
    .orderBy('lifecycle_at')
    .limit(by.limit)
    .execute()
  return rows.map(toPoint)
}

/** Has the point looked at again by its lifecycle, but not before `at`. */
export async function lookAgain(tx: Tx, id: PointId, at: Instant): Promise<void> {
  await queries(tx).updateTable('point').set({ lifecycle_at: at }).where('id', '=', id).execute()
}

/** Changes what a point's next step follows from, and that with it. */
async function setState(
  tx: Tx,
  id: PointId,
  values: Pick<
    Updateable<PointTable>,
    'status' | 'message' | 'unconfirmed' | 'lifecycle' | 'storage_class'
  >,
): Promise<void> {
  const row = await queries(tx)
    .updateTable('point')
    .set(values)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return
  await queries(tx)
    .updateTable('point')
    .set({ lifecycle_at: orNull(nextLifecycleStep(toPoint(row))?.at) })
    .where('id', '=', id)
    .execute()
  await notePointById(tx, id)
}

/** Notes when the point was last restored. */
export async function setRestoredAt(tx: Tx, id: PointId, at: Instant): Promise<void> {
  await queries(tx)
    .updateTable('point')
    .set({ last_restored_at: at })
    .where('id', '=', id)
    .execute()
  await notePointById(tx, id)
}

/**
 * Keeps what a verification of the point found. False when it is not COMPLETED any more: then
 * what was found means nothing.
 */
export async function setVerification(
  tx: Tx,
  id: PointId,
  found: PointVerification,
): Promise<boolean> {
  const { numUpdatedRows } = await queries(tx)
    .updateTable('point')
    .set(verificationColumns(found))
    .where('id', '=', id)
    .where('status', '=', 'COMPLETED')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/**
 * Forgets the point, what packs it names and its tags; its packs are the next sweep's. A point
 * that is not there is fine. Its manifest must be gone from the store before.
 */
export async function remove(tx: Tx, permit: DeletionPermit): Promise<void> {
  const id = permit.pointId
  const point = await byId(tx, id)
  if (point === undefined) return
  await countChange(tx, await lockVault(tx, holdingId(point)))
  // The row in `point_packs` goes with it by its foreign key.
  await queries(tx).deleteFrom('point').where('id', '=', id).execute()
  // Of one that was DELETING this was told before its manifest went.
  if (point.status !== 'DELETING') await notePoint(tx, { vaultId: point.vaultId, pointId: id })
  await dropTags(tx, point.arn)
}

/** Which of these ids are points whose files are in the vault, or cold part, of that id. */
export async function known(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly ids: readonly PointId[] },
): Promise<Set<PointId>> {
  const { rows } = await sql<{ id: string }>`
    select id from point
    where (vault_id = ${of.vaultId} and storage_class = 'WARM'
        or vault_id = ${coldPartOf(of.vaultId)} and storage_class = 'COLD')
      and id in (select value from ${listAsTable(of.ids)})`.execute(queries(tx))
  return new Set(rows.map((row) => parsePointId(row.id)))
}

/** When the points were created; those that are gone are absent. */
export async function createdAtEach(
  tx: ReadTx,
  ids: readonly PointId[],
): Promise<Map<PointId, Instant>> {
  const { rows } = await sql<{ id: string; created_at: number }>`
    select id, created_at from point where id in (select value from ${listAsTable(ids)})`.execute(
    queries(tx),
  )
  return new Map(rows.map((row) => [parsePointId(row.id), row.created_at]))
}
