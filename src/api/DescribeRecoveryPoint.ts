// DescribeRecoveryPoint: one recovery point of one vault; only here does its storage class show.

import type {
  DescribeRecoveryPointInput,
  DescribeRecoveryPointOutput,
} from '@aws-sdk/client-backup'
import { mustFindPoint, mustFindVault } from '../jobs/index.ts'
import { operation } from './operation.ts'
import { describePoint } from './point-description.ts'
import { checkVaultAccount } from './vault-description.ts'

export const DescribeRecoveryPoint = operation<
  DescribeRecoveryPointInput,
  DescribeRecoveryPointOutput
>(async (input, caller, { catalog }) => {
  checkVaultAccount(caller, input.BackupVaultAccountId)
  const point = await catalog.read(async (tx) => {
    const vault = await mustFindVault(tx, caller, input.BackupVaultName)
    return mustFindPoint(tx, vault, input.RecoveryPointArn)
  })
  return { ...describePoint(point), StorageClass: point.storageClass }
})
