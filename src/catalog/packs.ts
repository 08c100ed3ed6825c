// Who keeps a pack: arriving → live → condemned → deleting → gone. A pack is put once, by the job
// that claimed it; what a point names or a running job has seen as live is never deleted. Every
// writing function locks the vault's row first. Sweeping is in `sweep.ts`, what a recorded point
// keeps in `recorded.ts`, damage in `pack-health.ts`.

import { type Selectable, sql } from 'kysely'
import { type JobId, type PackName, parseJobId, type VaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { listAsTable, nameFromBytes } from './bulk.ts'
import { orNull } from './columns.ts'
import { insertUse, mustUse, type PackStanding, revive, rowsOf } from './pack-rows.ts'
import { LeaseLost } from './rows.ts'
import type { PackKeyTable, PackTable } from './schema.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { type LockedVault, lockVault, lockVaultToFill, vaultOf } from './vault-lock.ts'

export type { NumberedPack, PackFacts } from './pack-health.ts'
export {
  clearDamaged,
  correct,
  damaged,
  donors,
  factsOf,
  isHeld,
  liveBehind,
  markDamaged,
  weigh,
} from './pack-health.ts'
export type { NamedPacks } from './recorded.ts'
export { moveToCold, recordPoint } from './recorded.ts'
export type { SparsePack, UnsettledPoint } from './sparse.ts'
export {
  beginReseal,
  isResealing,
  noteDense,
  pointsNaming,
  settle,
  settleAsWhole,
  sparsePacks,
  unsettled,
} from './sparse.ts'
export { dueStrays, lookedUpTo, noteListed, seeAgain, takeStrays } from './strays.ts'
export { type Looked, sweepBegin, sweepGone, sweepReady, sweepTake } from './sweep.ts'

/** A vault, and a job that puts packs into it or relies on those in it. */
export interface VaultUser {
  readonly vaultId: VaultId
  readonly jobId: JobId
}

/** A pack a job is about to put. */
export interface PackToPut {
  readonly name: PackName
  readonly sizeBytes: number
}

/** A pack that is durable in the store. */
export interface ArrivedPack extends PackToPut {
  readonly crc32: number
  /** Its data key under the vault key, where a later attempt of the job needs it. */
  readonly sealedKey?: Uint8Array | undefined
  /** The pack it is a re-encryption of. */
  readonly from?: PackName | undefined
}

/** What a job may do about a pack: put it, rely on it, or ask again later. */
export type PackTurn = 'put' | 'live' | 'wait'

/** A pack an earlier attempt of the job put. */
export interface OwnPack {
  readonly name: PackName
  readonly sizeBytes: number
  readonly crc32: number
  readonly sealedKey: Uint8Array
  /** The pack it is a re-encryption of, if it is one. */
  readonly from?: PackName
}

/**
 * Adds the job's use of the vault and says which of the packs are there: `live` ones stay until
 * the job ends, for `wait` ones a deletion is under way, and those absent from the answer are
 * missing. Changes O(1) rows, and one more for each condemned pack it revives. Throws VaultGone.
 */
export async function plan(
  tx: Tx,
  of: VaultUser & { readonly names: readonly PackName[] },
): Promise<Map<PackName, 'live' | 'wait'>> {
  const vault = await lockVaultToFill(tx, of.vaultId)
  await insertUse(tx, vault, of.jobId)
  const found = new Map<PackName, 'live' | 'wait'>()
  const revived: number[] = []
  for (const { at, no, state } of await rowsOf(tx, vault, of.names)) {
    const name = of.names[at]
    if (name === undefined || state === 'arriving') continue
    if (state === 'condemned') revived.push(no)
    found.set(name, state === 'deleting' ? 'wait' : 'live')
  }
  await revive(tx, vault, revived)
  return found
}

/**
 * From here until the job's end no pack it meets in the vault is deleted. Again is fine: the first
 * use counts, for what was seen under it still counts.
 */
export async function addUse(tx: Tx, of: VaultUser): Promise<void> {
  await insertUse(tx, await lockVault(tx, of.vaultId), of.jobId)
}

/** Ends all uses of the job. `jobs.finish` does it too. */
export async function dropUses(tx: Tx, jobId: JobId): Promise<void> {
  await queries(tx).deleteFrom('use').where('job_id', '=', jobId).execute()
}

/** Ends the job's use of one vault, whose packs it needs no more. */
export async function dropUse(tx: Tx, of: VaultUser): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  await queries(tx)
    .deleteFrom('use')
    .where('job_id', '=', of.jobId)
    .where('vault_no', '=', vault.no)
    .execute()
}

