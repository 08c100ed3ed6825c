// Packs that lie in a vault's store and have no row: what a restored disk, a catalog of another day
// or a hand left there. One that has stayed so for a day gets a row that is being deleted, and from
// then on is like any pack that a sweep has taken: who wants to put it waits until it is gone. One
// that somebody puts meanwhile has a row, and is a stray no more.

import { sql } from 'kysely'
import type { PackName, VaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { listAsTable, nameFromBytes, namesAsTable, nameToBytes } from './bulk.ts'
import { rowsOf } from './pack-rows.ts'
import type { PackToPut } from './packs.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { type LockedVault, lockVault, vaultOf } from './vault-lock.ts'

/** How long a pack stays in the store without a row before it may be deleted. */
const STRAY_MS = 24 * 60 * 60 * 1000

/** Packs as a listing of the store gives them, in its order; at most 1,000. */
export interface ListedPacks {
  readonly vaultId: VaultId
  readonly names: readonly PackName[]
  /** What the listing went on behind; absent at its beginning. */
  readonly after: PackName | undefined
  /** Whether the store has no more. */
  readonly isEnd: boolean
  readonly now: Instant
}

/** The pack behind which to look next; absent where to begin anew. Throws VaultGone. */
export async function lookedUpTo(tx: ReadTx, vaultId: VaultId): Promise<PackName | undefined> {
  const { no } = await vaultOf(tx, vaultId)
  const row = await queries(tx)
    .selectFrom('vault')
    .select('strays_after')
    .where('no', '=', no)
    .executeTakeFirstOrThrow()
  return row.strays_after === null ? undefined : nameFromBytes(row.strays_after)
}

/**
 * Notes which of these have no row, each with the time it was first seen so; what has one, or is
 * not in the store any more, is forgotten. The next look goes on behind them. Throws VaultGone.
 */
export async function noteListed(tx: Tx, listed: ListedPacks): Promise<void> {
  const { names, after, isEnd, now } = listed
  const vault = await lockVault(tx, listed.vaultId)
  const rows = new Set((await rowsOf(tx, vault, names)).map(({ at }) => at))
  const strays = names.filter((_, at) => !rows.has(at))
  const last = isEnd ? undefined : names.at(-1)
  const upTo = last === undefined ? undefined : nameToBytes(last)
  await sql`delete from stray_pack where vault_no = ${vault.no}
    and name > ${after === undefined ? new Uint8Array() : nameToBytes(after)}
    ${upTo === undefined ? sql`` : sql`and name <= ${upTo}`}
    and name not in (select unhex(value) from ${listAsTable(strays)})`.execute(queries(tx))
  await sql`insert into stray_pack (vault_no, name, first_seen)
    select ${vault.no}, given.name, ${now} from ${namesAsTable(strays)} as given
    where true on conflict do nothing`.execute(queries(tx))
  await queries(tx)
    .updateTable('vault')
    .set({ strays_after: upTo ?? null })
    .where('no', '=', vault.no)
    .execute()
}

/**
 * Up to 1,000 strays that have been known for a day. Those that a job could still be about to put
 * are left out: it used the vault when they were first seen, and still does. Throws VaultGone.
 */
export async function dueStrays(tx: ReadTx, vaultId: VaultId, now: Instant): Promise<PackName[]> {
  return due(tx, await vaultOf(tx, vaultId), now)
}

async function due(tx: ReadTx, vault: LockedVault, now: Instant): Promise<PackName[]> {
  const { rows } = await sql<{ name: Uint8Array }>`
    select name from stray_pack
    where vault_no = ${vault.no} and first_seen <= ${now - STRAY_MS}
      and not exists (
        select 1 from use join job on job.id = use.job_id
        where use.vault_no = ${vault.no} and job.created_at <= stray_pack.first_seen)
    order by name limit ${STRAYS_AT_ONCE}`.execute(queries(tx))
  return rows.map((row) => nameFromBytes(row.name))
}

const STRAYS_AT_ONCE = 1000

/** These strays are needed after all, as far as anybody can tell: their day begins anew. */
export async function seeAgain(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly names: readonly PackName[]; readonly now: Instant },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  await sql`update stray_pack set first_seen = ${of.now} where vault_no = ${vault.no}
    and name in (select unhex(value) from ${listAsTable(of.names)})`.execute(queries(tx))
}

/**
 * Those of these strays that are still due get a row as `deleting`: the sweep takes them with the
 * rest. What got a row of its own meanwhile stays as it is. Throws VaultGone.
 */
export async function takeStrays(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly packs: readonly PackToPut[]; readonly now: Instant },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  const stillDue = new Set(await due(tx, vault, of.now))
  const names = of.packs.map(({ name }) => name)
  const rows = new Set((await rowsOf(tx, vault, names)).map(({ at }) => at))
  const taken = of.packs.filter(({ name }, at) => stillDue.has(name) && !rows.has(at))
  const given = JSON.stringify(taken.map(({ name, sizeBytes }) => [name, sizeBytes]))
  await sql`
    insert into pack (vault_no, no, name, state, size_bytes)
    select ${vault.no}, ${vault.nextPackNo} + key, unhex(value ->> 0), 'deleting', value ->> 1
    from json_each(${given})`.execute(queries(tx))
  await queries(tx)
    .updateTable('vault')
    .set({ next_pack_no: vault.nextPackNo + taken.length })
    .where('no', '=', vault.no)
    .execute()
  await sql`delete from stray_pack where vault_no = ${vault.no}
    and name in (select unhex(value) from ${listAsTable(names)})`.execute(queries(tx))
}
