// DeleteBackupVaultLockConfiguration: takes a vault's lock away, which a lock in force forbids.

import type { DeleteBackupVaultLockConfigurationInput } from '@aws-sdk/client-backup'
import { unlockVault } from '../jobs/index.ts'
import { operation } from './operation.ts'

export const DeleteBackupVaultLockConfiguration = operation<
  DeleteBackupVaultLockConfigurationInput,
  object
>(async (input, { account, region }, context) => {
  await unlockVault(context, { from: { account, region }, name: input.BackupVaultName })
  context.wake()
  return {}
})
