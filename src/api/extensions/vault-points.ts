// A recovery point beyond AWS's shapes: when it really ends, and why then.
//
// GET /_copyhold/vaults/:name/points/:arn   → {"RecoveryPointArn", "Status", "DeletionDate"?,
//                                             "DeletionReason", "DeletionExplained", "Locked", …}

import { jobs } from '../../catalog/index.ts'
import { mustFindPoint, mustFindVault } from '../../jobs/index.ts'
import { calculatedLifecycle, pointEnd } from '../../model/index.ts'
import type { Extension } from '../extension.ts'

export const describeEnd: Extension = {
  method: 'GET',
  path: '/vaults/:name/points/:arn',
  async answer({ params, caller }, { catalog, clock }) {
    const { vault, point, reader } = await catalog.read(async (tx) => {
      const vault = await mustFindVault(tx, caller, params.name ?? '')
      const point = await mustFindPoint(tx, vault, params.arn ?? '')
      return { vault, point, reader: (await jobs.readerOf(tx, point.id))?.id }
    })
    const end = pointEnd(point, { lock: vault.lock, now: clock.now(), reader })
    const { MoveToColdStorageAt: coldAt } = calculatedLifecycle(point.lifecycle, point.createdAt)
    return {
      RecoveryPointArn: point.arn,
      Status: point.status,
      StorageClass: point.storageClass,
      MoveToColdStorageDate: coldAt && coldAt / 1000,
      DeletionDate: end.deletionAt && end.deletionAt / 1000,
      DeletionReason: end.reason,
      DeletionExplained: end.sentence,
      Locked: end.isLocked,
    }
  },
}