/** The jobs that use the vault. Throws VaultGone. */
export async function users(tx: ReadTx, vaultId: VaultId): Promise<JobId[]> {
  const vault = await vaultOf(tx, vaultId)
  const rows = await queries(tx)
    .selectFrom('use')
    .select('job_id')
    .where('vault_no', '=', vault.no)
    .execute()
  return rows.map((row) => parseJobId(row.job_id))
}

/**
 * Takes packs for the job to put. `put`: it is the job's to put, whether it is new, was claimed by
 * an earlier attempt, or by a job whose lease is gone. `live`: it is there. `wait`: another job is
 * putting it, or it is being deleted. Throws LeaseLost when the fence is old, and VaultGone.
 */
export async function claim(
  tx: Tx,
  of: VaultUser & {
    readonly fence: number
    readonly now: Instant
    readonly packs: readonly PackToPut[]
  },
): Promise<Map<PackName, PackTurn>> {
  const vault = await lockVaultToFill(tx, of.vaultId)
  await mustHold(tx, of)
  await mustUse(tx, vault, of.jobId)
  const wanted = new Map(of.packs.map((pack) => [pack.name, pack]))
  const names = [...wanted.keys()]
  const turns = new Map<PackName, PackTurn>()
  const revived: number[] = []
  const taken: number[] = []
  for (const row of await rowsOf(tx, vault, names)) {
    const name = names[row.at]
    if (name === undefined) continue
    const turn = turnOf(row, of)
    if (row.state === 'condemned') revived.push(row.no)
    if (turn === 'put' && row.putBy !== of.jobId) taken.push(row.no)
    turns.set(name, turn)
    wanted.delete(name)
  }
  await revive(tx, vault, revived)
  await takeOver(tx, vault, { jobId: of.jobId, numbers: taken })
  await insertArriving(tx, vault, { jobId: of.jobId, packs: [...wanted.values()] })
  for (const name of wanted.keys()) turns.set(name, 'put')
  return turns
}

/**
 * The packs are durable in the store, bytes and names: live from now on. Again is fine. Throws
 * LeaseLost when one of them is not this job's (any more).
 */
export async function arrived(
  tx: Tx,
  of: VaultUser & { readonly packs: readonly ArrivedPack[] },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  const packs = [...new Map(of.packs.map((pack) => [pack.name, pack])).values()]
  const names = packs.map((pack) => pack.name)
  const rows = await rowsOf(tx, vault, names)
  const own = rows.filter((row) => row.state === 'arriving' && row.putBy === of.jobId)
  const before = rows.filter((row) => row.state === 'live' || row.state === 'condemned')
  if (own.length + before.length !== names.length) throw new LeaseLost(of.jobId)
  await makeLive(
    tx,
    vault,
    own.flatMap(({ at, no }) => {
      const pack = packs[at]
      return pack === undefined ? [] : [[no, pack.name, pack.sizeBytes, pack.crc32]]
    }),
  )
  await keepKeys(tx, vault, of)
}

/**
 * Packs with a sealed key that earlier attempts of the job put; they stay until the job ends. For
 * a backup that goes on after a crash. Throws VaultGone.
 */
export async function ofJob(tx: Tx, of: VaultUser): Promise<OwnPack[]> {
  const vault = await lockVaultToFill(tx, of.vaultId)
  await insertUse(tx, vault, of.jobId)
  // Begins with the job's own: the database would begin with all packs of the vault.
  const { rows } = await sql<Selectable<PackTable> & OwnKey>`
    select pack.*, own.sealed_key, own.from_name from pack_key as own
    cross join pack on pack.vault_no = own.vault_no and pack.no = own.no
    where own.job_id = ${of.jobId} and own.vault_no = ${vault.no}
      and pack.state in ('live', 'condemned')
    order by own.no`.execute(queries(tx))
  await revive(
    tx,
    vault,
    rows.filter((row) => row.state === 'condemned').map((row) => row.no),
  )
  return rows.map((row) => ({
    name: nameFromBytes(row.name),
    sizeBytes: row.size_bytes,
    crc32: row.crc32 ?? 0,
    sealedKey: row.sealed_key,
    ...(row.from_name !== null && { from: nameFromBytes(row.from_name) }),
  }))
}

type OwnKey = Pick<PackKeyTable, 'sealed_key' | 'from_name'>

