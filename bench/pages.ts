// What a page of 1,000 rows costs a server's thread: from the operation's input to the bytes of
// its answer, in CPU time, for every list that can be so long. With another checkout of the
// project, the same there, in turns with here, and the ratio.
//
//   node bench/pages.ts [--than FOLDER] [--rounds 5]

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ApiContext } from '../src/api/index.ts'
import type { NewJob, PointRow, Tx, VaultRow } from '../src/catalog/index.ts'

const ROWS = 1000
const WARMING = 20
/** Of one batch; the batch that others on the machine disturbed least counts. */
const PAGES = 5
const BATCHES = 12
const ACCOUNT = '123456789012'
const REGION = 'eu-west-1'
const HOME = path.resolve(import.meta.dirname, '..')

const LISTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListBackupVaults: {},
  ListBackupJobs: {},
  ListCopyJobs: {},
  ListRestoreJobs: {},
  ListRecoveryPointsByBackupVault: { BackupVaultName: 'vault-0' },
  ListRecoveryPointsByResource: { ResourceArn: resourceArn() },
}

const { values: options } = parseArgs({
  options: {
    than: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    here: { type: 'string' },
  },
})

type Costs = Record<string, number>

/** Rounds in processes of their own, in turns; the best one counts. */
function compare(other: string | undefined, rounds: number): void {
  const trees = other === undefined ? [HOME] : [path.resolve(other), HOME]
  const costs = trees.map((): Costs[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, tree] of trees.entries()) costs[i]?.push(apart(tree))
  }
  process.stdout.write('| a page of 1,000 rows | ms of CPU, there and here | here / there |\n')
  process.stdout.write('| --- | ---: | ---: |\n')
  for (const list of Object.keys(LISTS)) {
    const best = costs.map((each) => Math.min(...each.map((cost) => cost[list] ?? Number.NaN)))
    const [there = Number.NaN, here = Number.NaN] = best
    const shown = best.map((ms) => ms.toFixed(1)).join(' → ')
    const ratio = best.length > 1 ? (here / there).toFixed(2) : ''
    process.stdout.write(`| ${list} | ${shown} | ${ratio} |\n`)
  }
}

function apart(tree: string): Costs {
  const argv = [import.meta.filename, '--here', tree]
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Costs
}

/** Milliseconds of CPU for a page of each list, by the code of that checkout. */
async function measure(tree: string): Promise<Costs> {
  const room = (name: string) => import(path.join(tree, 'src', name, 'index.ts'))
  const { operations }: typeof import('../src/api/index.ts') = await room('api')
  const { model, writeResponse }: typeof import('../src/wire/index.ts') = await room('wire')
  const catalogRoom: typeof import('../src/catalog/index.ts') = await room('catalog')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-pages-'))
  const catalog = await catalogRoom.openCatalog({ file: path.join(folder, 'catalog.db') })
  try {
    await catalog.transaction((tx) => fill(tx, catalogRoom))
    const context = {
      catalog,
      clock: { now: () => Date.now(), sleep: async () => undefined },
      progress: { latest: () => undefined },
    } as unknown as ApiContext
    const caller = { account: ACCOUNT, region: REGION } as never
    const costs: Costs = {}
    for (const [name, input] of Object.entries(LISTS)) {
      const operation = operations[name]
      const shape = model.operations[name]
      if (!operation || !shape) throw new Error(`there is no ${name}`)
      const page = async () =>
        Buffer.from(writeResponse(shape, await operation(input, caller, context)).body)
      const rows = (await page()).toString().match(/"CreationDate"/g)?.length
      if (rows !== ROWS) throw new Error(`${name} gave ${rows} rows`)
      for (let i = 0; i < WARMING; i += 1) await page()
      costs[name] = Number.POSITIVE_INFINITY
      for (let batch = 0; batch < BATCHES; batch += 1) {
        const before = process.cpuUsage()
        for (let i = 0; i < PAGES; i += 1) await page()
        const { user, system } = process.cpuUsage(before)
        costs[name] = Math.min(costs[name], (user + system) / 1000 / PAGES)
      }
    }
    return costs
  } finally {
    await catalog.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function uuid(group: string, n: number): string {
  return `${group.repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`
}

function vaultId(n: number): string {
  return n.toString(16).padStart(32, '0')
}

function vaultArn(n: number): string {
  return `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:vault-${n}`
}

function pointArn(n: number): string {
  return `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:${uuid('B', n)}`
}

function resourceArn(): string {
  return `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-0123456789abcdef0`
}

/** Rows as a server that has lived keeps them. */
async function fill(tx: Tx, room: typeof import('../src/catalog/index.ts')): Promise<void> {
  for (let n = 0; n < ROWS; n += 1) {
    await room.vaults.insert(tx, vaultRow(n))
    await room.points.insert(tx, pointRow(n))
    for (const kind of ['backup', 'copy', 'restore'] as const) {
      await room.jobs.insert(tx, jobRow(kind, n))
    }
  }
}

const at = (n: number) => 1_790_000_000_000 + n * 60_000
const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${uuid('C', 1).toLowerCase()}`
const place = { account: ACCOUNT, region: REGION }
const resource = {
  ...{ resourceArn: resourceArn(), resourceType: 'EFS', resourceName: 'home', keyArn },
  iamRoleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`,
  lifecycle: { moveToColdStorageAfterDays: 30, deleteAfterDays: 365 },
}

function vaultRow(n: number): VaultRow {
  const [id, arn, name] = [vaultId(n), vaultArn(n), `vault-${n}`]
  const row = { ...place, id, arn, name, keyArn, createdAt: at(n), creatorRequestId: uuid('D', n) }
  return { ...row, type: 'BACKUP_VAULT', state: 'AVAILABLE' } as unknown as VaultRow
}

function pointRow(n: number): PointRow {
  const lifecycle = { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 365 }
  return {
    ...{ ...place, ...resource, id: uuid('B', n), arn: pointArn(n), vaultId: vaultId(0) },
    ...{ vaultArn: vaultArn(0), vaultName: 'vault-0', status: 'COMPLETED', lifecycle },
    ...{ createdAt: at(n), initiatedAt: at(n), completedAt: at(n) + 5000, jobId: uuid('A', n) },
    ...{ backupSizeBytes: 123_456_789, storageClass: 'WARM', isParent: false },
    restoreMetadata: {},
  } as unknown as PointRow
}

function jobRow(kind: 'backup' | 'copy' | 'restore', n: number): NewJob {
  const lifecycle = { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 365 }
  const details = {
    backup: { vaultId: vaultId(0), tags: {}, lifecycle },
    copy: { sourceVaultId: vaultId(0), sourcePointId: uuid('B', n), pointLifecycle: lifecycle },
    restore: { vaultId: vaultId(0), pointId: uuid('B', n), target: '/restored', metadata: {} },
  }
  return {
    ...{ ...place, ...resource, id: uuid({ backup: 'A', copy: 'E', restore: 'F' }[kind], n), kind },
    ...{ state: 'COMPLETED', createdAt: at(n), startedAt: at(n), completedAt: at(n) + 5000 },
    ...{ vaultArn: vaultArn(0), vaultName: 'vault-0', backupSizeBytes: 123_456_789 },
    ...{ sourcePointArn: pointArn(n), pointArn: pointArn(n), destinationVaultArn: vaultArn(1) },
    detail: { kind, pointId: uuid('B', n), pointArn: pointArn(n), ...details[kind] },
  } as unknown as NewJob
}

if (options.here) process.stdout.write(JSON.stringify(await measure(options.here)))
else compare(options.than, Number(options.rounds))
