// Admitting a verification: a job of its own, one at a time for each vault.

import { jobs } from '../catalog/index.ts'
import { Answer, firstState } from '../model/index.ts'
import { mustFindVault } from './admit-lookup.ts'
import type { AdmissionContext, Requester, StartedJob } from './admit-once.ts'
import { drawJobId } from './admit-once.ts'

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
    const kind = 'verify'
    const verifying = { vaultId: vault.id, vaultArn: vault.arn, kinds: [kind] as const }
    const [open] = await jobs.openOnVault(tx, verifying)
    if (open) return { id: open.id, createdAt: open.createdAt }
    const id = drawJobId(context)
    const createdAt = context.clock.now()
    await jobs.insert(tx, {
      id,
      kind,
      account: vault.account,
      region: vault.region,
      state: firstState(kind),
      detail: { kind, vaultId: vault.id, samplePercent },
      createdAt,
      vaultArn: vault.arn,
      vaultName: vault.name,
    })
    return { id, createdAt }
  })
}
