// The catalog: facts that must be found again, in one SQLite file. Promises that a transaction is
// kept whole or not at all, and durably; leaves what is in it to the query files.

import type { ReadTx, Tx } from './transaction.ts'

/** One connection to the catalog; one for each thread. */
export interface Catalog {
  /** Runs `work` on one consistent view. Nothing is awaited in it but the transaction. */
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Runs `work` and keeps what it wrote when it resolves; nothing when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Opens the catalog in `file`, making or migrating it; refuses one of a newer Copyhold. */
export async function openCatalog(_options: { file: string }): Promise<Catalog> {
  throw new Error('not yet')
}
