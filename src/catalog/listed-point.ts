// A recovery point as lists show it: a page may have a thousand, so only what is shown is read.

import type { Selectable } from 'kysely'
import { type Lifecycle, parsePointId, type ResourceType } from '../model/index.ts'
import { repeatedJson } from './columns.ts'
import type { RowOf } from './page.ts'
import type { PointRow, PointStatus } from './rows.ts'
import type { PointTable } from './schema.ts'

/** A recovery point without what its work needs. Every PointRow is one. */
export type ListedPoint = Omit<
  PointRow,
  | ('vaultId' | 'account' | 'region' | 'storageClass' | 'jobId' | 'restoreMetadata')
  | ('unconfirmed' | 'verification')
>

/** The columns of `ListedPoint`, in the order of `listedPoints`. */
export const LISTED_POINT = [
  ...(['id', 'arn', 'vault_arn', 'vault_name', 'status', 'resource_arn'] as const),
  ...(['resource_type', 'resource_name', 'iam_role_arn', 'created_at', 'initiated_at'] as const),
  ...(['completed_at', 'backup_size_bytes', 'lifecycle', 'key_arn', 'source_vault_arn'] as const),
  ...(['created_by', 'parent_point_arn', 'composite_member', 'is_parent'] as const),
  ...(['last_restored_at', 'message'] as const),
] as const

type Columns = RowOf<Selectable<PointTable>, typeof LISTED_POINT>

/** Makes rows of one list, which came as arrays, into points. */
export function listedPoints(rows: readonly unknown[]): ListedPoint[] {
  const lifecycle = repeatedJson<Lifecycle>()
  const createdBy = repeatedJson<Record<string, string>>()
  return (rows as readonly Columns[]).map((row) => ({
    id: parsePointId(row[0]),
    arn: row[1],
    vaultArn: row[2],
    vaultName: row[3],
    status: row[4] as PointStatus,
    resourceArn: row[5],
    resourceType: row[6] as ResourceType,
    resourceName: row[7] ?? undefined,
    iamRoleArn: row[8] ?? undefined,
    createdAt: row[9],
    initiatedAt: row[10],
    completedAt: row[11],
    backupSizeBytes: row[12],
    lifecycle: lifecycle(row[13]),
    keyArn: row[14],
    sourceVaultArn: row[15] ?? undefined,
    createdBy: createdBy(row[16]),
    parentPointArn: row[17] ?? undefined,
    compositeMember: row[18] ?? undefined,
    isParent: row[19] === 1,
    lastRestoredAt: row[20] ?? undefined,
    message: row[21] ?? undefined,
  }))
}
