// Foretelling a copy: the request is judged as StartCopyJob judges it and the job as it judges
// itself when it begins, by the same functions, and nothing is kept.

import { points, vaults } from '../catalog/index.ts'
import type { CopyDetail, CopyMode, Failure, Lifecycle } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { type CopyRequest, drawCopy } from './admit-copy.ts'
import type { AdmissionContext } from './admit-once.ts'
import { type CopyCheck, checkCopy, copyOfJob } from './copy-checks.ts'

/** What would become of a copy: its request refused, or its job made and judged. */
export type CopyForecast =
  | { readonly refused: Failure }
  | {
      /** In the order in which the job makes them; it fails by the first that has a failure. */
      readonly checks: readonly CopyCheck[]
      /** Absent where nothing may be told of the destination. */
      readonly copyMode?: CopyMode | undefined
      /** What the copy would be kept by. */
      readonly lifecycle?: Lifecycle | undefined
    }

/** Foretells the copy as things stand now. */
export async function foretellCopy(
  context: AdmissionContext,
  request: CopyRequest,
): Promise<CopyForecast> {
  try {
    return await context.catalog.read(async (tx) => {
      const job = await drawCopy(context, tx, request)
      const { sourceVaultId, sourcePointId, copyMode, pointLifecycle } = job.detail as CopyDetail
      const point = await points.byId(tx, sourcePointId)
      const sourceVault = await vaults.byId(tx, sourceVaultId)
      if (!point || !sourceVault) {
        throw new Answer({ code: 'RecoveryPointGone', arn: request.pointArn })
      }
      const by = { identities: context.identities, now: context.clock.now() }
      const judged = await checkCopy(tx, by, copyOfJob(job, { point, sourceVault }))
      const { checks, isDestinationHidden } = judged
      const told = isDestinationHidden ? {} : { copyMode }
      return { checks, ...told, lifecycle: pointLifecycle }
    })
  } catch (error) {
    if (error instanceof Answer) return { refused: error.failure }
    throw error
  }
}
