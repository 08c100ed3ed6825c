// Recovery points.
import type { AccountId, PointId, RegionName, ResourceType, VaultId } from '../model/index.ts'
import type { Instant } from '../world/index.ts'
import type { Listed, Page } from './page.ts'
import type { PointRow, PointStatus, ProtectedResourceRow } from './rows.ts'
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
/** The filters of AWS's ListRecoveryPointsByBackupVault; times are exclusive. */
export interface PointFilters {
  readonly resourceArn?: string | undefined
  readonly resourceType?: ResourceType | undefined
  readonly backupPlanId?: string | undefined
  readonly createdBefore?: Instant | undefined
  readonly createdAfter?: Instant | undefined
  readonly parentPointArn?: string | undefined
}
/** Adds a point that names no packs (a job's point goes through `packs.recordPoint`). */
export async function insert(tx: Tx, row: PointRow): Promise<void> {
  notYet(tx, row)
}
/** The point of that ARN in the vault. */
export async function byArn(
  tx: ReadTx,
  vaultId: VaultId,
  arn: string,
): Promise<PointRow | undefined> {
  return notYet(tx, vaultId, arn)
}
/** The point, and nobody else may change it until the transaction ends. */
export async function byId(tx: ReadTx, id: PointId): Promise<PointRow | undefined> {
  return notYet(tx, id)
}
/** The point of that ARN in any vault of the account. */
export async function findByArn(
  tx: ReadTx,
  at: { readonly account: AccountId; readonly arn: string },
): Promise<PointRow | undefined> {
  return notYet(tx, at)
}
/** Points of a vault, newest first. */
export async function listByVault(
  tx: ReadTx,
  options: { readonly vaultId: VaultId; readonly filters?: PointFilters; readonly page: Page },
): Promise<Listed<PointRow>> {
  return notYet(tx, options)
}
/** Points of a resource in the account and Region, newest first. */
export async function listByResource(
  tx: ReadTx,
  options: {
    readonly account: AccountId
    readonly region: RegionName
    readonly resourceArn: string
    readonly page: Page
  },
): Promise<Listed<PointRow>> {
  return notYet(tx, options)
}
/** The newest COMPLETED point of the resource in the vault. */
export async function newestCompleted(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly resourceArn: string },
): Promise<PointRow | undefined> {
  return notYet(tx, of)
}
/** Changes the status. */
export async function setStatus(
  tx: Tx,
  id: PointId,
  status: PointStatus,
  message?: string,
): Promise<void> {
  notYet(tx, id, status, message)
}
/** Notes when the point was last restored. */
export async function setRestoredAt(tx: Tx, id: PointId, at: Instant): Promise<void> {
  notYet(tx, id, at)
}
/** Forgets the point, its packs and its tags; absent is fine. */
export async function remove(tx: Tx, id: PointId): Promise<void> {
  notYet(tx, id)
}
/** Which of these ids are points of the vault: the rest of its manifests are nobody's. */
export async function known(
  tx: ReadTx,
  of: { readonly vaultId: VaultId; readonly ids: readonly PointId[] },
): Promise<Set<PointId>> {
  return notYet(tx, of)
}
/** Resources with points here (or in one vault), in order of ARN; the cursor's id is the ARN. */
export async function protectedResources(
  tx: ReadTx,
  options: {
    readonly account: AccountId
    readonly region: RegionName
    readonly vaultId?: VaultId | undefined
    readonly page: Page
  },
): Promise<Listed<ProtectedResourceRow>> {
  return notYet(tx, options)
}
/** One of them. */
export async function protectedResource(
  tx: ReadTx,
  of: { readonly account: AccountId; readonly region: RegionName; readonly resourceArn: string },
): Promise<ProtectedResourceRow | undefined> {
  return notYet(tx, of)
}
