// Which jobs may not begin yet because as many as a quota allows are at work (AWS Backup developer
// guide, "Quotas"). Counted in the transaction that claims, over the jobs that have begun; one that
// has begun is never held back again, whatever becomes of the quota.

import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely'
import { type JobId, parseVaultArn, type Quotas } from '../model/index.ts'
import { ofKinds } from './job-row.ts'
import type { Schema } from './schema.ts'
import { queries, type ReadTx } from './transaction.ts'

/** The jobs that a quota keeps from beginning, and how to say so. */
export interface QuotaBlock {
  readonly jobs: Expression<SqlBool>
  /** What such a job waits for, such as `its turn: …`. */
  readonly waitingFor: string
}

/** A quota that is reached holds these jobs back; `inHand` are claimed and may not show it yet. */
export async function quotaBlocks(
  tx: ReadTx,
  quotas: Quotas,
  inHand: readonly JobId[] = [],
): Promise<QuotaBlock[]> {
  const { jobsPerResource, copiesPerRegion, crossAccountCopiesPerResource } = quotas
  if (![jobsPerResource, copiesPerRegion, crossAccountCopiesPerResource].some(Boolean)) return []
  const working = await jobsAtWork(tx, inHand)
  return [
    ...resourceBlocks(working, jobsPerResource),
    ...regionBlocks(working, quotas),
    ...crossAccountBlocks(working, crossAccountCopiesPerResource),
  ]
}

/** What keeps the job from beginning; undefined when nothing does. */
export async function heldBackBy(
  tx: ReadTx,
  id: JobId,
  quotas: Quotas,
): Promise<string | undefined> {
  for (const { jobs, waitingFor } of await quotaBlocks(tx, quotas)) {
    const query = queries(tx).selectFrom('job').select('id').where('id', '=', id)
    if (await query.where(notBegun).where(jobs).executeTakeFirst()) return waitingFor
  }
  return undefined
}

/** A job that has not begun. */
export const notBegun = sql<SqlBool>`state in ('CREATED', 'PENDING')`

interface Working {
  readonly id: string
  readonly kind: string
  readonly account: string
  readonly resource: string
  /** Of a copy. */
  readonly destination?: { readonly arn: string; readonly account: string; readonly region: string }
}

/** More than can be at work in one process; beyond it quotas would be counted too low. */
const WORKING_MAX = 10_000

async function jobsAtWork(tx: ReadTx, inHand: readonly JobId[]): Promise<Working[]> {
  const all = () =>
    queries(tx)
      .selectFrom('job')
      .select(['id', 'kind', 'account', 'resource_arn', 'destination_vault_arn'])
      .where('completed_at', 'is', null)
      .where(ofKinds(['backup', 'copy']))
  const running = await all().where('state', '=', 'RUNNING').limit(WORKING_MAX).execute()
  const claimed =
    inHand.length === 0
      ? []
      : await all()
          .where('id', 'in', [...inHand])
          .execute()
  const byId = new Map([...running, ...claimed].map((row) => [row.id, row]))
  return [...byId.values()].map((row) => {
    const { id, kind, account, destination_vault_arn: arn } = row
    const vault = arn === null ? undefined : parseVaultArn(arn)
    return {
      ...{ id, kind, account, resource: row.resource_arn ?? '' },
      ...(vault && arn
        ? { destination: { arn, account: vault.account, region: vault.region } }
        : {}),
    }
  })
}

/** Backups and copies within the account; copies into other accounts have a quota of their own. */
function resourceBlocks(working: readonly Working[], most: number | undefined): QuotaBlock[] {
  const own = working.filter((job) => !isCrossAccount(job))
  return reached(own, most, ({ resource }) => resource).map(([{ resource }]) => {
    const job = expressionBuilder<Schema, 'job'>()
    const within = sql<SqlBool>`(kind = 'backup' or ${isInto('account')})`
    return {
      jobs: job.and([ofKinds(['backup', 'copy']), job('resource_arn', '=', resource), within]),
      waitingFor: `its turn: of one resource ${counted(most)} may run at once`,
    }
  })
}

/** Beyond the quota of a Region, vaults that few copies are at work into still get some. */
function regionBlocks(working: readonly Working[], quotas: Quotas): QuotaBlock[] {
  const { copiesPerRegion: most, copiesPerVaultBeyond: few = 0 } = quotas
  const copies = working.filter(({ destination }) => destination)
  const key = ({ account, destination }: Working) => `${account} ${destination?.region}`
  return reached(copies, most, key).map((full) => {
    const { account, destination } = full[0]
    const busy = reached(full, few, (one) => one.destination?.arn ?? '')
    const vaults = busy.map(([one]) => one.destination?.arn ?? '')
    const job = expressionBuilder<Schema, 'job'>()
    return {
      jobs: job.and([
        job('kind', '=', 'copy'),
        job('account', '=', account),
        sql<SqlBool>`destination_vault_arn like ${`arn:%:backup:${destination?.region}:%`}`,
        ...(few > 0 ? [job('destination_vault_arn', 'in', vaults.length > 0 ? vaults : [''])] : []),
      ]),
      waitingFor: `its turn: into ${destination?.region} ${counted(most)} of an account may run at once`,
    }
  })
}

function crossAccountBlocks(working: readonly Working[], most: number | undefined): QuotaBlock[] {
  const key = ({ resource, destination }: Working) => `${resource} ${destination?.region}`
  return reached(working.filter(isCrossAccount), most, key).map(([{ resource, destination }]) => {
    const job = expressionBuilder<Schema, 'job'>()
    return {
      jobs: job.and([
        job('kind', '=', 'copy'),
        job('resource_arn', '=', resource),
        sql<SqlBool>`destination_vault_arn like ${`arn:%:backup:${destination?.region}:%`}`,
        job.not(isInto('account')),
      ]),
      waitingFor: `its turn: of one resource ${counted(most)} into other accounts may run at once`,
    }
  })
}

function isCrossAccount({ account, destination }: Working): boolean {
  return destination !== undefined && destination.account !== account
}

/** Whether the destination is in the account that a column names. */
function isInto(column: 'account') {
  return sql<SqlBool>`destination_vault_arn like 'arn:%:backup:%:' || ${sql.ref(column)} || ':%'`
}

/** The groups of one key that have as many as `most`, or more. */
function reached(
  working: readonly Working[],
  most: number | undefined,
  keyOf: (job: Working) => string,
): [Working, ...Working[]][] {
  if (most === undefined || most === 0) return []
  const groups = Map.groupBy(working, keyOf)
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first && 1 + rest.length >= most ? [[first, ...rest] as [Working, ...Working[]]] : [],
  )
}

function counted(most: number | undefined): string {
  return most === 1 ? 'one job' : `${most} jobs`
}
