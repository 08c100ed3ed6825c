// A recovery point's row in the table and back.

import type { Insertable, Selectable, Updateable } from 'kysely'
import {
  type Lifecycle,
  nextLifecycleStep,
  parseAccountId,
  parseJobId,
  parsePointId,
  parseRegionName,
  parseVaultId,
  type ResourceType,
} from '../model/index.ts'
import { fromJson, orNull, present, toJson } from './columns.ts'
import type { PointRow, PointStatus, PointVerification } from './rows.ts'
import type { PointTable } from './schema.ts'

/** The columns of a point to insert. */
export function toPointColumns(row: PointRow): Insertable<PointTable> {
  return {
    id: row.id,
    arn: row.arn,
    vault_id: row.vaultId,
    vault_arn: row.vaultArn,
    vault_name: row.vaultName,
    account: row.account,
    region: row.region,
    status: row.status,
    resource_arn: row.resourceArn,
    resource_type: row.resourceType,
    resource_name: orNull(row.resourceName),
    iam_role_arn: orNull(row.iamRoleArn),
    created_at: row.createdAt,
    initiated_at: row.initiatedAt,
    completed_at: row.completedAt,
    backup_size_bytes: row.backupSizeBytes,
    lifecycle: toJson(row.lifecycle),
    storage_class: row.storageClass,
    key_arn: row.keyArn,
    source_vault_arn: orNull(row.sourceVaultArn),
    created_by: toJson(row.createdBy),
    backup_plan_id: orNull(row.createdBy?.BackupPlanId),
    parent_point_arn: orNull(row.parentPointArn),
    composite_member: orNull(row.compositeMember),
    is_parent: row.isParent ? 1 : 0,
    last_restored_at: orNull(row.lastRestoredAt),
    job_id: row.jobId,
    restore_metadata: JSON.stringify(row.restoreMetadata),
    message: orNull(row.message),
    unconfirmed: row.unconfirmed ? 1 : 0,
    lifecycle_at: orNull(nextLifecycleStep(row)?.at),
  }
}

/** The point a row says. Throws BadId when the row is damaged. */
export function toPoint(row: Selectable<PointTable>): PointRow {
  const optional = present({
    resourceName: row.resource_name,
    iamRoleArn: row.iam_role_arn,
    sourceVaultArn: row.source_vault_arn,
    parentPointArn: row.parent_point_arn,
    compositeMember: row.composite_member,
    lastRestoredAt: row.last_restored_at,
    message: row.message,
    unconfirmed: row.unconfirmed === 1 ? (true as const) : null,
    lifecycle: fromJson<Lifecycle>(row.lifecycle),
    createdBy: fromJson<Record<string, string>>(row.created_by),
    verification: toVerification(row),
  })
  return {
    ...optional,
    id: parsePointId(row.id),
    arn: row.arn,
    vaultId: parseVaultId(row.vault_id),
    vaultArn: row.vault_arn,
    vaultName: row.vault_name,
    account: parseAccountId(row.account),
    region: parseRegionName(row.region),
    status: row.status as PointStatus,
    resourceArn: row.resource_arn,
    resourceType: row.resource_type as ResourceType,
    createdAt: row.created_at,
    initiatedAt: row.initiated_at,
    completedAt: row.completed_at,
    backupSizeBytes: row.backup_size_bytes,
    storageClass: row.storage_class as PointRow['storageClass'],
    keyArn: row.key_arn,
    isParent: row.is_parent === 1,
    jobId: parseJobId(row.job_id),
    restoreMetadata: fromJson<Record<string, string>>(row.restore_metadata) ?? {},
  }
}

/** The column of a verification's words; its time has one of its own. */
export function verificationColumns(found: PointVerification): Updateable<PointTable> {
  const { at, ...words } = found
  return { verified_at: at, verification: JSON.stringify(words) }
}

function toVerification(row: Selectable<PointTable>): PointVerification | null {
  const words = fromJson<Omit<PointVerification, 'at'>>(row.verification)
  return words && row.verified_at !== null ? { ...words, at: row.verified_at } : null
}
