// DeleteBackupVault: only an empty vault goes, and its name is free at once. Copies under way into
// it do not keep it: they fail.

import type { DeleteBackupVaultInput } from '@aws-sdk/client-backup'
import { deleteVault } from '../jobs/index.ts'
import { operation } from './operation.ts'

export const DeleteBackupVault = operation<DeleteBackupVaultInput, object>(
  async (input, { account, region }, context) => {
    await deleteVault(context, { from: { account, region }, name: input.BackupVaultName })
    context.wake()
    return {}
  },
)
