// The outbox of facts: what of a vault must outlive the catalog goes from here to its store. A
// record's number and words are kept before it is put, so that a crash between the put and its
// being forgotten here repeats the same record; numbers are never used again.

import {
  type Fact,
  type PointFact,
  type PointId,
  parsePointId,
  parseRegionName,
  parseVaultId,
  type RegionName,
  type ResourceFact,
  type VaultFact,
  type VaultId,
} from '../model/index.ts'
import { THE_VAULT } from './fact-due.ts'
import * as points from './points.ts'
import * as resources from './resources.ts'
import type { PointRow, VaultRow } from './rows.ts'
import * as tags from './tags.ts'
import { queries, type ReadTx, type Tx } from './transaction.ts'
import * as vaultPolicies from './vault-policies.ts'
import * as vaults from './vaults.ts'

export { noteVault } from './fact-due.ts'

/** What is to be put into a vault's store under that number. */
export interface DueRecord {
  readonly number: number
  /** The record up to which it makes those before it needless; 0 when it does not. */
  readonly replaces: number
  readonly facts: readonly Fact[]
}

/** Facts of one record. */
const FACTS_AT_ONCE = 200
const VAULTS_AT_ONCE = 1000

/** The vaults of which something is to be written. */
export async function dueVaults(tx: ReadTx): Promise<VaultId[]> {
  const db = queries(tx)
  const due = db.selectFrom('fact_due').select('vault_no').distinct()
  const begun = db.selectFrom('fact_record').select('vault_no')
  const rows = await db
    .selectFrom(due.union(begun).as('due'))
    .innerJoin('vault', 'vault.no', 'due.vault_no')
    .select('vault.id')
    .execute()
  return rows.map((row) => parseVaultId(row.id))
}

/**
 * The record to put next: the one that was taken before and not said to be written, or a new one of
 * up to 200 subjects that are due. Undefined when all is written, or the vault is gone.
 */
export async function take(tx: Tx, vaultId: VaultId): Promise<DueRecord | undefined> {
  const db = queries(tx)
  const vault = await vaults.byId(tx, vaultId)
  const at = await numbersOf(tx, vaultId)
  if (vault === undefined || at === undefined) return undefined
  const begun = await db
    .selectFrom('fact_record')
    .select(['number', 'facts', 'replaces'])
    .where('vault_no', '=', at.no)
    .executeTakeFirst()
  if (begun !== undefined) return { ...begun, facts: JSON.parse(begun.facts) as Fact[] }
  const due = await db
    .selectFrom('fact_due')
    .select('subject')
    .where('vault_no', '=', at.no)
    .orderBy('subject')
    .limit(FACTS_AT_ONCE)
    .execute()
  const last = due.at(-1)?.subject
  if (last === undefined) return undefined
  const facts: Fact[] = []
  for (const { subject } of due) {
    const isVault = subject === THE_VAULT
    facts.push(
      isVault ? await tellVault(tx, vault) : await tellPoint(tx, vaultId, parsePointId(subject)),
    )
  }
  const number = at.next
  const text = JSON.stringify(facts)
  await db.insertInto('fact_record').values({ vault_no: at.no, number, facts: text }).execute()
  await db
    .updateTable('vault')
    .set({ next_fact_no: number + 1 })
    .where('no', '=', at.no)
    .execute()
  await db
    .deleteFrom('fact_due')
    .where('vault_no', '=', at.no)
    .where('subject', '<=', last)
    .execute()
  // What a later attempt reads from the row is what this one puts.
  return { number, replaces: 0, facts: JSON.parse(text) as Fact[] }
}

/** The record is durable in the store. Again is fine. */
export async function written(
  tx: Tx,
  of: { readonly vaultId: VaultId; readonly number: number },
): Promise<void> {
  const at = await numbersOf(tx, of.vaultId)
  if (at === undefined) return
  const record = await queries(tx)
    .deleteFrom('fact_record')
    .where('vault_no', '=', at.no)
    .where('number', '=', of.number)
    .returning('replaces')
    .executeTakeFirst()
  if (record === undefined || record.replaces === 0) return
  await queries(tx)
    .updateTable('vault')
    .set({ facts_replaced: record.replaces, snapshot_behind: null, snapshot_told: null })
    .where('no', '=', at.no)
    .execute()
}

