// Admitting a verification: a job of its own, one at a time for each vault.

import { Answer } from '../model/index.ts'
import { mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester, StartedJob } from './admit-once.ts'
import { onceOnVault } from './own-job.ts'

const PERCENT_MAX = 100

/** A request to verify a vault; all of it where no sample is asked for. */
export interface VerifyRequest {
  readonly from: Requester
  readonly vaultName: string
  readonly samplePercent?: number | undefined
}

/**
 * The job that verifies the vault: the one that has not ended yet, or a new one. Throws the
 * Answers InvalidParameter and InsufficientPrivileges.
 */
export async function startVerify(
  context: AdmissionContext,
  { from, vaultName, samplePercent = PERCENT_MAX }: VerifyRequest,
): Promise<StartedJob> {
  if (!(samplePercent > 0 && samplePercent <= PERCENT_MAX)) {
    const reason = `it must be above 0 and at most ${PERCENT_MAX}`
    throw new Answer({ code: 'InvalidParameter', parameter: 'samplePercent', reason })
  }
  return context.catalog.transaction(async (tx) => {
    const vault = await mustFindVault(tx, from, vaultName)
    const detail = { kind: 'verify', vaultId: vault.id, samplePercent } as const
    const { id, createdAt } = await onceOnVault(tx, context, vault, detail)
    return { id, createdAt }
  })
}
