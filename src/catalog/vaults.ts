// Vaults: their rows from CREATING to AVAILABLE to DELETING to gone. A name belongs to at most one
// vault of an account and Region that is not being deleted; a unique index decides races.

import { type Selectable, sql } from 'kysely'
import {
  type AccountId,
  type CopyMode,
  coldPartOf,
  parseAccountId,
  parseCopyMode,
  parseRegionName,
  parseVaultId,
  type RegionName,
  type VaultDeletionPermit,
  type VaultId,
  type VaultLock,
} from '../model/index.ts'
import { listAsTable } from './bulk.ts'
import { orNull } from './columns.ts'
import { noteVault } from './fact-due.ts'
import {
  asArrays,
  cut,
  inRisingPage,
  type Listed,
  type Page,
  type RowOf,
  rowsToAsk,
} from './page.ts'
import { type PointRow, VaultNameTaken, type VaultRow } from './rows.ts'
import type { VaultTable } from './schema.ts'
import { isUniqueViolation } from './sqlite.ts'
import { drop as dropTags } from './tags.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** Where a vault lives. */
export interface VaultPlace {
  readonly account: AccountId
  readonly region: RegionName
}

/** The most rows one transaction of a batchable work changes. */
const BATCH_ROWS_MAX = 1000

/** Adds a vault. Throws VaultNameTaken when its name is held. */
export async function insert(tx: Tx, row: VaultRow): Promise<void> {
  try {
    await queries(tx)
      .insertInto('vault')
      .values({
        id: row.id,
        account: row.account,
        region: row.region,
        name: row.name,
        arn: row.arn,
        type: row.type,
        state: row.state,
        key_arn: row.keyArn,
        created_at: row.createdAt,
        creator_request_id: orNull(row.creatorRequestId),
        unconfirmed: row.unconfirmed ? 1 : 0,
        ...lockColumns(row.lock),
        copy_mode: orNull(row.copyMode),
      })
      .execute()
  } catch (error) {
    if (isUniqueViolation(error)) throw new VaultNameTaken(row.name, { cause: error })
    throw error
  }
}

/** How many vaults there are in an account and Region, but for those being deleted. */
export async function count(tx: ReadTx, at: VaultPlace): Promise<number> {
  const { vaults } = await queries(tx)
    .selectFrom('vault')
    .select((vault) => vault.fn.countAll<number>().as('vaults'))
    .where('account', '=', at.account)
    .where('region', '=', at.region)
    .where(isVault)
    .where(kept)
    .executeTakeFirstOrThrow()
  return vaults
}

/** The vault of that name, unless it is being deleted. */
export async function byName(
  tx: ReadTx,
  at: VaultPlace & { readonly name: string },
): Promise<VaultRow | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .selectAll()
    .where('account', '=', at.account)
    .where('region', '=', at.region)
    .where('name', '=', at.name)
    .where(isVault)
    .where(kept)
    .executeTakeFirst()
  return row && toVault(row)
}

/** The vault of that ARN, unless it is being deleted. */
export async function byArn(tx: ReadTx, arn: string): Promise<VaultRow | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .selectAll()
    .where('arn', '=', arn)
    .where(isVault)
    .where(kept)
    .executeTakeFirst()
  return row && toVault(row)
}

/** The vault, whatever its state. */
export async function byId(tx: ReadTx, id: VaultId): Promise<VaultRow | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toVault(row)
}

/** The vault's cold part, once it has one. */
export function coldPart(tx: ReadTx, id: VaultId): Promise<VaultRow | undefined> {
  return byId(tx, coldPartOf(id))
}

/** Where the files of a point are: its vault or, of one in cold storage, that one's cold part. */
export function holding(
  tx: ReadTx,
  point: Pick<PointRow, 'vaultId' | 'storageClass'>,
): Promise<VaultRow | undefined> {
  return byId(tx, holdingId(point))
}

/** The same, by its id alone. */
export function holdingId(point: Pick<PointRow, 'vaultId' | 'storageClass'>): VaultId {
  return point.storageClass === 'COLD' ? coldPartOf(point.vaultId) : point.vaultId
}