/** Gives up what is still to be written of a vault whose files go anyway. */
export async function forget(tx: Tx, vaultId: VaultId): Promise<void> {
  const at = await numbersOf(tx, vaultId)
  if (at === undefined) return
  await queries(tx).deleteFrom('fact_due').where('vault_no', '=', at.no).execute()
  await queries(tx).deleteFrom('fact_record').where('vault_no', '=', at.no).execute()
}

/**
 * Up to 1,000 vaults behind the vault of that number (from 0), each with a record number under
 * which nothing was put yet. In a store where something lies under it, the catalog is not the
 * newest that wrote there.
 */
export async function nextNumbers(
  tx: ReadTx,
  after: number,
): Promise<{ no: number; id: VaultId; region: RegionName; isCold: boolean; number: number }[]> {
  const rows = await queries(tx)
    .selectFrom('vault')
    .select(['no', 'id', 'region', 'type', 'next_fact_no'])
    .where('no', '>', after)
    .orderBy('no')
    .limit(VAULTS_AT_ONCE)
    .execute()
  return rows.map((row) => ({
    no: row.no,
    id: parseVaultId(row.id),
    region: parseRegionName(row.region),
    isCold: row.type === 'COLD_PART',
    number: row.next_fact_no,
  }))
}

async function numbersOf(
  tx: ReadTx,
  id: VaultId,
): Promise<{ no: number; next: number } | undefined> {
  const row = await queries(tx)
    .selectFrom('vault')
    .select(['no', 'next_fact_no'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { no: row.no, next: row.next_fact_no }
}

/** All that the vault's fact says. */
export async function tellVault(tx: ReadTx, vault: VaultRow): Promise<Fact> {
  if (vault.state === 'DELETING') return { kind: 'vault deleted' }
  const fact: VaultFact = {
    kind: 'vault',
    name: vault.name,
    arn: vault.arn,
    account: vault.account,
    region: vault.region,
    type: vault.type,
    keyArn: vault.keyArn,
    createdAt: vault.createdAt,
    creatorRequestId: vault.creatorRequestId,
    unconfirmed: vault.unconfirmed,
    policy: await vaultPolicies.of(tx, vault.id),
    copyMode: vault.copyMode,
    lock: vault.lock,
    tags: await tags.of(tx, vault.arn),
  }
  return fact
}

/** All that the point's fact says: of one that is gone or going, that it was deleted. */
export async function tellPoint(tx: ReadTx, vaultId: VaultId, pointId: PointId): Promise<Fact> {
  const point = await points.byId(tx, pointId)
  if (point?.vaultId !== vaultId || point.status === 'DELETING') {
    return { kind: 'point deleted', pointId }
  }
  const resource = await registration(tx, point)
  const fact: PointFact = {
    kind: 'point',
    pointId,
    arn: point.arn,
    status: point.status,
    resourceArn: point.resourceArn,
    resourceType: point.resourceType,
    resourceName: point.resourceName,
    iamRoleArn: point.iamRoleArn,
    createdAt: point.createdAt,
    initiatedAt: point.initiatedAt,
    completedAt: point.completedAt,
    backupSizeBytes: point.backupSizeBytes,
    lifecycle: point.lifecycle,
    storageClass: point.storageClass,
    keyArn: point.keyArn,
    sourceVaultArn: point.sourceVaultArn,
    createdBy: point.createdBy,
    parentPointArn: point.parentPointArn,
    compositeMember: point.compositeMember,
    isParent: point.isParent,
    lastRestoredAt: point.lastRestoredAt,
    jobId: point.jobId,
    restoreMetadata: point.restoreMetadata,
    message: point.message,
    unconfirmed: point.unconfirmed,
    tags: await tags.of(tx, point.arn),
    resource,
  }
  return fact
}

/** Only to its own account is told what the point's resource is on this machine. */
async function registration(tx: ReadTx, point: PointRow): Promise<ResourceFact | undefined> {
  const row = await resources.byArn(tx, point.resourceArn)
  if (row?.account !== point.account) return undefined
  const { region, name, driver, config, createdAt } = row
  return { region, name, driver, path: config.path, createdAt }
}
