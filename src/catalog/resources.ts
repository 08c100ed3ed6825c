// Resources: what can be backed up. Declared, never discovered; at most one for each path in an
// account and Region.

import type { Selectable } from 'kysely'
import {
  type AccountId,
  parseAccountId,
  parseRegionName,
  type RegionName,
  type ResourceType,
} from '../model/index.ts'
import { cut, inPage, type Listed, type Page, rowsToAsk } from './page.ts'
import type { ResourceRow } from './rows.ts'
import type { ResourceTable } from './schema.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** Where a resource is declared. */
export interface ResourcePlace {
  readonly account: AccountId
  readonly region: RegionName
}

/** Adds the resource. False, and nothing changed, when its place has one of that ARN or path. */
export async function add(tx: Tx, row: ResourceRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await queries(tx)
    .insertInto('resource')
    .values({
      arn: row.arn,
      account: row.account,
      region: row.region,
      type: row.type,
      name: row.name,
      driver: row.driver,
      locator: row.config.path,
      created_at: row.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** The resource of that ARN. */
export async function byArn(tx: ReadTx, arn: string): Promise<ResourceRow | undefined> {
  const row = await queries(tx)
    .selectFrom('resource')
    .selectAll()
    .where('arn', '=', arn)
    .executeTakeFirst()
  return row && toResource(row)
}

/** The resource made of that path. */
export async function byPath(
  tx: ReadTx,
  at: ResourcePlace & { readonly path: string },
): Promise<ResourceRow | undefined> {
  const row = await queries(tx)
    .selectFrom('resource')
    .selectAll()
    .where('account', '=', at.account)
    .where('region', '=', at.region)
    .where('driver', '=', 'directory')
    .where('locator', '=', at.path)
    .executeTakeFirst()
  return row && toResource(row)
}

/** The ARNs of all resources there are. */
export async function arns(tx: ReadTx): Promise<string[]> {
  const rows = await queries(tx).selectFrom('resource').select('arn').execute()
  return rows.map(({ arn }) => arn)
}

/** Resources of an account and Region, newest first; the cursor's id is the ARN. */
export async function list(
  tx: ReadTx,
  at: ResourcePlace & { readonly page: Page },
): Promise<Listed<ResourceRow>> {
  const rows = await listQuery(tx, at).execute()
  return cut(rows.map(toResource), at.page, (row) => ({ at: row.createdAt, id: row.arn }))
}

function listQuery(tx: ReadTx, at: ResourcePlace & { readonly page: Page }) {
  return queries(tx)
    .selectFrom('resource')
    .selectAll()
    .where('account', '=', at.account)
    .where('region', '=', at.region)
    .where(inPage(at.page, 'arn'))
    .orderBy('created_at', 'desc')
    .orderBy('arn', 'desc')
    .limit(rowsToAsk(at.page))
}

/** Forgets the resource; its recovery points stay. False when there was none. */
export async function remove(tx: Tx, arn: string): Promise<boolean> {
  const { numDeletedRows } = await queries(tx)
    .deleteFrom('resource')
    .where('arn', '=', arn)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

function toResource(row: Selectable<ResourceTable>): ResourceRow {
  return {
    arn: row.arn,
    account: parseAccountId(row.account),
    region: parseRegionName(row.region),
    type: row.type as ResourceType,
    name: row.name,
    driver: 'directory',
    config: { path: row.locator },
    createdAt: row.created_at,
  }
}
