// The lock that every transaction takes first which plans, records, condemns or deletes: the
// vault's row. On SQLite a write transaction holds the one write lock there is from its start;
// where rows are locked one by one, this is the place that says FOR UPDATE. Without it, two
// transactions that each look and then write could together lose a pack.

import type { VaultId } from '../model/index.ts'
import { VaultGone } from './rows.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** What the transactions of packs need of their vault. */
export interface LockedVault {
  readonly no: number
  readonly state: string
  readonly generation: number
  readonly nextPackNo: number
  /** Grows whenever what packs its points name changes. */
  readonly pointsChanged: number
}

/** Locks the vault's row. Throws VaultGone when there is none. */
export function lockVault(tx: Tx, id: VaultId): Promise<LockedVault> {
  return vaultOf(tx, id)
}

/** The same for something to be put into it: throws VaultGone also when it is being deleted. */
export async function lockVaultToFill(tx: Tx, id: VaultId): Promise<LockedVault> {
  const vault = await lockVault(tx, id)
  if (vault.state === 'DELETING') throw new VaultGone(id)
  return vault
}

/** Only looks. Throws VaultGone when there is none. */
export async function vaultOf(tx: ReadTx, id: VaultId): Promise<LockedVault> {
  const row = await queries(tx)
    .selectFrom('vault')
    .select(['no', 'state', 'generation', 'next_pack_no', 'points_changed'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new VaultGone(id)
  const { no, state, generation, next_pack_no: nextPackNo, points_changed: pointsChanged } = row
  return { no, state, generation, nextPackNo, pointsChanged }
}

/** What packs the vault's points name has changed: a sweep looks again. */
export async function countChange(tx: Tx, vault: LockedVault): Promise<void> {
  await queries(tx)
    .updateTable('vault')
    .set({ points_changed: vault.pointsChanged + 1 })
    .where('no', '=', vault.no)
    .execute()
}
