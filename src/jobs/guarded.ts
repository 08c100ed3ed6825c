// A vault as policies see it: with the policy that its owner has put on it.

import type { GuardedResource } from '../access/index.ts'
import { readVaultPolicy } from '../access/index.ts'
import type { ReadTx, VaultRow } from '../catalog/index.ts'
import { tags, vaultPolicies } from '../catalog/index.ts'

/** The vault with its policy and tags. Throws when its policy cannot be read any more. */
export async function guardedVault(tx: ReadTx, vault: VaultRow): Promise<GuardedResource> {
  const { arn, account } = vault
  const text = await vaultPolicies.of(tx, vault.id)
  const vaultPolicy = text === undefined ? undefined : readVaultPolicy(text, arn)
  return { arn, account, vaultPolicy, tags: await tags.of(tx, arn) }
}
