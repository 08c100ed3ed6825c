// Recovery points that were found without a fact when the catalog was rebuilt.
//
// POST /_copyhold/vaults/:name/points/:arn/confirm   → {"RecoveryPointArn", "Status"}

import { confirmPoint } from '../../jobs/index.ts'
import type { Extension } from '../extension.ts'

/** What is known of the point is all there is: from now on it may be deleted. */
export const confirmRecoveryPoint: Extension = {
  method: 'POST',
  path: '/vaults/:name/points/:arn/confirm',
  async answer({ params, caller: { account, region } }, context) {
    const from = { account, region }
    const wanted = { from, vaultName: params.name ?? '', pointArn: params.arn ?? '' }
    const point = await confirmPoint(context, wanted)
    return { RecoveryPointArn: point.arn, Status: point.status }
  },
}
