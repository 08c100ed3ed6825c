// What a vault's owner has set of it beyond AWS's operations.
//
// GET /_copyhold/vaults/:name/settings   → {"BackupVaultArn", "CopyMode", …}, null: the rule holds
// PUT /_copyhold/vaults/:name/settings   {"copyMode": "reencrypt" | "verbatim" | null} → the same

import type { VaultRow } from '../../catalog/index.ts'
import { vaults } from '../../catalog/index.ts'
import { mustFindVault } from '../../jobs/index.ts'
import { Answer, type CopyMode, parseCopyMode } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension } from '../extension.ts'

export const showVaultSettings: Extension = {
  method: 'GET',
  path: '/vaults/:name/settings',
  async answer({ params, caller }, context) {
    const name = params.name ?? ''
    return describe(await context.catalog.read((tx) => mustFindVault(tx, caller, name)), context)
  },
}

/** Holds for copies asked for from now on; durable in the vault's store when it is answered. */
export const changeVaultSettings: Extension = {
  method: 'PUT',
  path: '/vaults/:name/settings',
  async answer({ params, body, caller }, context) {
    const mode = readMode(body)
    const vault = await context.catalog.transaction(async (tx) => {
      const { id } = await mustFindVault(tx, caller, params.name ?? '')
      await vaults.setCopyMode(tx, { id, mode })
      return mustFindVault(tx, caller, params.name ?? '')
    })
    await context.factsDurable(vault.id)
    return describe(vault, context)
  },
}

function readMode(body: unknown): CopyMode | undefined {
  const { copyMode } = (body ?? {}) as { copyMode?: unknown }
  if (copyMode === undefined) throw new Answer({ code: 'MissingParameter', parameter: 'copyMode' })
  const mode = parseCopyMode(copyMode)
  if (mode !== undefined || copyMode === null) return mode
  const reason = 'it must be reencrypt, verbatim or null'
  throw new Answer({ code: 'InvalidParameter', parameter: 'copyMode', reason })
}

/** Of a vault whose lock is in force, also whether its files are immutable where they lie. */
function describe(vault: VaultRow, context: ApiContext) {
  const hold = context.fileHold?.(vault.id)
  return {
    BackupVaultArn: vault.arn,
    CopyMode: vault.copyMode ?? null,
    ...(hold && { ImmutableFiles: hold.state }),
    ...(hold?.reason !== undefined && { ImmutableFilesReason: hold.reason }),
  }
}
