// A job's row in the table and back. What a job works on is drawn out of its detail into columns
// of their own, so that "who uses this vault, this point" is answered by an index.

import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely'
import {
  type Failure,
  type JobDetail,
  type JobKind,
  type JobProgress,
  type PointId,
  parseAccountId,
  parseJobId,
  parseRegionName,
  type ResourceType,
  unreachable,
  type VaultId,
} from '../model/index.ts'
import { fromJson, orNull, present, toJson } from './columns.ts'
import type { JobRow, NewJob } from './rows.ts'
import type { JobTable } from './schema.ts'

/** The columns of a job to insert. */
export function toJobColumns(job: NewJob): Insertable<JobTable> {
  const works = worksOn(job.detail)
  return {
    id: job.id,
    kind: job.kind,
    account: job.account,
    region: job.region,
    state: job.state,
    detail: JSON.stringify(job.detail),
    created_at: job.createdAt,
    started_at: orNull(job.startedAt),
    completed_at: orNull(job.completedAt),
    resource_arn: orNull(job.resourceArn),
    resource_type: orNull(job.resourceType),
    resource_name: orNull(job.resourceName),
    vault_arn: orNull(job.vaultArn),
    vault_name: orNull(job.vaultName),
    destination_vault_arn: orNull(job.destinationVaultArn),
    source_point_arn: orNull(job.sourcePointArn),
    point_arn: orNull(job.pointArn),
    iam_role_arn: orNull(job.iamRoleArn),
    key_arn: orNull(job.keyArn),
    backup_size_bytes: orNull(job.backupSizeBytes),
    parent_job_id: orNull(job.parentJobId),
    failure: toJson(job.failure),
    warning: orNull(job.warning),
    message_category: orNull(job.messageCategory),
    created_by: toJson(job.createdBy),
    vault_id: works.vaultId,
    point_id: orNull(works.pointId),
    due_at: job.dueAt ?? job.createdAt,
  }
}

/** The vault a job reads or works on, and the point it reads or deletes. */
function worksOn(detail: JobDetail): { vaultId: VaultId; pointId?: PointId } {
  switch (detail.kind) {
    case 'copy':
      return { vaultId: detail.sourceVaultId, pointId: detail.sourcePointId }
    case 'restore':
    case 'cool':
    case 'expire':
    case 'delete':
      return { vaultId: detail.vaultId, pointId: detail.pointId }
    // The point of a backup does not exist before its end.
    case 'backup':
    case 'purge':
    case 'sweep':
    case 'verify':
      return { vaultId: detail.vaultId }
    default:
      return unreachable(detail)
  }
}

/** The job a row says. Throws BadId when the row is damaged. */
export function toJob(row: Selectable<JobTable>): JobRow {
  const optional = present({
    startedAt: row.started_at,
    completedAt: row.completed_at,
    resourceArn: row.resource_arn,
    resourceType: row.resource_type as ResourceType | null,
    resourceName: row.resource_name,
    vaultArn: row.vault_arn,
    vaultName: row.vault_name,
    destinationVaultArn: row.destination_vault_arn,
    sourcePointArn: row.source_point_arn,
    pointArn: row.point_arn,
    iamRoleArn: row.iam_role_arn,
    keyArn: row.key_arn,
    backupSizeBytes: row.backup_size_bytes,
    parentJobId: row.parent_job_id,
    warning: row.warning,
    messageCategory: row.message_category,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until,
    troubledSince: row.troubled_since,
    failure: fromJson<Failure>(row.failure),
    createdBy: fromJson<Record<string, string>>(row.created_by),
    progress: fromJson<JobProgress>(row.progress),
  })
  return {
    ...optional,
    id: parseJobId(row.id),
    kind: row.kind as JobKind,
    account: parseAccountId(row.account),
    region: parseRegionName(row.region),
    state: row.state,
    detail: JSON.parse(row.detail) as JobDetail,
    createdAt: row.created_at,
    dueAt: row.due_at,
    attempt: row.attempt,
    fence: row.fence,
    stopRequested: row.stop_requested === 1,
    troubles: row.troubles,
    faults: row.faults,
  }
}

/**
 * Whether a job is of one of the kinds, said so that no index is sought for it: among open jobs
 * another condition always finds fewer.
 */
export const ofKinds = (kinds: readonly JobKind[]): RawBuilder<boolean> =>
  sql<boolean>`kind || '' in (${sql.join(kinds)})`
