// Settings of organizations, and of accounts in Regions. One row each, its words as JSON; absent
// until somebody has set something. They do not outlive the catalog: what is lost with them is
// only leave that had been given.

import type { AccountId, GlobalSettings, OptIns, RegionName } from '../model/index.ts'
import { DEFAULT_GLOBAL_SETTINGS, DEFAULT_OPT_INS } from '../model/index.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** The organization's settings and when they were last set (ms since 1970), if ever. */
export async function ofOrganization(
  tx: ReadTx,
  organization: string,
): Promise<{ readonly settings: GlobalSettings; readonly updatedAt?: number }> {
  const row = await queries(tx)
    .selectFrom('organization_settings')
    .selectAll()
    .where('organization', '=', organization)
    .executeTakeFirst()
  if (!row) return { settings: DEFAULT_GLOBAL_SETTINGS }
  const set = JSON.parse(row.settings) as Partial<GlobalSettings>
  return { settings: { ...DEFAULT_GLOBAL_SETTINGS, ...set }, updatedAt: row.updated_at }
}

/** Keeps all of the organization's settings. */
export async function setOfOrganization(
  tx: Tx,
  organization: string,
  set: { readonly settings: GlobalSettings; readonly updatedAt: number },
): Promise<void> {
  const row = { settings: JSON.stringify(set.settings), updated_at: set.updatedAt }
  await queries(tx)
    .insertInto('organization_settings')
    .values({ organization, ...row })
    .onConflict((conflict) => conflict.column('organization').doUpdateSet(row))
    .execute()
}

/** Whose settings of a Region. */
export interface RegionOwner {
  readonly account: AccountId
  readonly region: RegionName
}

/** Which resource types the account backs up in the Region. */
export async function optIns(tx: ReadTx, { account, region }: RegionOwner): Promise<OptIns> {
  const row = await queries(tx)
    .selectFrom('region_settings')
    .select('opt_ins')
    .where('account', '=', account)
    .where('region', '=', region)
    .executeTakeFirst()
  return { ...DEFAULT_OPT_INS, ...(row ? (JSON.parse(row.opt_ins) as OptIns) : {}) }
}

/** Keeps all opt-ins of the account in the Region. */
export async function setOptIns(tx: Tx, owner: RegionOwner, set: OptIns): Promise<void> {
  const row = { opt_ins: JSON.stringify(set) }
  await queries(tx)
    .insertInto('region_settings')
    .values({ account: owner.account, region: owner.region, ...row })
    .onConflict((conflict) => conflict.columns(['account', 'region']).doUpdateSet(row))
    .execute()
}
