// Changes of vault keys: that one is under way, so that the vault is not removed behind its back,
// and what the vault's newest record says since the last one.

import { sql } from 'kysely'
import { parseVaultId, type VaultId } from '../model/index.ts'
import { noteVault } from './fact-due.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** What the newest record of a vault says. */
export interface CurrentKey {
  readonly keyVersion: number
  readonly keyArn: string
}

/** Notes that the vault’s key is being changed. False when one is already, or it is going. */
export async function begin(tx: Tx, id: VaultId, keyArn: string): Promise<boolean> {
  const { numUpdatedRows } = await queries(tx)
    .updateTable('vault')
    .set({ rotating_to: keyArn })
    .where('id', '=', id)
    .where('state', '=', 'AVAILABLE')
    .where('rotating_to', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** None is under way any more; `now` is what the record says, where that is known. */
export async function end(tx: Tx, id: VaultId, now?: CurrentKey): Promise<void> {
  await queries(tx)
    .updateTable('vault')
    .set({ rotating_to: null, ...(now && { key_version: now.keyVersion, key_arn: now.keyArn }) })
    .where('id', '=', id)
    .execute()
  if (now) await noteVault(tx, id)
}

/** Vaults whose key was being changed. */
export async function underWay(tx: ReadTx): Promise<VaultId[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .select('id')
    .where(sql<boolean>`rotating_to is not null`)
    .execute()
  return rows.map((row) => parseVaultId(row.id))
}

/** The version of the vault's key, and whether it is being changed. */
export async function standing(
  tx: ReadTx,
  id: VaultId,
): Promise<{ readonly keyVersion: number; readonly isRotating: boolean } | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .select(['key_version', 'rotating_to'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { keyVersion: row.key_version, isRotating: row.rotating_to !== null }
}
