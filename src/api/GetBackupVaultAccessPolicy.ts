// GetBackupVaultAccessPolicy: the text that was put, letter for letter.

import type {
  GetBackupVaultAccessPolicyInput,
  GetBackupVaultAccessPolicyOutput,
} from '@aws-sdk/client-backup'
import { vaultPolicies } from '../catalog/index.ts'
import { mustFindVault } from '../jobs/index.ts'
import { Answer } from '../model/index.ts'
import { operation } from './operation.ts'

export const GetBackupVaultAccessPolicy = operation<
  GetBackupVaultAccessPolicyInput,
  GetBackupVaultAccessPolicyOutput
>(async ({ BackupVaultName: name }, caller, { catalog }) =>
  catalog.read(async (tx) => {
    const vault = await mustFindVault(tx, caller, name)
    const policy = await vaultPolicies.of(tx, vault.id)
    if (policy === undefined) throw new Answer({ code: 'VaultPolicyNotFound', name: vault.name })
    return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, Policy: policy }
  }),
)
