// DescribeBackupVault: one vault of the caller's account and Region. A vault that is not there is
// answered as one the caller may not see.

import type { DescribeBackupVaultInput, DescribeBackupVaultOutput } from '@aws-sdk/client-backup'
import { vaults } from '../catalog/index.ts'
import { mustFindVault } from '../jobs/index.ts'
import { operation } from './operation.ts'
import { checkVaultAccount, describeVault } from './vault-description.ts'

export const DescribeBackupVault = operation<DescribeBackupVaultInput, DescribeBackupVaultOutput>(
  async (input, caller, { catalog }) => {
    checkVaultAccount(caller, input.BackupVaultAccountId)
    return catalog.read(async (tx) => {
      const vault = await mustFindVault(tx, caller, input.BackupVaultName)
      return describeVault(vault, await vaults.countPoints(tx, vault.id))
    })
  },
)
