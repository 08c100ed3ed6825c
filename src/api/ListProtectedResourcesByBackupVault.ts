// ListProtectedResourcesByBackupVault: every resource with a recovery point in one vault.

import type {
  ListProtectedResourcesByBackupVaultInput,
  ListProtectedResourcesByBackupVaultOutput,
} from '@aws-sdk/client-backup'
import { points } from '../catalog/index.ts'
import { mustFindVault } from '../jobs/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { describeProtectedResource } from './resource-description.ts'
import { checkVaultAccount } from './vault-description.ts'

export const ListProtectedResourcesByBackupVault = operation<
  ListProtectedResourcesByBackupVaultInput,
  ListProtectedResourcesByBackupVaultOutput
>(async (input, caller, { catalog }) => {
  const pages = pagesOf('ListProtectedResourcesByBackupVault', input, caller)
  checkVaultAccount(caller, input.BackupVaultAccountId)
  const { account, region } = caller
  return catalog.read(async (tx) => {
    const { id: vaultId } = await mustFindVault(tx, caller, input.BackupVaultName)
    const query = { account, region, vaultId, page: pages.page }
    const { rows, next } = await points.protectedResources(tx, query)
    return { Results: rows.map(describeProtectedResource), NextToken: pages.tokenFor(next) }
  })
})
