// PutBackupVaultLockConfiguration: locks a vault, or replaces its lock whole while that may still
// be done. Answers when the lock would outlive the catalog.

import type { PutBackupVaultLockConfigurationInput } from '@aws-sdk/client-backup'
import { lockVault } from '../jobs/index.ts'
import { operation } from './operation.ts'

export const PutBackupVaultLockConfiguration = operation<
  PutBackupVaultLockConfigurationInput,
  object
>(async (input, { account, region }, context) => {
  const { BackupVaultName: name, ...lock } = input
  const vault = await lockVault(context, { from: { account, region }, name, lock })
  await context.factsDurable(vault.id)
  return {}
})
