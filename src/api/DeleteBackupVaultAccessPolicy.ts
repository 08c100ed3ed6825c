// DeleteBackupVaultAccessPolicy: a vault without a policy lets nobody of another account in. One
// that has none is fine.

import type { DeleteBackupVaultAccessPolicyInput } from '@aws-sdk/client-backup'
import { vaultPolicies } from '../catalog/index.ts'
import { operation } from './operation.ts'
import { changeVault } from './vault-change.ts'

export const DeleteBackupVaultAccessPolicy = operation<DeleteBackupVaultAccessPolicyInput, object>(
  async ({ BackupVaultName: name }, caller, context) => {
    await changeVault(context, { caller, name }, (tx, vault) => vaultPolicies.remove(tx, vault.id))
    return {}
  },
)
