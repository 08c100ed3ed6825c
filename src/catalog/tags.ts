// Tags of recovery points and vaults, by ARN. Limits on tags are the API's; here is only storage,
// and that a change of tags is to be told to the store.

import { sql } from 'kysely'
import { listAsTable } from './bulk.ts'
import { noteArn } from './fact-due.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** The tags of the thing, in order of key; none is `{}`. */
export async function of(tx: ReadTx, arn: string): Promise<Record<string, string>> {
  const rows = await queries(tx)
    .selectFrom('tag')
    .select(['key', 'value'])
    .where('arn', '=', arn)
    .orderBy('key')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.key, row.value]))
}

/** Adds tags and overwrites those whose keys are there. */
export async function put(
  tx: Tx,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({ arn, key, value }))
  if (rows.length === 0) return
  await queries(tx)
    .insertInto('tag')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['arn', 'key']).doUpdateSet((row) => ({ value: row.ref('excluded.value') })),
    )
    .execute()
  await noteArn(tx, arn)
}

/** Removes tags by key; keys that are not there are fine. */
export async function remove(tx: Tx, arn: string, keys: readonly string[]): Promise<void> {
  await sql`delete from tag where arn = ${arn}
    and key in (select value from ${listAsTable(keys)})`.execute(queries(tx))
  await noteArn(tx, arn)
}

/** Gives `to` the tags of `from` besides its own; where both have a key, `from` wins. */
export async function copy(
  tx: Tx,
  ends: { readonly from: string; readonly to: string },
): Promise<void> {
  await put(tx, ends.to, await of(tx, ends.from))
}

/** Removes all tags of the thing. */
export async function drop(tx: Tx, arn: string): Promise<void> {
  await queries(tx).deleteFrom('tag').where('arn', '=', arn).execute()
  await noteArn(tx, arn)
}
