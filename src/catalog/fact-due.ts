// Notes, in the transaction that changes a vault or a point, that its facts are to be written to
// its store. A note says only of whom: what is written is what is true when it is written.

import { sql } from 'kysely'
import type { PointId, VaultId } from '../model/index.ts'
import { queries, type Tx } from './transaction.ts'

/** The subject that is the vault itself. */
export const THE_VAULT = ''

/** The vault, or its tags, changed. */
export async function noteVault(tx: Tx, id: VaultId): Promise<void> {
  await sql`insert into fact_due (vault_no, subject)
    select no, ${THE_VAULT} from vault where id = ${id}
    on conflict do nothing`.execute(queries(tx))
}

/** The point, or its tags, changed or went. */
export async function notePoint(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly pointId: PointId },
): Promise<void> {
  await sql`insert into fact_due (vault_no, subject)
    select no, ${of.pointId} from vault where id = ${of.vaultId}
    on conflict do nothing`.execute(queries(tx))
}

/** The same for a point of which only the id is known; one that is not there is fine. */
export async function notePointById(tx: Tx, id: PointId): Promise<void> {
  await sql`insert into fact_due (vault_no, subject)
    select vault.no, point.id from point cross join vault on vault.id = point.vault_id
    where point.id = ${id}
    on conflict do nothing`.execute(queries(tx))
}

/** Tags of the vault or the points of that ARN changed. */
export async function noteArn(tx: Tx, arn: string): Promise<void> {
  await sql`insert into fact_due (vault_no, subject)
    select no, ${THE_VAULT} from vault where arn = ${arn} and state <> 'DELETING'
    on conflict do nothing`.execute(queries(tx))
  await sql`insert into fact_due (vault_no, subject)
    select vault.no, point.id from point cross join vault on vault.id = point.vault_id
    where point.arn = ${arn}
    on conflict do nothing`.execute(queries(tx))
}
