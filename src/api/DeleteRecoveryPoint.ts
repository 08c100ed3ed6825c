// DeleteRecoveryPoint: the point is DELETING when this answers and gone when its job is done. Not
// while a copy or a restore reads it.

import type { DeleteRecoveryPointInput } from '@aws-sdk/client-backup'
import { deletePoint } from '../jobs/index.ts'
import { operation } from './operation.ts'

export const DeleteRecoveryPoint = operation<DeleteRecoveryPointInput, object>(
  async (input, { account, region }, context) => {
    const { BackupVaultName: vaultName, RecoveryPointArn: pointArn } = input
    await deletePoint(context, { from: { account, region }, vaultName, pointArn })
    context.wake()
    return {}
  },
)
