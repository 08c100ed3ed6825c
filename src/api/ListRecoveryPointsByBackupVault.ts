// ListRecoveryPointsByBackupVault: a vault's recovery points, newest first, in any status.

import type {
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput,
} from '@aws-sdk/client-backup'
import { points } from '../catalog/index.ts'
import { mustFindVault } from '../jobs/index.ts'
import { Answer, parseResourceArn, parseResourceType } from '../model/index.ts'
import { operation } from './operation.ts'
import { pagesOf } from './paging.ts'
import { describePoint } from './point-description.ts'
import { checkVaultAccount } from './vault-description.ts'

export const ListRecoveryPointsByBackupVault = operation<
  ListRecoveryPointsByBackupVaultInput,
  ListRecoveryPointsByBackupVaultOutput
>(async (input, caller, { catalog }) => {
  const pages = pagesOf('ListRecoveryPointsByBackupVault', input, caller)
  checkVaultAccount(caller, input.BackupVaultAccountId)
  const { ByResourceArn, ByResourceType } = input
  return catalog.read(async (tx) => {
    const vault = await mustFindVault(tx, caller, input.BackupVaultName)
    if (ByResourceArn !== undefined && !parseResourceArn(ByResourceArn)) {
      throw new Answer({ code: 'UnsupportedResourceType', arn: ByResourceArn })
    }
    const resourceType = ByResourceType && parseResourceType(ByResourceType)
    if (ByResourceType && !resourceType) return { RecoveryPoints: [] }
    const { rows, next } = await points.showByVault(tx, {
      vaultId: vault.id,
      filters: {
        resourceArn: ByResourceArn,
        resourceType: resourceType || undefined,
        backupPlanId: input.ByBackupPlanId,
        createdBefore: input.ByCreatedBefore,
        createdAfter: input.ByCreatedAfter,
        parentPointArn: input.ByParentRecoveryPointArn,
      },
      page: pages.page,
    })
    return { RecoveryPoints: rows.map(describePoint), NextToken: pages.tokenFor(next) }
  })
})
