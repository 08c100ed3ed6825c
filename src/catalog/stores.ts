// Which incarnation of the catalog this is, and which stores are its own: what is compared with
// what the stores say of themselves.

import { sql } from 'kysely'
import { parseRegionName, parseVaultId, type RegionName, type VaultId } from '../model/index.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** The store of a Region, or the one for what is cold there. */
export interface StorePlace {
  readonly region: RegionName
  readonly isCold: boolean
}

/** A vault as its store must have it. */
export interface PlacedVault {
  readonly id: VaultId
  readonly keyVersion: number
  /** The last record of facts that was written and is still needed; 0 when there is none. */
  readonly lastFact: number
}

/**
 * The incarnation of the catalog that lies in `file`: `drawn` when it has none yet, or when it was
 * opened last in another file, for then it is a copy.
 */
export async function incarnation(
  tx: Tx,
  { file, drawn }: { readonly file: string; readonly drawn: string },
): Promise<string> {
  const db = queries(tx)
  const known = await db.selectFrom('catalog_state').selectAll().executeTakeFirst()
  if (known?.file === file) return known.incarnation
  const row = { file, incarnation: drawn }
  await db
    .insertInto('catalog_state')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  return drawn
}

/** The id that the store at the place had, if it is known. */
export async function idAt(tx: ReadTx, place: StorePlace): Promise<string | undefined> {
  const rows = queries(tx).selectFrom('store').select('id').where('place', '=', textOf(place))
  return (await rows.executeTakeFirst())?.id
}

/** Keeps the id of the store at the place. */
export async function setId(tx: Tx, place: StorePlace, id: string): Promise<void> {
  await queries(tx)
    .insertInto('store')
    .values({ place: textOf(place), id })
    .onConflict((conflict) => conflict.column('place').doUpdateSet({ id }))
    .execute()
}

/** The places that have a store of the catalog's, or a vault. */
export async function places(tx: ReadTx): Promise<StorePlace[]> {
  const db = queries(tx)
  const stores = await db.selectFrom('store').select('place').execute()
  const vaults = await db.selectFrom('vault').select(['region', 'type']).distinct().execute()
  const texts = vaults.map(({ region, type }) => (type === 'COLD_PART' ? COLD : '') + region)
  return [...new Set([...stores.map(({ place }) => place), ...texts])].sort().map(placeOf)
}

/** The vaults that are whole and at the place. */
export async function placed(
  tx: ReadTx,
  { region, isCold }: StorePlace,
): Promise<readonly PlacedVault[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .select(['id', 'key_version', 'facts_dropped'])
    .select(
      sql<number>`next_fact_no - 1 - exists (
        select 1 from fact_record where fact_record.vault_no = vault.no)`.as('last'),
    )
    .where('region', '=', region)
    .where('type', isCold ? '=' : '!=', 'COLD_PART')
    .where('state', '=', 'AVAILABLE')
    .execute()
  return rows.map((row) => ({
    id: parseVaultId(row.id),
    keyVersion: row.key_version,
    lastFact: row.last > row.facts_dropped ? row.last : 0,
  }))
}

const COLD = 'cold:'

function textOf({ region, isCold }: StorePlace): string {
  return (isCold ? COLD : '') + region
}

function placeOf(text: string): StorePlace {
  const isCold = text.startsWith(COLD)
  return { region: parseRegionName(isCold ? text.slice(COLD.length) : text), isCold }
}
