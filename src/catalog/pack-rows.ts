// Rows of packs and uses that planning, recording and sweeping share. The caller has locked the
// vault.

import { sql } from 'kysely'
import type { JobId, PackName } from '../model/index.ts'
import { listAsTable, namesAsTable } from './bulk.ts'
import type { PackState } from './schema.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import type { LockedVault } from './vault-lock.ts'

/** Where a pack stands: `at` is its place in the list of names that was asked about. */
export interface PackStanding {
  readonly at: number
  readonly no: number
  readonly state: PackState
  readonly damaged: boolean
  readonly putBy: string | null
  /** When the lease of the job that puts it ends; null when nobody holds that job. */
  readonly heldUntil: number | null
}

/** The packs of these names that have a row. */
export async function rowsOf(
  tx: ReadTx,
  vault: LockedVault,
  names: readonly PackName[],
): Promise<PackStanding[]> {
  if (names.length === 0) return []
  const { rows } = await sql<Omit<PackStanding, 'damaged'> & { damaged: number }>`
    select given.at, pack.no, pack.state, pack.damaged_at is not null as damaged,
      pack.put_by as "putBy", job.lease_until as "heldUntil"
    from ${namesAsTable(names)} as given
    cross join pack on pack.vault_no = ${vault.no} and pack.name = given.name
    left join job on job.id = pack.put_by and job.completed_at is null`.execute(queries(tx))
  return rows.map((row) => ({ ...row, damaged: row.damaged === 1 }))
}

/** Adds the job's use of the vault; the first one stays. */
export async function insertUse(tx: Tx, vault: LockedVault, jobId: JobId): Promise<void> {
  await queries(tx)
    .insertInto('use')
    .values({
      job_id: jobId,
      vault_no: vault.no,
      generation: vault.generation,
      first_no: vault.nextPackNo,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Throws (a bug) when the job does not use the vault: what it saw there could be deleted. */
export async function mustUse(tx: Tx, vault: LockedVault, jobId: JobId): Promise<void> {
  const use = await queries(tx)
    .selectFrom('use')
    .select('generation')
    .where('job_id', '=', jobId)
    .where('vault_no', '=', vault.no)
    .executeTakeFirst()
  if (use === undefined) throw new Error(`job ${jobId} relies on packs of a vault it does not use`)
}

/** Makes condemned packs of these numbers live again. */
export async function revive(
  tx: Tx,
  vault: LockedVault,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return
  await sql`update pack set state = 'live', generation = null
    where vault_no = ${vault.no} and state = 'condemned'
      and no in (select value from ${listAsTable(numbers)})`.execute(queries(tx))
}
