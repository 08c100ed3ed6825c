// Vaults.
import type { AccountId, RegionName, VaultId } from '../model/index.ts'
import type { Listed, Page } from './page.ts'
import type { VaultRow } from './rows.ts'
import type { ReadTx, Tx } from './transaction.ts'

interface Place {
  readonly account: AccountId
  readonly region: RegionName
}
const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}

/** Adds a vault; throws VaultNameTaken. */
export async function insert(tx: Tx, row: VaultRow): Promise<void> {
  notYet(tx, row)
}
/** The vault of that name, unless it is being deleted. */
export async function byName(
  tx: ReadTx,
  at: Place & { readonly name: string },
): Promise<VaultRow | undefined> {
  return notYet(tx, at)
}
/** The vault of that ARN, unless it is being deleted. */
export async function byArn(tx: ReadTx, arn: string): Promise<VaultRow | undefined> {
  return notYet(tx, arn)
}
/** The vault, whatever its state. */
export async function byId(tx: ReadTx, id: VaultId): Promise<VaultRow | undefined> {
  return notYet(tx, id)
}
/** Vaults that are not being deleted, newest first. */
export async function list(
  tx: ReadTx,
  at: Place & { readonly page: Page },
): Promise<Listed<VaultRow>> {
  return notYet(tx, at)
}
/** CREATING → AVAILABLE; again is fine. */
export async function markAvailable(tx: Tx, id: VaultId): Promise<void> {
  notYet(tx, id)
}
/** The name is free at once, tags are gone. The caller has seen that it is empty. */
export async function markDeleting(tx: Tx, id: VaultId): Promise<void> {
  notYet(tx, id)
}
/** Forgets a DELETING vault and up to 1,000 of its packs; false when more packs are left. */
export async function remove(tx: Tx, id: VaultId): Promise<boolean> {
  return notYet(tx, id)
}
/** Recovery points in the vault, whatever their status. */
export async function countPoints(tx: ReadTx, id: VaultId): Promise<number> {
  return notYet(tx, id)
}
/** The same for many vaults; those without points are absent. */
export async function countPointsEach(
  tx: ReadTx,
  ids: readonly VaultId[],
): Promise<Map<VaultId, number>> {
  return notYet(tx, ids)
}
/** Vaults still in CREATING or DELETING: what a start must finish. */
export async function unfinished(tx: ReadTx): Promise<VaultRow[]> {
  return notYet(tx)
}
