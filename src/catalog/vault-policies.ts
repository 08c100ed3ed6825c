// Access policies of vaults: the text that was put, which is told to the vault's store. What a
// policy may say is not the catalog's to judge.

import { sql } from 'kysely'
import type { VaultId } from '../model/index.ts'
import { noteVault } from './fact-due.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** The vault's policy as it was put; undefined when it has none. */
export async function of(tx: ReadTx, id: VaultId): Promise<string | undefined> {
  const row = await queries(tx)
    .selectFrom('vault_policy')
    .innerJoin('vault', 'vault.no', 'vault_policy.vault_no')
    .select('policy')
    .where('vault.id', '=', id)
    .executeTakeFirst()
  return row?.policy
}

/** Gives the vault that policy in place of any it has. */
export async function put(tx: Tx, id: VaultId, policy: string): Promise<void> {
  await sql`insert into vault_policy (vault_no, policy)
    select no, ${policy} from vault where id = ${id}
    on conflict (vault_no) do update set policy = excluded.policy`.execute(queries(tx))
  await noteVault(tx, id)
}

/** Takes the vault's policy away; one that has none is fine. */
export async function remove(tx: Tx, id: VaultId): Promise<void> {
  await sql`delete from vault_policy
    where vault_no in (select no from vault where id = ${id})`.execute(queries(tx))
  await noteVault(tx, id)
}
