// What one vault has that another one lacks: recovery points by their lineage (a copy keeps its
// source's resource and date), packs by name. Only the catalog is asked; whether the bytes are
// what their names say is what a verification finds out.

import { sql } from 'kysely'
import type { PointId, VaultId } from '../model/index.ts'
import { listAsTable } from './bulk.ts'
import { decodeNumbers } from './numbers.ts'
import { cut, inPage, type Listed, type Page, rowsToAsk } from './page.ts'
import { toPoint } from './point-row.ts'
import { numbersOfPoints } from './recorded.ts'
import type { PointRow } from './rows.ts'
import { queries, type ReadTx } from './transaction.ts'
import { type LockedVault, vaultOf } from './vault-lock.ts'
import * as vaults from './vaults.ts'

/** A vault, and the one that may lack what it has. */
export interface TwoVaults {
  readonly vaultId: VaultId
  readonly other: VaultId
}

/** Packs and bytes. */
export interface Amount {
  readonly packs: number
  readonly bytes: number
}

/** What the other vault has not, or has only marked as damaged. */
export interface Lacking {
  readonly missing: Amount
  readonly damaged: Amount
}

/** Completed points of the vault of which the other one has no completed copy, newest first. */
export async function pointsWithoutCopy(
  tx: ReadTx,
  of: TwoVaults & { readonly page: Page },
): Promise<Listed<PointRow>> {
  const rows = await queries(tx)
    .selectFrom('point')
    .selectAll()
    .where('vault_id', '=', of.vaultId)
    .where('status', '=', 'COMPLETED')
    .where(hasNoCopyIn(of.other))
    .where(inPage(of.page))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rowsToAsk(of.page))
    .execute()
  return cut(rows.map(toPoint), of.page, (row) => ({ at: row.createdAt, id: row.id }))
}

/** How many completed points the vault has, and of how many the other one has no copy. */
export async function countWithoutCopy(
  tx: ReadTx,
  of: TwoVaults,
): Promise<{ readonly points: number; readonly without: number }> {
  const row = await queries(tx)
    .selectFrom('point')
    .select((point) => [
      point.fn.countAll<number>().as('points'),
      sql<number>`coalesce(sum(${hasNoCopyIn(of.other)}), 0)`.as('without'),
    ])
    .where('vault_id', '=', of.vaultId)
    .where('status', '=', 'COMPLETED')
    .executeTakeFirstOrThrow()
  return { points: row.points, without: row.without }
}

const hasNoCopyIn = (vaultId: VaultId) => sql<boolean>`not exists (
  select 1 from point as copy
  where copy.vault_id = ${vaultId} and copy.resource_arn = point.resource_arn
    and copy.created_at = point.created_at and copy.status = 'COMPLETED')`

const isCopyOfOneIn = (vaultId: VaultId) => sql<boolean>`point.status = 'COMPLETED' and exists (
  select 1 from point as source
  where source.vault_id = ${vaultId} and source.resource_arn = point.resource_arn
    and source.created_at = point.created_at and source.status = 'COMPLETED')`

/**
 * What the other vault lacks: packs of the points it has no copy of, and what is damaged of those
 * it has. A copy may hold its chunks in packs of other names, so packs are not compared there.
 */
export async function lackingOfAll(tx: ReadTx, of: TwoVaults): Promise<Lacking> {
  const sum = new Sum()
  await addLacking(tx, of, sum)
  const cold = await vaults.coldPart(tx, of.vaultId)
  // What is there a copy of is told by the points, which are the vault's.
  if (cold) await addLackingOfCold(tx, { vaultId: cold.id, other: of.other }, sum)
  return sum
}

/** What the other vault lacks of points in cold storage; who has a copy of them has their packs. */
async function addLackingOfCold(tx: ReadTx, of: TwoVaults, sum: Sum): Promise<void> {
  const [vault, other] = [await vaultOf(tx, of.vaultId), await vaultOf(tx, of.other)]
  const named = await numbersOfPoints(tx, vault, hasNoCopyIn(of.other))
  for await (const row of packsOf(tx, { vault, other })) if (named.has(row.no)) sum.add(row)
}

