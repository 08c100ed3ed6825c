// ListBackupVaults: the caller's vaults in the Region, in the order in which they were made. There
// are no shared vaults and none of other types, so asking for those finds none.

import type { ListBackupVaultsInput, ListBackupVaultsOutput } from '@aws-sdk/client-backup'
import { vaults } from '../catalog/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { describeVault } from './vault-description.ts'

export const ListBackupVaults = operation<ListBackupVaultsInput, ListBackupVaultsOutput>(
  async (input, caller, { catalog }) => {
    const pages = pagesOf('ListBackupVaults', input, caller)
    const { ByVaultType = 'BACKUP_VAULT', ByShared = false } = input
    if (ByShared || ByVaultType !== 'BACKUP_VAULT') return { BackupVaultList: [] }
    return catalog.read(async (tx) => {
      const { account, region } = caller
      const { rows, next } = await vaults.list(tx, { account, region, page: pages.page })
      const ids = rows.map((vault) => vault.id)
      const counts = await vaults.countPointsEach(tx, ids)
      return {
        BackupVaultList: rows.map((vault) => describeVault(vault, counts.get(vault.id) ?? 0)),
        NextToken: pages.tokenFor(next),
      }
    })
  },
)
