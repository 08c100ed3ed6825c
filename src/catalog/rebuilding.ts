// Filling an empty catalog with what the stores tell. Nobody else is at work in it: no jobs, no
// uses, no sweeps. Everything goes in as settled, and the outbox begins behind the facts that are
// in the store.

import { sql } from 'kysely'
import type { PackName, VaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { listAsTable, nameFromBytes } from './bulk.ts'
import { orNull } from './columns.ts'
import { notePoint, noteVault } from './fact-due.ts'
import { rowsOf } from './pack-rows.ts'
import { toPointColumns } from './point-row.ts'
import { packColumns } from './recorded.ts'
import type { PointRow, VaultRow } from './rows.ts'
import * as tags from './tags.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import type { PackUse } from './used-parts.ts'
import { lockVault, vaultOf } from './vault-lock.ts'
import * as vaultPolicies from './vault-policies.ts'
import * as vaults from './vaults.ts'

/** A pack that lies in the store, or that a manifest names. */
export interface FoundPack {
  readonly name: PackName
  readonly sizeBytes: number
  /** Absent where no manifest tells it. */
  readonly crc32?: number
}

/** Which fact records are in the store; 0 where there is none such. */
export interface FactNumbers {
  readonly lowest: number
  readonly highest: number
  /** Those up to here are not needed any more. */
  readonly replaced: number
}

type Tags = Readonly<Record<string, string>>

/** Adds a vault. Throws VaultNameTaken. */
export async function addVault(
  tx: Tx,
  of: {
    readonly vault: VaultRow
    readonly tags: Tags
    readonly policy?: string | undefined
    readonly facts: FactNumbers
  },
): Promise<void> {
  const { vault, facts } = of
  await vaults.insert(tx, vault)
  await tags.put(tx, vault.arn, of.tags)
  if (of.policy !== undefined) await vaultPolicies.put(tx, vault.id, of.policy)
  const { no } = await lockVault(tx, vault.id)
  const db = queries(tx)
  await db
    .updateTable('vault')
    .set({
      next_fact_no: facts.highest + 1,
      facts_replaced: facts.replaced,
      facts_dropped: Math.min(facts.replaced, Math.max(0, facts.lowest - 1)),
    })
    .where('no', '=', no)
    .execute()
  await db.deleteFrom('fact_due').where('vault_no', '=', no).execute()
  // A name that was made up is to be the same the next time.
  if (vault.unconfirmed) await noteVault(tx, vault.id)
}

/**
 * Adds packs, live at once; those that are there stay as they are. At most 1,000 at a time. With
 * `missingSince` they are marked damaged until `seePacks` sees them.
 */
export async function addPacks(
  tx: Tx,
  of: {
    readonly vaultId: VaultId
    readonly packs: readonly FoundPack[]
    readonly missingSince?: Instant
  },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  const names = of.packs.map((pack) => pack.name)
  const known = new Set((await rowsOf(tx, vault, names)).map(({ at }) => at))
  const added = of.packs.filter((_, at) => !known.has(at))
  if (added.length === 0) return
  const given = added.map((pack) => [pack.name, pack.sizeBytes, pack.crc32 ?? null])
  await sql`
    insert into pack (vault_no, no, name, state, size_bytes, crc32, damaged_at)
    select ${vault.no}, ${vault.nextPackNo} + key, unhex(value ->> 0), 'live', value ->> 1,
      value ->> 2, ${orNull(of.missingSince)}
    from json_each(${JSON.stringify(given)})`.execute(queries(tx))
  await queries(tx)
    .updateTable('vault')
    .set({ next_pack_no: vault.nextPackNo + added.length })
    .where('no', '=', vault.no)
    .execute()
}

/** These packs lie in the store. Answers those that no manifest named. */
export async function seePacks(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly names: readonly PackName[] },
): Promise<PackName[]> {
  const vault = await lockVault(tx, of.vaultId)
  const rows = await rowsOf(tx, vault, of.names)
  await sql`update pack set damaged_at = null
    where vault_no = ${vault.no}
      and no in (select value from ${listAsTable(rows.map(({ no }) => no))})`.execute(queries(tx))
  const known = new Set(rows.map(({ at }) => at))
  return of.names.filter((_, at) => !known.has(at))
}

/** Packs that were named and not seen. */
export async function missingPacks(tx: ReadTx, vaultId: VaultId): Promise<PackName[]> {
  const vault = await vaultOf(tx, vaultId)
  const missing: PackName[] = []
  for (let after = 0; after < vault.nextPackNo; after += NUMBERS_AT_ONCE) {
    const rows = await queries(tx)
      .selectFrom('pack')
      .select('name')
      .where('vault_no', '=', vault.no)
      .where('no', '>', after)
      .where('no', '<=', after + NUMBERS_AT_ONCE)
      .where('damaged_at', 'is not', null)
      .execute()
    missing.push(...rows.map((row) => nameFromBytes(row.name)))
  }
  return missing
}

const NUMBERS_AT_ONCE = 100_000

/** Adds a point whose packs are there, with its tags. */
export async function addPoint(
  tx: Tx,
  of: {
    readonly point: PointRow
    readonly names: readonly PackName[]
    readonly uses?: readonly PackUse[]
    readonly tags: Tags
  },
): Promise<void> {
  const { point, names } = of
  const vault = await lockVault(tx, vaults.holdingId(point))
  const found = await rowsOf(tx, vault, names)
  if (found.length !== names.length) throw new Error(`packs of point ${point.id} are not there`)
  await queries(tx).insertInto('point').values(toPointColumns(point)).execute()
  await queries(tx)
    .insertInto('point_packs')
    .values({ point_id: point.id, vault_no: vault.no, ...packColumns(found, of.uses) })
    .execute()
  await tags.put(tx, point.arn, of.tags)
  const { no } = await lockVault(tx, point.vaultId)
  await queries(tx)
    .deleteFrom('fact_due')
    .where('vault_no', '=', no)
    .where('subject', '=', point.id)
    .execute()
  if (point.unconfirmed) await notePoint(tx, { vaultId: point.vaultId, pointId: point.id })
}

/** The catalog is whole. From now on it is not empty, whatever was found. */
export async function markRebuilt(tx: Tx, at: Instant): Promise<void> {
  await queries(tx).insertInto('rebuilt').values({ at }).execute()
}

/** Whether nothing was ever in this catalog: no vault, no account, and it was not rebuilt. */
export async function isBlank(tx: ReadTx): Promise<boolean> {
  const { rows } = await sql<{ found: number }>`
    select exists (select 1 from vault) or exists (select 1 from account)
      or exists (select 1 from rebuilt) as found`.execute(queries(tx))
  return rows[0]?.found === 0
}
