// The sweep of a vault, step by step: condemn what no point names; wait until no job is left that
// began before; revive what points name by then and take the rest; when it is gone from the store,
// forget it. One sweep at a time holds a vault (its job). Every step may be repeated after a crash,
// and each changes at most about 1,000 rows.

import { sql } from 'kysely'
import type { PackName, VaultId } from '../model/index.ts'
import { listAsTable, nameFromBytes } from './bulk.ts'
import { revive, rowsOf } from './pack-rows.ts'
import { type NamedPacks, namedPacks } from './recorded.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { type LockedVault, lockVault, vaultOf } from './vault-lock.ts'

/** Packs one step changes at most. */
const PACKS_AT_ONCE = 1000
/** Packs read at once while looking for unneeded ones. */
const PACKS_READ_AT_ONCE = 20_000

/** What a condemnation did. */
export interface Condemned {
  /** What the next steps name: `sweepReady` and `sweepTake` act up to this one. */
  readonly generation: number
  readonly condemned: number
  /** Whether there may be more to condemn; then call again with this as `before`. */
  readonly more: boolean
  /** The number of the last pack looked at. */
  readonly looked: number
  /** What points named: for the next steps, which need not read it again. */
  readonly named: NamedPacks
}

/** How far a sweep has looked, and what it then knew of points. */
export interface Looked {
  readonly looked: number
  readonly named: NamedPacks
}

/** A pack to delete from the store. */
export interface TakenPack {
  readonly name: PackName
  readonly sizeBytes: number
}

/**
 * Condemns up to 1,000 live packs that no point names. Packs that came after the oldest use began
 * are spared, for a running job may have put them. Throws VaultGone.
 */
export async function sweepBegin(tx: Tx, vaultId: VaultId, before?: Looked): Promise<Condemned> {
  const vault = await lockVault(tx, vaultId)
  const named = await namedPacks(tx, vault, before?.named)
  const { numbers, looked } = await unneeded(tx, vault, { named, looked: before?.looked ?? 0 })
  if (numbers.length === 0) {
    return { generation: vault.generation, condemned: 0, more: false, looked, named }
  }
  const generation = vault.generation + 1
  await queries(tx).updateTable('vault').set({ generation }).where('no', '=', vault.no).execute()
  await sql`update pack set state = 'condemned', generation = ${generation}
    where vault_no = ${vault.no} and state = 'live'
      and no in (select value from ${listAsTable(numbers)})`.execute(queries(tx))
  const more = numbers.length === PACKS_AT_ONCE
  return { generation, condemned: numbers.length, more, looked, named }
}

/** Whether every use left began after the condemnation, so that its packs may be taken. */
export async function sweepReady(
  tx: ReadTx,
  vaultId: VaultId,
  generation: number,
): Promise<boolean> {
  return await noUseBefore(tx, await vaultOf(tx, vaultId), generation)
}

/**
 * Marks what was condemned up to `generation` as deleting, with what ended jobs left half put, and
 * answers up to 1,000 packs that are marked so, also by a sweep that died. The caller deletes them
 * from the store, calls `sweepGone`, and calls again until none is left. Throws when `sweepReady`
 * is false, and VaultGone.
 *
 * A point that is recorded revives what it names, so nothing condemned is named by a point. That
 * is looked at once more, as a second belt, in `named`: what points named when the last of these
 * packs was condemned, or by now where it is not given.
 */
export async function sweepTake(
  tx: Tx,
  vaultId: VaultId,
  { generation, named }: { readonly generation: number; readonly named?: NamedPacks },
): Promise<TakenPack[]> {
  const vault = await lockVault(tx, vaultId)
  if (!(await noUseBefore(tx, vault, generation))) {
    throw new Error(`packs of vault ${vaultId} are taken while a job may still need them`)
  }
  const condemned = await condemnedUpTo(tx, vault, generation)
  if (condemned.length > 0) {
    const { numbers } = named ?? (await namedPacks(tx, vault, undefined))
    const needed = condemned.filter((no) => numbers.has(no))
    await revive(tx, vault, needed)
    const taken = condemned.filter((no) => !numbers.has(no))
    await markDeleting(tx, vault, taken)
  }
  await markDeleting(tx, vault, await leftHalfPut(tx, vault, PACKS_AT_ONCE - condemned.length))
  const { rows } = await sql<{ name: Uint8Array; size_bytes: number }>`
    select pack.name, pack.size_bytes from (
      select no from pack
      where vault_no = ${vault.no} and state = 'deleting' and state <> 'live'
      limit ${PACKS_AT_ONCE}
    ) as found
    cross join pack on pack.vault_no = ${vault.no} and pack.no = found.no`.execute(queries(tx))
  return rows.map((row) => ({ name: nameFromBytes(row.name), sizeBytes: row.size_bytes }))
}

