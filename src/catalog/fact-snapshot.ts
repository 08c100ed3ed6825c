// Telling a vault's facts anew, so that the records before need not be kept: step by step, each a
// record of bounded size, between which other facts may be written. The last of them replaces all
// that came before the first. Facts of what is gone are not told again.

import { sql } from 'kysely'
import { type Fact, parsePointId, parseVaultId, type VaultId } from '../model/index.ts'
import { THE_VAULT } from './fact-due.ts'
import { type DueRecord, tellPoint, tellVault } from './facts.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import * as vaults from './vaults.ts'

/** When facts are told anew, and how many at once. */
export interface SnapshotLimits {
  /** Records that may always pile up. */
  readonly records: number
  /** And so many for each record that it takes to tell everything. */
  readonly perRecord: number
  /** Facts of one record. */
  readonly factsAtOnce: number
}

export const SNAPSHOT_LIMITS: SnapshotLimits = { records: 64, perRecord: 4, factsAtOnce: 200 }

/** Numbers of records that are not needed any more: from `after`, not itself, up to `upTo`. */
export interface ReplacedRecords {
  readonly after: number
  readonly upTo: number
}

/** Vaults whose facts are being told anew, or whose replaced records are still there. */
export async function movingVaults(tx: ReadTx): Promise<VaultId[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .select('id')
    .where(sql<boolean>`(snapshot_behind is not null or facts_dropped < facts_replaced)`)
    .execute()
  return rows.map((row) => parseVaultId(row.id))
}

/**
 * The next record that tells facts anew, taken as `facts.take` takes one: put it, then say
 * `facts.written`. Undefined when that is not due, and while another record is not written.
 */
export async function takeStep(
  tx: Tx,
  vaultId: VaultId,
  limits: SnapshotLimits = SNAPSHOT_LIMITS,
): Promise<DueRecord | undefined> {
  const db = queries(tx)
  const vault = await vaults.byId(tx, vaultId)
  const at = await standing(tx, vaultId)
  if (vault?.state !== 'AVAILABLE' || !at || (await isWriting(tx, at.no))) return undefined
  const behind = at.behind ?? (await beginning(tx, vaultId, { at, limits }))
  if (behind === undefined) return undefined
  const subjects = await subjectsAfter(tx, { at, vaultId, limit: limits.factsAtOnce })
  const facts: Fact[] = []
  for (const subject of subjects) {
    const isVault = subject === THE_VAULT
    facts.push(
      isVault ? await tellVault(tx, vault) : await tellPoint(tx, vaultId, parsePointId(subject)),
    )
  }
  const isLast = subjects.length < limits.factsAtOnce
  const number = at.next
  const replaces = isLast ? behind : 0
  const text = JSON.stringify(facts)
  await db
    .insertInto('fact_record')
    .values({ vault_no: at.no, number, facts: text, replaces })
    .execute()
  await db
    .updateTable('vault')
    .set({
      next_fact_no: number + 1,
      snapshot_behind: behind,
      snapshot_told: subjects.at(-1) ?? at.told,
    })
    .where('no', '=', at.no)
    .execute()
  return { number, facts: JSON.parse(text) as Fact[], replaces }
}

/** Some of the replaced records, to be deleted from the store; undefined when all are gone. */
export async function replacedRecords(
  tx: ReadTx,
  vaultId: VaultId,
): Promise<ReplacedRecords | undefined> {
  const at = await standing(tx, vaultId)
  if (!at || at.dropped >= at.replaced) return undefined
  return { after: at.dropped, upTo: Math.min(at.replaced, at.dropped + DROPPED_AT_ONCE) }
}

/** Records up to that number are gone from the store. */
export async function dropped(tx: Tx, vaultId: VaultId, upTo: number): Promise<void> {
  await queries(tx)
    .updateTable('vault')
    .set({ facts_dropped: upTo })
    .where('id', '=', vaultId)
    .execute()
}

const DROPPED_AT_ONCE = 200

interface Standing {
  readonly no: number
  readonly next: number
  readonly replaced: number
  readonly dropped: number
  readonly behind: number | null
  readonly told: string | null
}

async function standing(tx: ReadTx, id: VaultId): Promise<Standing | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .select(['no', 'next_fact_no', 'facts_replaced', 'facts_dropped'])
    .select(['snapshot_behind', 'snapshot_told'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { no, next_fact_no: next, facts_replaced: replaced, facts_dropped } = row
  const { snapshot_behind: behind, snapshot_told: told } = row
  return { no, next, replaced, dropped: facts_dropped, behind, told }
}

async function isWriting(tx: ReadTx, vaultNo: number): Promise<boolean> {
  const row = await queries(tx)
    .selectFrom('fact_record')
    .select('number')
    .where('vault_no', '=', vaultNo)
    .executeTakeFirst()
  return row !== undefined
}

/** The number of the last record before the snapshot; undefined when none is due. */
async function beginning(
  tx: ReadTx,
  vaultId: VaultId,
  { at, limits }: { at: Standing; limits: SnapshotLimits },
): Promise<number | undefined> {
  const records = at.next - 1 - at.replaced
  if (records < limits.records) return undefined
  const subjects = 1 + (await vaults.countPoints(tx, vaultId))
  const whole = Math.ceil(subjects / limits.factsAtOnce)
  return records < limits.records + limits.perRecord * whole ? undefined : at.next - 1
}

/** The vault itself is the first, then its points in order of their ids. */
async function subjectsAfter(
  tx: ReadTx,
  of: { at: Standing; vaultId: VaultId; limit: number },
): Promise<string[]> {
  const { at, vaultId } = of
  const first = at.behind === null || at.told === null ? [THE_VAULT] : []
  const rows = await queries(tx)
    .selectFrom('point')
    .select('id')
    .where('vault_id', '=', vaultId)
    .where('id', '>', at.behind === null ? '' : (at.told ?? ''))
    .orderBy('id')
    .limit(of.limit - first.length)
    .execute()
  return [...first, ...rows.map((row) => row.id)]
}
