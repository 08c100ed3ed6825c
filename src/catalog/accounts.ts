// Accounts.
import type { AccountId } from '../model/index.ts'
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
/** The account's chunking key as its account key wraps it. */
export async function chunkingKey(tx: ReadTx, account: AccountId): Promise<Uint8Array | undefined> {
  return notYet(tx, account)
}
/** Keeps it unless there is one; answers the one that is kept. */
export async function setChunkingKey(
  tx: Tx,
  account: AccountId,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  return notYet(tx, account, wrapped)
}
