// A vault and what is in it as policies see them: with the policy that the vault's owner has put on
// it.

import type { GuardedResource } from '../access/index.ts'
import { readVaultPolicy } from '../access/index.ts'
import type { ReadTx, VaultRow } from '../catalog/index.ts'
import { tags, vaultPolicies } from '../catalog/index.ts'

/**
 * The vault, or the recovery point in it that has the ARN. Throws when the vault's policy cannot be
 * read any more: then nothing is decided.
 */
export async function guarded(
  tx: ReadTx,
  vault: VaultRow,
  arn: string = vault.arn,
): Promise<GuardedResource> {
  const { account } = vault
  const text = await vaultPolicies.of(tx, vault.id)
  const vaultPolicy = text === undefined ? undefined : readVaultPolicy(text, vault.arn)
  return { arn, account, vaultPolicy, tags: await tags.of(tx, arn) }
}
