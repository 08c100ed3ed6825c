// Accounts: the one fact kept of each is its chunking key, wrapped by the account key.

import type { AccountId } from '../model/index.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** The account's chunking key as it is wrapped; absent until the account has one. */
export async function chunkingKey(tx: ReadTx, account: AccountId): Promise<Uint8Array | undefined> {
  const row = await queries(tx)
    .selectFrom('account')
    .select('chunking_key')
    .where('account', '=', account)
    .executeTakeFirst()
  return row?.chunking_key
}

/** Keeps the key unless the account has one; answers the one that is kept. */
export async function setChunkingKey(
  tx: Tx,
  account: AccountId,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  await queries(tx)
    .insertInto('account')
    .values({ account, chunking_key: wrapped })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await chunkingKey(tx, account)) ?? wrapped
}
