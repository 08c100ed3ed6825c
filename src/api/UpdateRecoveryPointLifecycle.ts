// UpdateRecoveryPointLifecycle: replaces a recovery point's lifecycle whole; what the request does
// not say is null from then on. What is due by the new one happens at once, so the worker is woken.

import type {
  UpdateRecoveryPointLifecycleInput,
  UpdateRecoveryPointLifecycleOutput,
} from '@aws-sdk/client-backup'
import { updateLifecycle } from '../jobs/index.ts'
import { calculatedLifecycle } from '../model/index.ts'
import { operation } from './operation.ts'

export const UpdateRecoveryPointLifecycle = operation<
  UpdateRecoveryPointLifecycleInput,
  UpdateRecoveryPointLifecycleOutput
>(async (input, { account, region }, context) => {
  const point = await updateLifecycle(context, {
    from: { account, region },
    vaultName: input.BackupVaultName,
    pointArn: input.RecoveryPointArn,
    lifecycle: input.Lifecycle ?? {},
  })
  context.wake()
  return {
    BackupVaultArn: point.vaultArn,
    RecoveryPointArn: point.arn,
    Lifecycle: point.lifecycle,
    CalculatedLifecycle: point.lifecycle && calculatedLifecycle(point.lifecycle, point.createdAt),
  }
})
