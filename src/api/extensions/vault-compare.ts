// What another vault lacks of this one.
//
// GET /_copyhold/vaults/:name/compare?with=ARN   also a name, of a vault in the caller's Region

import { type Comparison, compareVaults, type Lacking } from '../../jobs/index.ts'
import { Answer } from '../../model/index.ts'
import type { Extension } from '../extension.ts'

/** Points without a copy in the other vault, and the packs and bytes it lacks. */
export const compareVault: Extension = {
  method: 'GET',
  path: '/vaults/:name/compare',
  async answer({ params, query, caller: { account, region } }, context) {
    if (!query.with) throw new Answer({ code: 'MissingParameter', parameter: 'with' })
    const from = { account, region }
    const request = { from, vaultName: params.name ?? '', other: query.with }
    return describe(await compareVaults(context, request))
  },
}

function describe({ vault, other, points, pointsMissing, missingPoints, packs }: Comparison) {
  return {
    BackupVaultArn: vault.arn,
    OtherBackupVaultArn: other.arn,
    RecoveryPoints: points,
    RecoveryPointsMissing: pointsMissing,
    ...amounts(packs),
    MissingRecoveryPoints: missingPoints.map(({ point, ...lacking }) => ({
      RecoveryPointArn: point.arn,
      ResourceArn: point.resourceArn,
      ResourceType: point.resourceType,
      CreationDate: point.createdAt / 1000,
      BackupSizeInBytes: point.backupSizeBytes,
      ...amounts(lacking),
    })),
  }
}

function amounts({ missing, damaged }: Lacking) {
  return {
    PacksMissing: missing.packs,
    BytesMissing: missing.bytes,
    PacksDamaged: damaged.packs,
    BytesDamaged: damaged.bytes,
  }
}
