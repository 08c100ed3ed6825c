// The chunking key of an account: drawn once, kept in the catalog wrapped by the account's own key.
// It decides chunk ids and so what deduplicates with what; it never leaves its account.

import { accounts } from '../catalog/index.ts'
import { accountKeyArn } from '../keys/index.ts'
import type { AccountId } from '../model/index.ts'
import type { JobContext } from './context.ts'

const KEY_BYTES = 32

/** The account's chunking key, drawn now if this is the account's first vault. */
export async function chunkingKeyOf(
  context: Pick<JobContext, 'catalog' | 'keys' | 'random'>,
  account: AccountId,
): Promise<Uint8Array> {
  const { catalog, keys, random } = context
  const keyArn = accountKeyArn(account)
  const about = contextOf(account)
  let wrapped = await catalog.read((tx) => accounts.chunkingKey(tx, account))
  if (!wrapped) {
    await keys.ensureKey(keyArn)
    const drawn = await keys.wrap(keyArn, random.bytes(KEY_BYTES), about)
    // Two vaults made at once draw two keys; the catalog keeps the first and both use that one.
    wrapped = await catalog.transaction((tx) => accounts.setChunkingKey(tx, account, drawn))
  }
  return keys.unwrap(keyArn, wrapped, about)
}

/** Keeps a chunking key that a vault of the account had, unless the account has one. */
export async function keepChunkingKey(
  context: Pick<JobContext, 'catalog' | 'keys'>,
  account: AccountId,
  key: Uint8Array,
): Promise<void> {
  const { catalog, keys } = context
  const keyArn = accountKeyArn(account)
  if (await catalog.read((tx) => accounts.chunkingKey(tx, account))) return
  await keys.ensureKey(keyArn)
  const wrapped = await keys.wrap(keyArn, key, contextOf(account))
  await catalog.transaction((tx) => accounts.setChunkingKey(tx, account, wrapped))
}

/** What the wrapped key is bound to. */
function contextOf(account: AccountId): Record<string, string> {
  return { purpose: 'chunking key', account }
}