/** Vaults of an account and Region that are not being deleted, newest first. */
export async function list(
  tx: ReadTx,
  at: VaultPlace & { readonly page: Page },
): Promise<Listed<VaultRow>> {
  const rows = (await listQuery(tx, at).execute()) as readonly unknown[]
  const found = rows.map((row) => toListedVault(row as Parameters<typeof toListedVault>[0], at))
  return cut(found, at.page, (row) => ({ at: row.createdAt, id: row.id }))
}

function listQuery(tx: ReadTx, at: VaultPlace & { readonly page: Page }) {
  return queries(tx)
    .selectFrom('vault')
    .modifyFront(asArrays)
    .select(LISTED_VAULT)
    .where('account', '=', at.account)
    .where('region', '=', at.region)
    .where(isVault)
    .where(kept)
    .where(inRisingPage(at.page))
    .orderBy('created_at')
    .orderBy('id')
    .limit(rowsToAsk(at.page))
}

/** CREATING → AVAILABLE; on an AVAILABLE one it changes nothing. */
export async function markAvailable(tx: Tx, id: VaultId): Promise<void> {
  await queries(tx)
    .updateTable('vault')
    .set({ state: 'AVAILABLE' })
    .where('id', '=', id)
    .where('state', '=', 'CREATING')
    .execute()
}

/** How copies come into the vault from now on; undefined: as the rule says. */
export async function setCopyMode(
  tx: Tx,
  of: { readonly id: VaultId; readonly mode: CopyMode | undefined },
): Promise<void> {
  await queries(tx)
    .updateTable('vault')
    .set({ copy_mode: orNull(of.mode) })
    .where('id', '=', of.id)
    .execute()
  await noteVault(tx, of.id)
}

/** Sets, replaces or, with undefined, takes away the vault's lock. */
export async function setLock(tx: Tx, id: VaultId, lock: VaultLock | undefined): Promise<void> {
  await queries(tx).updateTable('vault').set(lockColumns(lock)).where('id', '=', id).execute()
  await noteVault(tx, id)
}

/** Which of these ARNs are vaults with a lock. */
export async function lockedAmong(tx: ReadTx, arns: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ arn: string }>`
    select vault.arn from ${listAsTable([...new Set(arns)])} as given
    cross join vault on vault.arn = given.value
    where state <> 'DELETING' and is_locked = 1`.execute(queries(tx))
  return new Set(rows.map((row) => row.arn))
}

/** Vaults with a lock and with recovery points, whatever its mode. */
export async function locked(tx: ReadTx): Promise<VaultRow[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .selectAll()
    .where(sql<boolean>`is_locked = 1`)
    .where((where) =>
      where.exists(where.selectFrom('point').select('id').whereRef('vault_id', '=', 'vault.id')),
    )
    .execute()
  return rows.map(toVault)
}

/** The name is free at once and the tags are gone; the permit is of a vault that is empty now. */
export async function markDeleting(tx: Tx, permit: VaultDeletionPermit): Promise<void> {
  const id = permit.vaultId
  const vault = await byId(tx, id)
  if (vault === undefined) return
  // Before its state changes: until then these are the tags of its ARN.
  await dropTags(tx, vault.arn)
  await queries(tx).updateTable('vault').set({ state: 'DELETING' }).where('id', '=', id).execute()
  await noteVault(tx, id)
}

/**
 * Forgets a DELETING vault whose files are gone: up to 1,000 of its packs, and with the last of
 * them the vault. False when packs are left: call again. A vault that is not there is fine.
 */