/** These packs, taken before, are gone from the store: they may be put again from now on. */
export async function sweepGone(
  tx: Tx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<void> {
  const vault = await lockVault(tx, vaultId)
  const rows = await rowsOf(tx, vault, names)
  const numbers = rows.filter((row) => row.state === 'deleting').map((row) => row.no)
  if (numbers.length === 0) return
  await sql`delete from pack where vault_no = ${vault.no} and state = 'deleting'
    and no in (select value from ${listAsTable(numbers)})`.execute(queries(tx))
  // Seen without a row before it had one: what lies there from now on lies there anew.
  await sql`delete from stray_pack where vault_no = ${vault.no}
    and name in (select unhex(value) from ${listAsTable(names)})`.execute(queries(tx))
}

/** As the partial index of packs in motion says it, so that it serves. */
const unsettled = sql<boolean>`state <> 'live'`

async function noUseBefore(tx: ReadTx, vault: LockedVault, generation: number): Promise<boolean> {
  const use = await queries(tx)
    .selectFrom('use')
    .select('job_id')
    .where('vault_no', '=', vault.no)
    .where('generation', '<', generation)
    .limit(1)
    .executeTakeFirst()
  return use === undefined
}

async function unneeded(
  tx: ReadTx,
  vault: LockedVault,
  from: Looked,
): Promise<{ numbers: number[]; looked: number }> {
  const named = from.named.numbers
  const spared = await firstSpared(tx, vault)
  const numbers: number[] = []
  let { looked } = from
  for (;;) {
    const rows = await queries(tx)
      .selectFrom('pack')
      .select('no')
      .where('vault_no', '=', vault.no)
      .where('no', '>', looked)
      .where('no', '<', spared)
      .where('state', '=', 'live')
      .orderBy('no')
      .limit(PACKS_READ_AT_ONCE)
      .execute()
    for (const { no } of rows) {
      looked = no
      if (named.has(no)) continue
      numbers.push(no)
      if (numbers.length === PACKS_AT_ONCE) return { numbers, looked }
    }
    if (rows.length < PACKS_READ_AT_ONCE) return { numbers, looked }
  }
}

/** The lowest number that a running job's own pack can have. */
async function firstSpared(tx: ReadTx, vault: LockedVault): Promise<number> {
  const row = await queries(tx)
    .selectFrom('use')
    .select((use) => use.fn.min('first_no').as('first'))
    .where('vault_no', '=', vault.no)
    .executeTakeFirst()
  return row?.first ?? vault.nextPackNo
}

async function condemnedUpTo(
  tx: ReadTx,
  vault: LockedVault,
  generation: number,
): Promise<number[]> {
  const rows = await queries(tx)
    .selectFrom('pack')
    .select('no')
    .where('vault_no', '=', vault.no)
    .where('state', '=', 'condemned')
    .where(unsettled)
    .where('generation', '<=', generation)
    .limit(PACKS_AT_ONCE)
    .execute()
  return rows.map((row) => row.no)
}

/** Packs whose job ended between claiming and putting them: nobody relies on such a pack. */
async function leftHalfPut(tx: ReadTx, vault: LockedVault, limit: number): Promise<number[]> {
  const rows = await queries(tx)
    .selectFrom('pack')
    .leftJoin('job', 'job.id', 'pack.put_by')
    .select('pack.no')
    .where('vault_no', '=', vault.no)
    .where('pack.state', '=', 'arriving')
    .where(sql<boolean>`pack.state <> 'live'`)
    .where((or) => or.or([or('job.id', 'is', null), or('job.completed_at', 'is not', null)]))
    .limit(limit)
    .execute()
  return rows.map((row) => row.no)
}

async function markDeleting(tx: Tx, vault: LockedVault, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await sql`update pack set state = 'deleting', generation = null, put_by = null
    where vault_no = ${vault.no}
      and no in (select value from ${listAsTable(numbers)})`.execute(queries(tx))
}
