// A change of what holds for a whole vault: answered only when it would outlive the catalog.

import type { Caller } from '../access/index.ts'
import type { Tx, VaultRow } from '../catalog/index.ts'
import { mustFindVault } from '../jobs/index.ts'
import { Answer } from '../model/index.ts'
import type { ApiContext } from './context.ts'

/**
 * Changes the caller's vault of that name; durable in its store when it resolves. Throws the
 * Answers InsufficientPrivileges and, while it is being made, BackupVaultBusy.
 */
export async function changeVault(
  context: Pick<ApiContext, 'catalog' | 'factsDurable'>,
  of: { readonly caller: Caller; readonly name: string },
  change: (tx: Tx, vault: VaultRow) => Promise<void>,
): Promise<void> {
  const { caller, name } = of
  const vault = await context.catalog.transaction(async (tx) => {
    const found = await mustFindVault(tx, caller, name)
    if (found.state === 'CREATING') throw new Answer({ code: 'BackupVaultBusy', name })
    await change(tx, found)
    return found
  })
  await context.factsDurable(vault.id)
}
