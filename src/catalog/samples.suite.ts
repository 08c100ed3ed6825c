// What the catalog's tests begin with: a catalog in a temporary folder, and rows that are whole
// unless a test says otherwise.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import {
  DeletionPermit,
  type PointId,
  parseAccountId,
  parseJobId,
  parsePackName,
  parsePointId,
  parseRegionName,
  parseVaultId,
  VaultDeletionPermit,
  type VaultId,
} from '../model/index.ts'
import { type Catalog, catalogOn, openCatalog } from './catalog.ts'
import { migrations } from './migrate.ts'
import type { JobRow, NewJob, PointRow, VaultRow } from './rows.ts'
import { connectionOptions } from './sqlite.ts'

export const ACCOUNT = parseAccountId('111122223333')
export const REGION = parseRegionName('eu-west-1')

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'catalog-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** An empty catalog that is closed and gone after the test. */
export async function emptyCatalog(t: TestContext): Promise<Catalog> {
  const folder = temporaryFolder(t)
  const catalog = await openCatalog({ file: path.join(folder, 'catalog.db') })
  t.after(() => catalog.close())
  return catalog
}

/** A connection that remembers what it was asked. */
class Heard extends DatabaseSync {
  readonly statements = new Set<string>()

  override prepare(text: string) {
    this.statements.add(text)
    return super.prepare(text)
  }
}

/** An empty catalog and the connection below it, without syncs, for tests that look inside. */
export async function openedCatalog(t: TestContext): Promise<{ catalog: Catalog; below: Heard }> {
  const below = new Heard(path.join(temporaryFolder(t), 'catalog.db'), connectionOptions)
  below.exec('pragma journal_mode = wal; pragma synchronous = off')
  const catalog = await catalogOn(below, migrations)
  t.after(() => catalog.close())
  return { catalog, below }
}

const uuid = (group: string, n: number) =>
  `${group.padEnd(8, '0')}-0000-0000-0000-${String(n).padStart(12, '0')}`
export const jobId = (n: number) => parseJobId(uuid('A', n))
export const pointId = (n: number) => parsePointId(uuid('B', n))
export const vaultId = (n: number) => parseVaultId(n.toString(16).padStart(32, '0'))
export const packName = (n: number) => parsePackName(n.toString(16).padStart(64, '0'))
export const packNames = (count: number) => Array.from({ length: count }, (_, n) => packName(n + 1))

/** Permits as the rules of the lock give them where nothing is locked. */
export const permit = (id: PointId) => DeletionPermit.ofMarked({ id, status: 'DELETING' })

export function vaultPermit(id: VaultId): VaultDeletionPermit {
  const given = VaultDeletionPermit.ofEmpty({ id, name: 'vault', points: 0 })
  assert.ok(!('code' in given))
  return given
}

export function vaultRow(n: number, but: Partial<VaultRow> = {}): VaultRow {
  const name = but.name ?? `vault-${n}`
  return {
    id: vaultId(n),
    account: ACCOUNT,
    region: REGION,
    name,
    arn: `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:${name}`,
    type: 'BACKUP_VAULT',
    state: 'AVAILABLE',
    keyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`,
    createdAt: 1000 + n,
    ...but,
  }
}

export function backupJob(n: number, but: Partial<NewJob> = {}): NewJob {
  return {
    id: jobId(n),
    kind: 'backup',
    account: ACCOUNT,
    region: REGION,
    state: 'CREATED',
    detail: {
      kind: 'backup',
      vaultId: vaultId(1),
      pointId: pointId(n),
      pointArn: `arn:point:${n}`,
      tags: {},
    },
    createdAt: 1000 + n,
    resourceArn: 'arn:resource:1',
    resourceType: 'EFS',
    vaultName: 'vault-1',
    ...but,
  }
}

export function copyJob(n: number, but: Partial<NewJob> = {}): NewJob {
  return {
    id: jobId(n),
    kind: 'copy',
    account: ACCOUNT,
    region: REGION,
    state: 'CREATED',
    detail: {
      kind: 'copy',
      sourceVaultId: vaultId(1),
      sourcePointId: pointId(1),
      destinationVaultArn: vaultRow(2).arn,
      pointId: pointId(n),
      pointArn: `arn:point:${n}`,
    },
    createdAt: 1000 + n,
    destinationVaultArn: vaultRow(2).arn,
    sourcePointArn: 'arn:point:1',
    ...but,
  }
}

export function sweepJob(n: number, but: Partial<NewJob> = {}): NewJob {
  const detail = { kind: 'sweep', vaultId: vaultId(1) } as const
  return { ...backupJob(n), kind: 'sweep', detail, ...but }
}

export function pointRow(n: number, but: Partial<PointRow> = {}): PointRow {
  const vault = vaultRow(1)
  return {
    id: pointId(n),
    arn: `arn:point:${n}`,
    vaultId: vault.id,
    vaultArn: vault.arn,
    vaultName: vault.name,
    account: ACCOUNT,
    region: REGION,
    status: 'COMPLETED',
    resourceArn: 'arn:resource:1',
    resourceType: 'EFS',
    createdAt: 1000 + n,
    initiatedAt: 1000 + n,
    completedAt: 2000 + n,
    backupSizeBytes: 5,
    storageClass: 'WARM',
    keyArn: vault.keyArn,
    isParent: false,
    jobId: jobId(n),
    restoreMetadata: {},
    ...but,
  }
}

/** What a claimed job looks like to the functions that take a claim. */
export const heldBy = (job: JobRow, owner = 'engine-1') => ({
  job,
  fence: job.fence,
  owner,
  leaseMs: 60_000,
})
