// Whether a vault's bytes are still what they were.
//
// POST /_copyhold/vaults/:name/verify   {"samplePercent"?} → {"JobId": …}: reads the vault through
// GET  /_copyhold/vaults/:name/points
//   → {"RecoveryPoints": [{…, "Unconfirmed"?, "Verification"?}], "NextToken"?}

import type { PointRow } from '../../catalog/index.ts'
import { points } from '../../catalog/index.ts'
import { mustFindVault, readingRefusedTo, startVerify } from '../../jobs/index.ts'
import { Answer } from '../../model/index.ts'
import type { Extension } from '../extension.ts'
import { pagesOf } from '../paging.ts'

/** Starts a verification of the vault, or answers the one that is under way. */
export const verifyVault: Extension = {
  method: 'POST',
  path: '/vaults/:name/verify',
  async answer({ params, body, caller: from }, context) {
    const { samplePercent } = (body ?? {}) as { samplePercent?: unknown }
    if (samplePercent !== undefined && typeof samplePercent !== 'number') {
      const reason = 'it must be a number'
      throw new Answer({ code: 'InvalidParameter', parameter: 'samplePercent', reason })
    }
    const vaultName = params.name ?? ''
    const vault = await context.catalog.read((tx) => mustFindVault(tx, from, vaultName))
    const refused = readingRefusedTo(from, context.identities, vault)
    if (refused) throw new Answer(refused)
    const job = await startVerify(context, { from, vaultName, samplePercent })
    context.wake()
    return { JobId: job.id, CreationDate: job.createdAt / 1000 }
  },
}

/** The vault's recovery points, newest first, with what their last verification found. */
export const listVerified: Extension = {
  method: 'GET',
  path: '/vaults/:name/points',
  async answer({ params, query, caller }, { catalog }) {
    const pages = pagesOf(`points of ${params.name}`, { NextToken: query.nextToken }, caller)
    const listed = await catalog.read(async (tx) => {
      const vault = await mustFindVault(tx, caller, params.name ?? '')
      return points.listByVault(tx, { vaultId: vault.id, page: pages.page })
    })
    return { RecoveryPoints: listed.rows.map(describe), NextToken: pages.tokenFor(listed.next) }
  },
}

function describe(point: PointRow) {
  const { verification } = point
  return {
    RecoveryPointArn: point.arn,
    ResourceArn: point.resourceArn,
    ResourceType: point.resourceType,
    Status: point.status,
    CreationDate: point.createdAt / 1000,
    BackupSizeInBytes: point.backupSizeBytes,
    Unconfirmed: point.unconfirmed,
    Verification: verification && {
      Result: verification.result,
      Time: verification.at / 1000,
      SamplePercent: verification.samplePercent,
      Reason: verification.reason,
    },
  }
}
