// Faults raised on purpose, in development. There are a handful at most.

import { sql } from 'kysely'
import { type Fault, type FaultMatch, strikes } from '../model/index.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'

/** A fault and how often it has struck. */
export interface FaultRow extends Fault {
  readonly id: number
  readonly raised: number
}

/** More would be a test that forgets to clear. */
const FAULTS_MAX = 100

/** Adds a fault; false when there are too many. */
export async function add(tx: Tx, fault: Fault): Promise<boolean> {
  if ((await list(tx)).length >= FAULTS_MAX) return false
  await queries(tx)
    .insertInto('fault')
    .values({
      name: fault.name,
      match: JSON.stringify(fault.match),
      times_left: fault.times ?? null,
      seconds: fault.seconds ?? null,
    })
    .execute()
  return true
}

/** All that are not over, the oldest first; `times` is what is left. */
export async function list(tx: ReadTx): Promise<FaultRow[]> {
  const rows = await queries(tx)
    .selectFrom('fault')
    .selectAll()
    // Those that are over must not take the place of others.
    .where((fault) => fault.or([fault('times_left', 'is', null), fault('times_left', '>', 0)]))
    .orderBy('id')
    .limit(FAULTS_MAX)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    match: JSON.parse(row.match) as FaultMatch,
    raised: row.raised,
    ...(row.times_left === null ? {} : { times: row.times_left }),
    ...(row.seconds === null ? {} : { seconds: row.seconds }),
  }))
}

/** The first fault that strikes this job, counted. */
export async function strike(
  tx: Tx,
  job: Parameters<typeof strikes>[1],
): Promise<FaultRow | undefined> {
  const fault = (await list(tx)).find(({ match }) => strikes(match, job))
  if (!fault) return undefined
  await queries(tx)
    .updateTable('fault')
    .set({ raised: sql<number>`raised + 1`, times_left: sql<number>`times_left - 1` })
    .where('id', '=', fault.id)
    .execute()
  return fault
}

/** Forgets all faults. */
export async function clear(tx: Tx): Promise<void> {
  await queries(tx).deleteFrom('fault').execute()
}
