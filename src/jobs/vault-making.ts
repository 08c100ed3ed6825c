// Making a vault: its row first (the name is taken), its files next, then what its files do not say
// of it as a fact, and only then AVAILABLE. What a crash left half made is finished at the next
// start.

import type { VaultRow } from '../catalog/index.ts'
import { facts, vaults } from '../catalog/index.ts'
import { chunkingKeyOf } from './account-key.ts'
import type { JobContext } from './context.ts'
import { ensureKeyOf } from './key-use.ts'

type MakingContext = Pick<JobContext, 'catalog' | 'facts' | 'keys' | 'random' | 'vaults' | 'log'>

/** Makes the files of a vault whose row is CREATING, durably, and makes it AVAILABLE. */
export async function makeVault(context: MakingContext, vault: VaultRow): Promise<void> {
  await ensureKeyOf(context, vault)
  await context.vaults.create(vault, await chunkingKeyOf(context, vault.account))
  await context.catalog.transaction((tx) => facts.noteVault(tx, vault.id))
  await context.facts.durable(vault.id)
  await context.catalog.transaction((tx) => vaults.markAvailable(tx, vault.id))
}

/** Finishes what a crash left CREATING. Run before requests are served. */
export async function finishVaults(context: MakingContext): Promise<void> {
  const unfinished = await context.catalog.read((tx) => vaults.unfinished(tx))
  for (const vault of unfinished) {
    // One that is being deleted has a purge job, which goes on by itself.
    if (vault.state !== 'CREATING') continue
    try {
      await makeVault(context, vault)
    } catch (error) {
      // Its store or key is out of reach: the other vaults must be served; the next start tries.
      context.log.error({ vault: vault.arn, error }, 'a vault half made could not be finished')
    }
  }
}

/** A vault's cold part has a name and an ARN of no form that a request can say. */
export function coldNames({ id, arn }: Pick<VaultRow, 'id' | 'arn'>) {
  return { name: `cold:${id}`, arn: `${arn}:cold:${id}` }
}
