// PutBackupVaultAccessPolicy: gives a vault its access policy, in place of any it has. What is
// answered outlives the catalog, for a policy may shut somebody out.

import type { PutBackupVaultAccessPolicyInput } from '@aws-sdk/client-backup'
import { checkVaultPolicy } from '../access/index.ts'
import { vaultPolicies } from '../catalog/index.ts'
import { Answer } from '../model/index.ts'
import { operation } from './operation.ts'
import { changeVault } from './vault-change.ts'

export const PutBackupVaultAccessPolicy = operation<PutBackupVaultAccessPolicyInput, object>(
  async ({ BackupVaultName: name, Policy: text }, caller, context) => {
    if (text === undefined) throw new Answer({ code: 'MissingParameter', parameter: 'Policy' })
    await changeVault(context, { caller, name }, async (tx, vault) => {
      const { refused } = checkVaultPolicy(text, vault.account)
      if (refused) throw new Answer(refused)
      await vaultPolicies.put(tx, vault.id, text)
    })
    return {}
  },
)
