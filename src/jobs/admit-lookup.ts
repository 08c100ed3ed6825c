// Finding what a request names, or refusing in AWS's way: a vault that is not there is a vault the
// caller may not see, so that names of vaults cannot be probed.

import { mayAssume } from '../access/index.ts'
import type { PointRow, ReadTx, VaultRow } from '../catalog/index.ts'
import { points, vaults } from '../catalog/index.ts'
import { Answer, isRoleArn } from '../model/index.ts'
import type { AdmissionContext, Requester } from './admit-once.ts'

/** The requester's vault of that name. Throws the Answer InsufficientPrivileges. */
export async function mustFindVault(tx: ReadTx, from: Requester, name: string): Promise<VaultRow> {
  const vault = await vaults.byName(tx, { account: from.account, region: from.region, name })
  if (!vault) throw new Answer({ code: 'InsufficientPrivileges' })
  return vault
}

/** The vault's recovery point of that ARN. Throws the Answer RecoveryPointNotFound. */
export async function mustFindPoint(tx: ReadTx, vault: VaultRow, arn: string): Promise<PointRow> {
  const point = await points.byArn(tx, vault.id, arn)
  if (!point) throw new Answer({ code: 'RecoveryPointNotFound', arn })
  return point
}

/** Refuses another recovery point in a full vault, with the Answer QuotaReached. */
export async function mustHaveRoom(
  { quotas }: AdmissionContext,
  tx: ReadTx,
  vault: VaultRow,
): Promise<void> {
  const most = quotas?.pointsPerVault
  if (most === undefined || (await vaults.countPoints(tx, vault.id)) < most) return
  throw new Answer({ code: 'QuotaReached', of: `recovery points in ${vault.name}`, most })
}

/** Refuses what cannot be a role at all, with the Answer RoleUnusable. */
export function checkRole(arn: string): void {
  if (!isRoleArn(arn)) throw new Answer({ code: 'RoleUnusable', arn })
}

/** Refuses a role that AWS Backup may not assume, with the Answer RoleUnusable. */
export function mustAssumeRole(context: AdmissionContext, from: Requester, arn: string): void {
  const decision = mayAssume(context.identities, { ...from, roleArn: arn })
  if (!decision.allowed) throw new Answer(decision.failure)
}