export async function remove(tx: Tx, id: VaultId): Promise<boolean> {
  const db = queries(tx)
  const vault = await db
    .selectFrom('vault')
    .select(['no', 'state'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (vault === undefined) return true
  if (vault.state !== 'DELETING') throw new Error(`vault ${id} is removed in ${vault.state}`)
  const { numDeletedRows } = await db
    .deleteFrom('pack')
    .where('vault_no', '=', vault.no)
    .where('no', 'in', (packs) =>
      packs
        .selectFrom('pack')
        .select('no')
        .where('vault_no', '=', vault.no)
        .orderBy('no')
        .limit(BATCH_ROWS_MAX),
    )
    .executeTakeFirstOrThrow()
  if (Number(numDeletedRows) === BATCH_ROWS_MAX) return false
  await db.deleteFrom('stray_pack').where('vault_no', '=', vault.no).execute()
  await db.deleteFrom('fact_due').where('vault_no', '=', vault.no).execute()
  await db.deleteFrom('fact_record').where('vault_no', '=', vault.no).execute()
  await db.deleteFrom('vault').where('no', '=', vault.no).execute()
  return true
}

/** Recovery points in the vault, whatever their status. */
export async function countPoints(tx: ReadTx, id: VaultId): Promise<number> {
  return (await countPointsEach(tx, [id])).get(id) ?? 0
}

/** The same for many vaults at once; those without points are absent. */
export async function countPointsEach(
  tx: ReadTx,
  ids: readonly VaultId[],
): Promise<Map<VaultId, number>> {
  const { rows } = await sql<{ vault_id: string; points: number }>`
    select vault_id, count(*) as points from point
    where vault_id in (select value from ${listAsTable(ids)})
    group by vault_id`.execute(queries(tx))
  return new Map(rows.map((row) => [parseVaultId(row.vault_id), row.points]))
}

/** Vaults in CREATING or DELETING: a start goes on with them. */
export async function unfinished(tx: ReadTx): Promise<VaultRow[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .selectAll()
    .where(sql<boolean>`state <> 'AVAILABLE'`)
    .execute()
  return rows.map(toVault)
}

/** Not the cold part of one. */
const isVault = sql<boolean>`type = 'BACKUP_VAULT'`

/** As the partial indexes say it, word for word, so that they serve. */
const kept = sql<boolean>`state <> 'DELETING'`

/** What a `VaultRow` is made of, in the order of `toListedVault`. */
const LISTED_VAULT = [
  ...(['id', 'name', 'arn', 'type', 'state', 'key_arn', 'created_at'] as const),
  ...(['creator_request_id', 'unconfirmed', 'copy_mode', 'is_locked'] as const),
  ...(['lock_min_days', 'lock_max_days', 'lock_date'] as const),
] as const

/** A row of a list, which came as an array. */
function toListedVault(row: RowOf<Selectable<VaultTable>, typeof LISTED_VAULT>, at: VaultPlace) {
  const vault: { -readonly [Member in keyof VaultRow]: VaultRow[Member] } = {
    id: parseVaultId(row[0]),
    account: at.account,
    region: at.region,
    name: row[1],
    arn: row[2],
    type: row[3] as VaultRow['type'],
    state: row[4] as VaultRow['state'],
    keyArn: row[5],
    createdAt: row[6],
  }
  if (row[7] !== null) vault.creatorRequestId = row[7]
  if (row[8] === 1) vault.unconfirmed = true
  if (row[9] !== null) vault.copyMode = parseCopyMode(row[9])
  const [min, max, date] = [row[11], row[12], row[13]]
  if (row[10] === 1)
    vault.lock = toLock({ lock_min_days: min, lock_max_days: max, lock_date: date })
  return vault
}

function toVault(row: Selectable<VaultTable>): VaultRow {
  return {
    id: parseVaultId(row.id),
    account: parseAccountId(row.account),
    region: parseRegionName(row.region),
    name: row.name,
    arn: row.arn,
    type: row.type as VaultRow['type'],
    state: row.state as VaultRow['state'],
    keyArn: row.key_arn,
    createdAt: row.created_at,
    ...(row.creator_request_id !== null && { creatorRequestId: row.creator_request_id }),
    ...(row.unconfirmed === 1 && { unconfirmed: true }),
    ...(row.copy_mode !== null && { copyMode: parseCopyMode(row.copy_mode) }),
    ...(row.is_locked === 1 && { lock: toLock(row) }),
  }
}

function lockColumns(lock: VaultLock | undefined) {
  return {
    is_locked: lock ? 1 : 0,
    lock_min_days: orNull(lock?.minDays),
    lock_max_days: orNull(lock?.maxDays),
    lock_date: orNull(lock?.lockDate),
  }
}

function toLock(
  row: Pick<Selectable<VaultTable>, 'lock_min_days' | 'lock_max_days' | 'lock_date'>,
): VaultLock {
  return {
    ...(row.lock_min_days !== null && { minDays: row.lock_min_days }),
    ...(row.lock_max_days !== null && { maxDays: row.lock_max_days }),
    ...(row.lock_date !== null && { lockDate: row.lock_date }),
  }
}
