// Whether packs in the store are what their names say: marks of damage, what a verification goes
// through, and which vaults can give a whole one. Who may be deleted when is in `packs.ts` and
// `sweep.ts`; here nothing is ever condemned or revived.

import { sql } from 'kysely'
import type { AccountId, JobId, PackName, VaultId } from '../model/index.ts'
import { parseVaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import { nameFromBytes, namesAsTable, nameToBytes } from './bulk.ts'
import { mustUse, rowsOf } from './pack-rows.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import { lockVault, vaultOf } from './vault-lock.ts'

/** What the catalog says of a pack that is there. */
export interface PackFacts {
  readonly sizeBytes: number
  readonly crc32: number
  readonly damaged: boolean
}

/** A live pack, and its number in the vault: numbers only grow. */
export interface NumberedPack extends PackFacts {
  readonly no: number
  readonly name: PackName
}

interface OnePack {
  readonly vaultId: VaultId
  readonly name: PackName
}

/** Marks a pack whose bytes in the store are not what its name says; unknown packs are fine. */
export async function markDamaged(tx: Tx, of: OnePack & { readonly now: Instant }): Promise<void> {
  await change(tx, of, { damaged_at: of.now })
}

/** The pack was found whole or was repaired: takes the mark away. Unknown packs are fine. */
export async function clearDamaged(tx: Tx, of: OnePack): Promise<void> {
  await change(tx, of, { damaged_at: null })
}

/** Puts right what the catalog says of a pack whose bytes were proved to have its name. */
export async function correct(
  tx: Tx,
  of: OnePack & { readonly sizeBytes: number; readonly crc32: number },
): Promise<void> {
  await change(tx, of, { size_bytes: of.sizeBytes, crc32: of.crc32 })
}

async function change(
  tx: Tx,
  of: OnePack,
  values: { damaged_at?: Instant | null; size_bytes?: number; crc32?: number },
): Promise<void> {
  const vault = await lockVault(tx, of.vaultId)
  await queries(tx)
    .updateTable('pack')
    .set(values)
    .where('vault_no', '=', vault.no)
    .where('name', '=', nameToBytes(of.name))
    .execute()
}

/** Which of these packs are marked damaged. */
export async function damaged(
  tx: ReadTx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<Set<PackName>> {
  const rows = await rowsOf(tx, await vaultOf(tx, vaultId), names)
  return new Set(rows.flatMap((row) => (row.damaged ? (names[row.at] ?? []) : [])))
}

/**
 * Whether the pack is there and stays until the job ends: it is live, and what is condemned from
 * now on waits for the job, which must use the vault (`addUse`, in this transaction or before).
 * Also true for a pack that this job is putting.
 */
export async function isHeld(tx: Tx, of: OnePack & { readonly jobId: JobId }): Promise<boolean> {
  const vault = await lockVault(tx, of.vaultId)
  await mustUse(tx, vault, of.jobId)
  const [row] = await rowsOf(tx, vault, [of.name])
  return row?.state === 'live' || (row?.state === 'arriving' && row.putBy === of.jobId)
}

/** What the catalog says of those of these packs that are there. */
export async function factsOf(
  tx: ReadTx,
  vaultId: VaultId,
  names: readonly PackName[],
): Promise<Map<PackName, PackFacts>> {
  const vault = await vaultOf(tx, vaultId)
  const { rows } = await sql<{ at: number; size_bytes: number; crc32: number; damaged: number }>`
    select given.at, pack.size_bytes, pack.crc32, pack.damaged_at is not null as damaged
    from ${namesAsTable(names)} as given
    cross join pack on pack.vault_no = ${vault.no} and pack.name = given.name
    where pack.state in ('live', 'condemned')`.execute(queries(tx))
  return new Map(
    rows.flatMap(({ at, size_bytes: sizeBytes, crc32, damaged: mark }) => {
      const name = names[at]
      return name === undefined ? [] : [[name, { sizeBytes, crc32, damaged: mark === 1 }] as const]
    }),
  )
}

/** The vault's live packs in the order of their numbers, behind `after` and up to `upTo`. */
export async function liveBehind(
  tx: ReadTx,
  of: {
    readonly vaultId: VaultId
    readonly after: number
    readonly upTo: number
    readonly limit: number
  },
): Promise<NumberedPack[]> {
  const vault = await vaultOf(tx, of.vaultId)
  const rows = await queries(tx)
    .selectFrom('pack')
    .select(['no', 'name', 'size_bytes', 'crc32', 'damaged_at'])
    .where('vault_no', '=', vault.no)
    .where('no', '>', of.after)
    .where('no', '<=', of.upTo)
    .where('state', '=', 'live')
    .orderBy('no')
    .limit(of.limit)
    .execute()
  return rows.map((row) => ({
    no: row.no,
    name: nameFromBytes(row.name),
    sizeBytes: row.size_bytes,
    crc32: row.crc32 ?? 0,
    damaged: row.damaged_at !== null,
  }))
}

/** Numbers looked at in one statement while packs are weighed. */
const WEIGHED_AT_ONCE = 100_000

/** The highest number of a pack of the vault so far, and how many bytes its live packs have. */
export async function weigh(
  tx: ReadTx,
  vaultId: VaultId,
): Promise<{ readonly upTo: number; readonly sizeBytes: number }> {
  const vault = await vaultOf(tx, vaultId)
  const upTo = vault.nextPackNo - 1
  let sizeBytes = 0
  for (let after = 0; after < upTo; after += WEIGHED_AT_ONCE) {
    const row = await queries(tx)
      .selectFrom('pack')
      .select((pack) => pack.fn.sum<number | null>('size_bytes').as('sum'))
      .where('vault_no', '=', vault.no)
      .where('no', '>', after)
      .where('no', '<=', after + WEIGHED_AT_ONCE)
      .where('state', '=', 'live')
      .executeTakeFirst()
    sizeBytes += row?.sum ?? 0
  }
  return { upTo, sizeBytes }
}

/** Other vaults of the account that have the pack, those first in which it is not marked. */
export async function donors(
  tx: ReadTx,
  of: OnePack & { readonly account: AccountId },
): Promise<VaultId[]> {
  const { rows } = await sql<{ id: string; damaged: number }>`
    select vault.id, pack.damaged_at is not null as damaged from vault
    cross join pack on pack.vault_no = vault.no and pack.name = ${nameToBytes(of.name)}
    where vault.account = ${of.account} and vault.id <> ${of.vaultId}
      and vault.state = 'AVAILABLE' and pack.state = 'live'`.execute(queries(tx))
  return rows.toSorted((a, b) => a.damaged - b.damaged).map((row) => parseVaultId(row.id))
}
