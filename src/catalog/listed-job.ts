// A job as lists show it: a page may have a thousand, so only what is shown is read, and of a
// detail only the members that somebody sees.

import { type RawBuilder, type Selectable, sql } from 'kysely'
import {
  type AccountId,
  type Failure,
  type JobDetail,
  type JobKind,
  type JobProgress,
  type Lifecycle,
  parseJobId,
  type ResourceType,
} from '../model/index.ts'
import { repeatedJson } from './columns.ts'
import type { RowOf } from './page.ts'
import type { JobRow } from './rows.ts'
import type { JobTable } from './schema.ts'

/** What lists and descriptions show of a detail. */
export interface ListedDetail {
  readonly kind: JobDetail['kind']
  readonly lifecycle?: Lifecycle | undefined
  readonly pointLifecycle?: Lifecycle | undefined
  /** In a list only while the job has not made the point. */
  readonly pointArn?: string | undefined
  readonly startBy?: number | undefined
  readonly backupOptions?: Readonly<Record<string, string>> | undefined
  readonly pointCreatedAt?: number | undefined
}

/** A job without what its work needs. Every JobRow is one. */
export interface ListedJob
  extends Omit<
    JobRow,
    | ('detail' | 'region' | 'fence' | 'leaseUntil' | 'stopRequested' | 'troubles')
    | ('troubledSince' | 'faults')
  > {
  readonly detail: ListedDetail
}

/** The columns of `ListedJob` that are there for every kind, in the order of `listedJobs`. */
export const LISTED_COLUMNS = [
  ...(['id', 'state', 'created_at', 'started_at', 'completed_at', 'resource_arn'] as const),
  ...(['resource_type', 'resource_name', 'vault_arn', 'vault_name'] as const),
  ...(['destination_vault_arn', 'source_point_arn', 'point_arn', 'iam_role_arn'] as const),
  ...(['key_arn', 'backup_size_bytes', 'parent_job_id', 'failure', 'warning'] as const),
  ...(['message_category', 'created_by', 'due_at', 'attempt', 'lease_owner'] as const),
] as const

/** What is drawn out of a detail, behind those columns. */
type Drawn = readonly [
  lifecycle: string | null,
  startBy: number | null,
  options: string | null,
  futurePoint: string | null,
  pointCreatedAt: number | null,
  progress: string | null,
]

/** What lists show of the details of a kind. */
export function listedDetail(kind: JobKind) {
  const shown = SHOWN[kind] ?? OF_OUR_OWN
  const { lifecycle, startBy, options, futurePoint, createdAt, progress } = shown
  const drawn = [lifecycle, startBy, options, futurePoint, createdAt, progress]
  return drawn.map((each = sql<never>`null`, i) => each.as(`drawn_${i}`))
}

type Shown = Record<
  'lifecycle' | 'startBy' | 'options' | 'futurePoint' | 'createdAt' | 'progress',
  RawBuilder<never>
>

/** Of a job that is whole nobody asks how far it is. */
const UNLESS_WHOLE = sql<never>`case when state <> 'COMPLETED' then progress end`

/** What jobs that AWS does not have tell is in their counts. */
const OF_OUR_OWN: Partial<Shown> = { progress: sql`progress` }

const SHOWN: { readonly [Kind in JobKind]?: Partial<Shown> } = {
  backup: {
    lifecycle: sql`detail -> '$.lifecycle'`,
    startBy: sql`detail ->> '$.startBy'`,
    options: sql`detail -> '$.backupOptions'`,
    futurePoint: sql`case when point_arn is null then detail ->> '$.pointArn' end`,
    progress: sql`progress`,
  },
  copy: { lifecycle: sql`detail -> '$.pointLifecycle'`, progress: UNLESS_WHOLE },
  restore: { createdAt: sql`detail ->> '$.pointCreatedAt'`, progress: UNLESS_WHOLE },
}

type Columns = RowOf<Selectable<JobTable>, typeof LISTED_COLUMNS>
type Members = Readonly<Record<string, string>>

/** Makes rows of one list, which came as arrays, into jobs of that kind and account. */
export function listedJobs(
  rows: readonly unknown[],
  { kind, account }: { readonly kind: JobKind; readonly account: AccountId },
): ListedJob[] {
  const lifecycle = repeatedJson<Lifecycle>()
  const [options, createdBy] = [repeatedJson<Members>(), repeatedJson<Members>()]
  const [failure, progress] = [repeatedJson<Failure>(), repeatedJson<JobProgress>()]
  return (rows as readonly (readonly [...Columns, ...Drawn])[]).map((row) => ({
    id: parseJobId(row[0]),
    kind,
    account,
    state: row[1],
    createdAt: row[2],
    startedAt: row[3] ?? undefined,
    completedAt: row[4] ?? undefined,
    resourceArn: row[5] ?? undefined,
    resourceType: (row[6] ?? undefined) as ResourceType | undefined,
    resourceName: row[7] ?? undefined,
    vaultArn: row[8] ?? undefined,
    vaultName: row[9] ?? undefined,
    destinationVaultArn: row[10] ?? undefined,
    sourcePointArn: row[11] ?? undefined,
    pointArn: row[12] ?? undefined,
    iamRoleArn: row[13] ?? undefined,
    keyArn: row[14] ?? undefined,
    backupSizeBytes: row[15] ?? undefined,
    parentJobId: row[16] ?? undefined,
    failure: failure(row[17]),
    warning: row[18] ?? undefined,
    messageCategory: row[19] ?? undefined,
    createdBy: createdBy(row[20]),
    dueAt: row[21],
    attempt: row[22],
    leaseOwner: row[23] ?? undefined,
    progress: progress(row[29]),
    detail: {
      kind,
      lifecycle: lifecycle(row[24]),
      pointLifecycle: lifecycle(row[24]),
      startBy: row[25] ?? undefined,
      backupOptions: options(row[26]),
      pointArn: row[27] ?? undefined,
      pointCreatedAt: row[28] ?? undefined,
    },
  }))
}
