// What tags hang on: the caller's vaults, and those of his recovery points whose ARN is AWS
// Backup's own. Snapshots of other services keep their tags there.

import type { Caller } from '../access/index.ts'
import type { ReadTx } from '../catalog/index.ts'
import { points, vaults } from '../catalog/index.ts'
import { Answer, isPointArn, parseVaultArn } from '../model/index.ts'

/**
 * The ARN, once it is known to name something of the caller's. Throws the Answers
 * TaggingUnsupported, BackupVaultDoesNotExist and RecoveryPointNotFound.
 */
export async function mustFindTagTarget(
  tx: ReadTx,
  { account, region }: Caller,
  arn: string,
): Promise<string> {
  const vaultArn = parseVaultArn(arn)
  if (vaultArn) {
    const vault = await vaults.byArn(tx, arn)
    if (vault?.account === account && vault.region === region) return vault.arn
    throw new Answer({ code: 'BackupVaultDoesNotExist', name: vaultArn.name })
  }
  if (!isPointArn(arn) || !/^arn:[\w-]+:backup:/.test(arn)) {
    throw new Answer({ code: 'TaggingUnsupported', arn })
  }
  const point = await points.findByArn(tx, { account, arn })
  if (point?.region !== region) throw new Answer({ code: 'RecoveryPointNotFound', arn })
  return point.arn
}