/** Which of these names the catalog knows in any state; objects of other names are nobody's. */
export async function known(
  tx: ReadTx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<Set<PackName>> {
  const rows = await rowsOf(tx, await vaultOf(tx, vaultId), names)
  return new Set(rows.flatMap((row) => names[row.at] ?? []))
}

/** Forgets up to 1,000 sealed keys of jobs that have ended. False when more may be left. */
export async function forgetKeys(tx: Tx): Promise<boolean> {
  const { rows } = await sql`
    delete from pack_key where (job_id, vault_no, no) in (
      select job_id, vault_no, no from pack_key
      where job_id not in (select id from job where completed_at is null)
      limit ${KEYS_AT_ONCE}
    ) returning no`.execute(queries(tx))
  return rows.length < KEYS_AT_ONCE
}

const KEYS_AT_ONCE = 1000

function turnOf(row: PackStanding, by: { jobId: JobId; now: Instant }): PackTurn {
  if (row.state === 'deleting') return 'wait'
  if (row.state !== 'arriving') return 'live'
  if (row.putBy === by.jobId) return 'put'
  return row.heldUntil === null || row.heldUntil < by.now ? 'put' : 'wait'
}

/** Throws LeaseLost unless the job is held with this fence. */
export async function mustHold(
  tx: Tx,
  of: { readonly jobId: JobId; readonly fence: number },
): Promise<void> {
  const job = await queries(tx)
    .selectFrom('job')
    .select('id')
    .where('id', '=', of.jobId)
    .where('fence', '=', of.fence)
    .where('lease_owner', 'is not', null)
    .where('completed_at', 'is', null)
    .executeTakeFirst()
  if (job === undefined) throw new LeaseLost(of.jobId, of.fence)
}

async function takeOver(
  tx: Tx,
  vault: LockedVault,
  by: { jobId: JobId; numbers: readonly number[] },
): Promise<void> {
  if (by.numbers.length === 0) return
  await sql`update pack set put_by = ${by.jobId}
    where vault_no = ${vault.no} and state = 'arriving'
      and no in (select value from ${listAsTable(by.numbers)})`.execute(queries(tx))
}

async function insertArriving(
  tx: Tx,
  vault: LockedVault,
  by: { jobId: JobId; packs: readonly PackToPut[] },
): Promise<void> {
  if (by.packs.length === 0) return
  const given = JSON.stringify(by.packs.map((pack) => [pack.name, pack.sizeBytes]))
  await sql`
    insert into pack (vault_no, no, name, state, size_bytes, put_by)
    select ${vault.no}, ${vault.nextPackNo} + key, unhex(value ->> 0), 'arriving', value ->> 1,
      ${by.jobId}
    from json_each(${given})`.execute(queries(tx))
  await queries(tx)
    .updateTable('vault')
    .set({ next_pack_no: vault.nextPackNo + by.packs.length })
    .where('no', '=', vault.no)
    .execute()
}

/** Rows of number, name, size and CRC-32; all of them are there and arriving. */
async function makeLive(
  tx: Tx,
  vault: LockedVault,
  packs: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (packs.length === 0) return
  // Nothing is inserted: of the ways to change many rows to different values, this one finds each
  // by its key, where an update joined with a list reads all packs of the vault.
  await sql`
    insert into pack (vault_no, no, name, state, size_bytes, crc32)
    select ${vault.no}, value ->> 0, unhex(value ->> 1), 'live', value ->> 2, value ->> 3
    from json_each(${JSON.stringify(packs)}) where true
    on conflict (vault_no, no) do update set state = 'live', put_by = null,
      size_bytes = excluded.size_bytes, crc32 = excluded.crc32`.execute(queries(tx))
}

async function keepKeys(
  tx: Tx,
  vault: LockedVault,
  of: { jobId: JobId; packs: readonly ArrivedPack[] },
): Promise<void> {
  const keys = of.packs.flatMap(({ name, sealedKey, from }) =>
    sealedKey === undefined ? [] : [[name, Buffer.from(sealedKey).toString('hex'), orNull(from)]],
  )
  if (keys.length === 0) return
  await sql`
    insert into pack_key (job_id, vault_no, no, sealed_key, from_name)
    select ${of.jobId}, ${vault.no}, pack.no, unhex(given.value ->> 1), unhex(given.value ->> 2)
    from json_each(${JSON.stringify(keys)}) as given
    cross join pack on pack.vault_no = ${vault.no} and pack.name = unhex(given.value ->> 0)
    where true
    on conflict do nothing`.execute(queries(tx))
}
