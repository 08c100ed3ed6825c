// Which vaults nobody can unlock any more, so that their files are to be held on their disks.

import { coldPartOf, parseVaultId, type VaultId } from '../model/index.ts'
import type { VaultRow } from './rows.ts'
import { queries, type ReadTx } from './transaction.ts'
import * as vaults from './vaults.ts'

/** A vault whose lock is in force, or the cold part of one. */
export interface HeldVault {
  readonly vault: VaultRow
  /** Another whenever points of the vault came or went, or something was told of it. */
  readonly mark: string
}

/** All of them at `now`, but for those being deleted. */
export async function inForce(tx: ReadTx, now: number): Promise<HeldVault[]> {
  const locked = await queries(tx)
    .selectFrom('vault')
    .select('id')
    .where('is_locked', '=', 1)
    .where('lock_date', '<=', now)
    .execute()
  const ids = locked.map((row) => parseVaultId(row.id)).flatMap((id) => [id, coldPartOf(id)])
  const found: HeldVault[] = []
  for (const id of ids) {
    const vault = await vaults.byId(tx, id)
    if (vault === undefined || vault.state === 'DELETING') continue
    found.push({ vault, mark: await markOf(tx, id) })
  }
  return found
}

async function markOf(tx: ReadTx, id: VaultId): Promise<string> {
  const { points_changed: points, next_fact_no: facts } = await queries(tx)
    .selectFrom('vault')
    .select(['points_changed', 'next_fact_no'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return `${points} ${facts}`
}
