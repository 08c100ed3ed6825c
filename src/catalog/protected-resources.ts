// Resources of which recovery points exist, told from the points alone: a resource that is no
// longer declared stays protected as long as a point of it is kept.

import { type Selectable, sql } from 'kysely'
import type { AccountId, RegionName, ResourceType, VaultId } from '../model/index.ts'
import { cut, type Listed, type Page, rowsToAsk } from './page.ts'
import type { ProtectedResourceRow } from './rows.ts'
import type { PointTable } from './schema.ts'
import { queries, type ReadTx } from './transaction.ts'

/** Where to look: an account and Region, or one vault of them. */
export interface ProtectedPlace {
  readonly account: AccountId
  readonly region: RegionName
  readonly vaultId?: VaultId | undefined
}

/** In order of ARN; a cursor's `id` is the ARN of the last one, its `at` means nothing. */
export async function protectedResources(
  tx: ReadTx,
  options: ProtectedPlace & { readonly page: Page },
): Promise<Listed<ProtectedResourceRow>> {
  const { rows } = await protectedQuery(options).execute(queries(tx))
  return cut(rows.map(toProtected), options.page, (row) => ({ at: 0, id: row.resourceArn }))
}

/** One resource, unless no point of it exists there. */
export async function protectedResource(
  tx: ReadTx,
  of: ProtectedPlace & { readonly resourceArn: string },
): Promise<ProtectedResourceRow | undefined> {
  const { rows } = await sql<Selectable<PointTable>>`
    select * from point where ${within(of)} and resource_arn = ${of.resourceArn}
    order by created_at desc, id desc limit 1`.execute(queries(tx))
  const [row] = rows
  return row && toProtected(row)
}

function protectedQuery(options: ProtectedPlace & { readonly page: Page }) {
  const { page } = options
  return sql<Selectable<PointTable>>`
    select point.* from (
      select distinct resource_arn as arn from point
      where ${within(options)} and resource_arn > ${page.after?.id ?? ''}
      order by resource_arn limit ${rowsToAsk(page)}
    ) as resource
    join point on point.id = (
      select id from point where ${within(options)} and resource_arn = resource.arn
      order by created_at desc, id desc limit 1
    )
    order by resource.arn`
}

/** One vault's points are found by the vault alone: it is of one account and Region. */
function within({ account, region, vaultId }: ProtectedPlace) {
  return vaultId === undefined
    ? sql`account = ${account} and region = ${region}`
    : sql`vault_id = ${vaultId}`
}

function toProtected(row: Selectable<PointTable>): ProtectedResourceRow {
  return {
    resourceArn: row.resource_arn,
    resourceType: row.resource_type as ResourceType,
    ...(row.resource_name !== null && { resourceName: row.resource_name }),
    lastBackupAt: row.created_at,
    lastVaultArn: row.vault_arn,
    lastPointArn: row.arn,
  }
}