async function addLacking(tx: ReadTx, of: TwoVaults, sum: Sum): Promise<void> {
  const [vault, other] = [await vaultOf(tx, of.vaultId), await vaultOf(tx, of.other)]
  const named = await numbersOfPoints(tx, vault, hasNoCopyIn(of.other))
  const copies = await numbersOfPoints(tx, other, isCopyOfOneIn(of.vaultId))
  const told = new Set<number>()
  for await (const row of packsOf(tx, { vault, other })) {
    if (!named.has(row.no)) continue
    sum.add(row)
    if (row.damaged === 1 && row.their_no !== null) told.add(row.their_no)
  }
  for await (const row of packsOf(tx, { vault: other, other })) {
    if (row.damaged === 1 && copies.has(row.no) && !told.has(row.no)) sum.add(row)
  }
}

/** The vault's packs in order of number, and how the other one has them. */
async function* packsOf(
  tx: ReadTx,
  of: { readonly vault: LockedVault; readonly other: LockedVault },
): AsyncIterable<PackThere & { readonly their_no: number | null }> {
  for (let after = 0; ; ) {
    const { rows } = await sql<PackThere & { their_no: number | null }>`
      select pack.no, pack.size_bytes, ${there}, theirs.no as their_no
      from pack left join pack as theirs
        on theirs.vault_no = ${of.other.no} and theirs.name = pack.name
      where pack.vault_no = ${of.vault.no} and pack.no > ${after}
      order by pack.no limit ${PACKS_AT_ONCE}`.execute(queries(tx))
    yield* rows
    after = rows.at(-1)?.no ?? after
    if (rows.length < PACKS_AT_ONCE) return
  }
}

/** Of the packs that one point of the vault names: what the other one lacks. */
export async function lackingOfPoint(
  tx: ReadTx,
  of: TwoVaults & { readonly pointId: PointId },
): Promise<Lacking> {
  const recorded = await queries(tx)
    .selectFrom('point_packs')
    .select(['numbers', 'vault_no'])
    .where('point_id', '=', of.pointId)
    .executeTakeFirst()
  const other = await vaultOf(tx, of.other)
  // Of a point in cold storage they are its vault's cold part's.
  const vault = { no: recorded?.vault_no ?? 0 }
  const numbers: number[] = []
  if (recorded) decodeNumbers(recorded.numbers, (number) => numbers.push(number))
  const sum = new Sum()
  for (let at = 0; at < numbers.length; at += PACKS_AT_ONCE) {
    const part = numbers.slice(at, at + PACKS_AT_ONCE)
    for (const row of await theirsOf(tx, { vault, other, numbers: part })) sum.add(row)
  }
  return sum
}

/** Packs looked at in one statement. */
const PACKS_AT_ONCE = 20_000

interface PackThere {
  readonly no: number
  readonly size_bytes: number
  readonly there: number
  readonly damaged: number
}

const there = sql`theirs.state is not null and theirs.state in ('live', 'condemned') as there,
  theirs.damaged_at is not null as damaged`

async function theirsOf(
  tx: ReadTx,
  of: { vault: Pick<LockedVault, 'no'>; other: LockedVault; numbers: readonly number[] },
): Promise<PackThere[]> {
  const { rows } = await sql<PackThere>`
    select pack.no, pack.size_bytes, ${there}
    from ${listAsTable(of.numbers)} as given
    cross join pack on pack.vault_no = ${of.vault.no} and pack.no = given.value
    left join pack as theirs on theirs.vault_no = ${of.other.no} and theirs.name = pack.name
    `.execute(queries(tx))
  return rows
}

class Sum implements Lacking {
  missing = { packs: 0, bytes: 0 }
  damaged = { packs: 0, bytes: 0 }

  add(row: PackThere): void {
    if (row.there === 1 && row.damaged === 0) return
    const sum = row.there === 1 ? this.damaged : this.missing
    sum.packs += 1
    sum.bytes += row.size_bytes
  }
}
