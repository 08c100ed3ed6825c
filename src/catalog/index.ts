// The door of the catalog: open it, run a transaction, and inside it the queries, one namespace
// for each noun. Their first argument is the transaction.

export * as accounts from './accounts.ts'
export type { Catalog } from './catalog.ts'
export { openCatalog } from './catalog.ts'
export * as jobs from './jobs.ts'
export { CatalogTooNew } from './migrate.ts'
export type { FolderOwner } from './owner.ts'
export { FolderInUse, ownFolder } from './owner.ts'
export * as packs from './packs.ts'
export type { Listed, Page, PageCursor } from './page.ts'
export * as points from './points.ts'
export * as resources from './resources.ts'
export type {
  Claim,
  JobRow,
  NewJob,
  PointRow,
  PointStatus,
  ProtectedResourceRow,
  ResourceRow,
  VaultRow,
} from './rows.ts'
export { LeaseLost, SweepOpen, TokenTaken, VaultGone, VaultNameTaken } from './rows.ts'
export * as tags from './tags.ts'
export { type ReadTx, TransactionMisused, type Tx } from './transaction.ts'
export * as vaults from './vaults.ts'
