// A vault as policies see it: with the policy that its owner has put on it.

import type { GuardedResource } from '../access/index.ts'
import { parsePolicy } from '../access/index.ts'
import type { ReadTx, VaultRow } from '../catalog/index.ts'
import { tags, vaultPolicies } from '../catalog/index.ts'

/**
 * The vault with its policy and tags. A policy that cannot be read, which the API never keeps,
 * throws: to go on without it would allow what it may deny.
 */
export async function guardedVault(tx: ReadTx, vault: VaultRow): Promise<GuardedResource> {
  const { arn, account } = vault
  const text = await vaultPolicies.of(tx, vault.id)
  const guarded = { arn, account, tags: await tags.of(tx, arn) }
  if (text === undefined) return guarded
  const { policy, problems } = parsePolicy(text, { kind: 'resource', name: arn })
  if (policy) return { ...guarded, vaultPolicy: policy }
  throw new Error(`the policy of ${arn} cannot be read: ${problems[0].problem}`)
}
