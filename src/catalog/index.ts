// The door of the catalog: open it, run a transaction, and inside it the queries, one namespace
// for each noun. Their first argument is the transaction.

export * as accounts from './accounts.ts'
export type { Catalog } from './catalog.ts'
export { openCatalog } from './catalog.ts'
export * as comparing from './comparing.ts'
export * as factSnapshots from './fact-snapshot.ts'
export * as facts from './facts.ts'
export * as faults from './faults.ts'
export * as holding from './holding.ts'
export * as jobs from './jobs.ts'
export type { ListedJob } from './listed-job.ts'
export type { ListedPoint } from './listed-point.ts'
export { ownFolder } from './owner.ts'
export * as packs from './packs.ts'
export type { Page, PageCursor } from './page.ts'
export * as points from './points.ts'
export * as rebuilding from './rebuilding.ts'
export { discardCatalog, replaceCatalog } from './replace-file.ts'
export * as resources from './resources.ts'
export * as rotations from './rotations.ts'
export type {
  Claim,
  JobRow,
  NewJob,
  PointRow,
  PointVerification,
  ProtectedResourceRow,
  ResourceRow,
  VaultRow,
} from './rows.ts'
export { LeaseLost, TokenTaken, VaultGone, VaultNameTaken } from './rows.ts'
export * as settings from './settings.ts'
export * as stores from './stores.ts'
export * as tags from './tags.ts'
export type { ReadTx, Tx } from './transaction.ts'
export * as vaultPolicies from './vault-policies.ts'
export * as vaults from './vaults.ts'
