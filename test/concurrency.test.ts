// Things that happen at the same time: copies of one point, deletions, sweeps and purges under
// running copies, two backups of one resource. Method: one real server, one tree of a few packs;
// after each scene the evidence on the disk is judged.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  InvalidResourceStateException,
  ListRecoveryPointsByBackupVaultCommand,
  StartBackupJobCommand,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup'
import type { RunningServer } from '../src/assembly/index.ts'
import { realEvidence } from './crash/disk-evidence.ts'
import { hasOpenJobs } from './crash/evidence.ts'
import { makeHeavyTree } from './crash/heavy-tree.ts'
import { broken, strays } from './crash/invariants.ts'
import { placesIn } from './crash/process.ts'
import { ROLE, realServer, User, until } from './real-server.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const MIB = 1024 * 1024
const TREE_BYTES = 66 * MIB

const folder = temporaryFolder()
const tree = path.join(folder.path, 'tree')
let server: RunningServer
let frankfurt: User
let ohio: User
let resource: string
let point: string
/** Lines of the put log when the test began. */
let putsBefore = 0

before(async () => {
  makeHeavyTree(tree, TREE_BYTES)
  server = await realServer(folder.path)
  frankfurt = new User(server.url, 'eu-central-1')
  ohio = new User(server.url, 'us-east-2')
  await frankfurt.createVault('daily')
  resource = await frankfurt.addDirectory(tree)
  point = await frankfurt.backUp('daily', resource)
})

beforeEach(() => {
  putsBefore = puts().length
})

after(async () => {
  await server.close()
  folder[Symbol.dispose]()
})

test('ten copies of one point at once put each pack once and give ten points', async () => {
  await ohio.createVault('ten')
  const jobs = await Promise.all(
    Array.from({ length: 10 }, () => frankfurt.startCopy(from(), ohio.vaultArn('ten'))),
  )
  const ends = await Promise.all(jobs.map((id) => frankfurt.copyEnd(id)))
  assert.deepEqual(new Set(ends.map((job) => job.State)), new Set(['COMPLETED']))
  const points = await pointsOf(ohio, 'ten')
  assert.deepEqual(points.sort(), ends.map((job) => job.DestinationRecoveryPointArn).sort())
  assert.equal(new Set(points).size, 10)
  const evidence = await realEvidence(folder.path)
  const source = evidence.vaults.flatMap((vault) => vault.manifests.get(idOf(point)) ?? [])
  assert.equal(packsPut(), source[0]?.packs.length)
  assert.deepEqual(await settled(), [])
})

test('the source of a running copy cannot be deleted, and the copy is completed', async () => {
  await ohio.createVault('source-wanted')
  const job = await frankfurt.startCopy(from(), ohio.vaultArn('source-wanted'))
  await assert.rejects(deletePoint(frankfurt, 'daily', point), (error) => {
    assert.ok(error instanceof InvalidResourceStateException)
    assert.equal(error.$metadata.httpStatusCode, 400)
    assert.match(String(error.message), new RegExp(job))
    return true
  })
  assert.equal((await frankfurt.copyEnd(job)).State, 'COMPLETED')
  assert.deepEqual(await settled(), [])
})

test('copies hold what they need while both vaults are swept over and over', async () => {
  await ohio.createVault('swept')
  const unneeded = await frankfurt.backUp('daily', resource)
  const to = ohio.vaultArn('swept')
  const first = await frankfurt.copy(from(), to)
  let copying = true
  const sweeping = [frankfurt.sweep('daily'), ohio.sweep('swept')].map(async (begun, at) => {
    await begun
    while (copying) await (at === 0 ? frankfurt.sweep('daily') : ohio.sweep('swept'))
  })
  // What the next copies need is what the deletion frees, at whatever stage of its sweep.
  await deletePoint(ohio, 'swept', first)
  const jobs = [await frankfurt.startCopy(from(), to)]
  await deletePoint(frankfurt, 'daily', unneeded)
  for (let more = 0; more < 3; more += 1) {
    const job = jobs.at(-1) ?? ''
    const copy = await frankfurt.copyEnd(job)
    await deletePoint(ohio, 'swept', copy.DestinationRecoveryPointArn ?? '')
    jobs.push(await frankfurt.startCopy(from(), to))
  }
  const ends = await Promise.all(jobs.map((id) => frankfurt.copyEnd(id)))
  copying = false
  await Promise.all(sweeping)
  assert.deepEqual(
    ends.map((job) => job.State),
    jobs.map(() => 'COMPLETED'),
  )
  assert.equal((await pointsOf(ohio, 'swept')).length, 1)
  // A pack that was swept away in between is rightly put again, so M5 is not asked.
  const wrong = (await settled()).filter((line) => !line.startsWith('M5'))
  assert.deepEqual(wrong, [])
})

test('a copy whose destination is deleted fails and leaves neither point nor files', async () => {
  await ohio.createVault('vanishing')
  const arn = ohio.vaultArn('vanishing')
  const job = await frankfurt.startCopy(from(), arn)
  await ohio.client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'vanishing' }))
  const end = await frankfurt.copyEnd(job)
  assert.equal(end.State, 'FAILED')
  assert.equal(end.StatusMessage, `Copy job failed because backup vault ${arn} does not exist.`)
  await assert.rejects(
    ohio.client.send(new DescribeBackupVaultCommand({ BackupVaultName: 'vanishing' })),
  )
  assert.deepEqual(await settled(), [])
})

test('a vault made again under the name of a deleted one can be copied into', async () => {
  await ohio.createVault('again')
  await ohio.client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'again' }))
  await ohio.createVault('again')
  const copy = await frankfurt.copy(from(), ohio.vaultArn('again'))
  assert.deepEqual(await pointsOf(ohio, 'again'), [copy])
  assert.deepEqual(await settled(), [])
})

test('a copy into its own vault is a second point and moves nothing', async () => {
  const copy = await frankfurt.copy(from(), frankfurt.vaultArn('daily'))
  assert.equal(packsPut(), 0)
  assert.notEqual(copy, point)
  const restored = path.join(folder.path, 'from-own-vault')
  await frankfurt.restore(copy, restored)
  assert.deepEqual(compareTrees(tree, restored), [])
  assert.deepEqual(await settled(), [])
})

test('a second copy of the same point moves no pack', async () => {
  await ohio.createVault('twice')
  await frankfurt.copy(from(), ohio.vaultArn('twice'))
  const before = packsPut()
  await frankfurt.copy(from(), ohio.vaultArn('twice'))
  assert.equal(packsPut(), before)
  assert.equal((await pointsOf(ohio, 'twice')).length, 2)
  assert.deepEqual(await settled(), [])
})

test('a resource backed up twice at once gives two points, both whole', async () => {
  await frankfurt.createVault('both')
  const points = await Promise.all([
    frankfurt.backUp('both', resource),
    frankfurt.backUp('both', resource),
  ])
  for (const [at, each] of points.entries()) {
    const restored = path.join(folder.path, `from-both-${at}`)
    await frankfurt.restore(each, restored)
    assert.deepEqual(compareTrees(tree, restored), [])
  }
  assert.deepEqual(await settled(), [])
})

test('a backup that is stopped leaves no point, and its packs are swept', async () => {
  await frankfurt.createVault('stopped')
  const { BackupJobId = '' } = await frankfurt.client.send(
    new StartBackupJobCommand({
      BackupVaultName: 'stopped',
      ResourceArn: resource,
      IamRoleArn: ROLE,
    }),
  )
  await until(async () => (packsPut() > 0 ? true : undefined))
  await frankfurt.client.send(new StopBackupJobCommand({ BackupJobId }))
  const job = await frankfurt.backupEnd(BackupJobId)
  assert.equal(job.State, 'ABORTED')
  assert.deepEqual(await pointsOf(frankfurt, 'stopped'), [])
  assert.deepEqual(await settled(), [])
})

function from(): { vault: string; point: string } {
  return { vault: 'daily', point }
}

function deletePoint(user: User, vault: string, arn: string): Promise<unknown> {
  return user.client.send(
    new DeleteRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: arn }),
  )
}

async function pointsOf(user: User, vault: string): Promise<string[]> {
  const { RecoveryPoints = [] } = await user.client.send(
    new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vault }),
  )
  return RecoveryPoints.map((each) => each.RecoveryPointArn ?? '')
}

function puts(): string[] {
  return readFileSync(placesIn(folder.path).putLog, 'utf8').trimEnd().split('\n')
}

/** Packs put since the test began. */
function packsPut(): number {
  return puts()
    .slice(putsBefore)
    .filter((line) => line.includes('/packs/')).length
}

/** The id in a recovery point's ARN. */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** What is wrong once no job is open any more. */
async function settled(): Promise<string[]> {
  const catalog = path.join(placesIn(folder.path).data, 'catalog.db')
  await until(async () => (hasOpenJobs(catalog) ? undefined : true))
  const evidence = await realEvidence(folder.path)
  const since = evidence.puts.slice(putsBefore)
  return [...broken({ ...evidence, puts: since }), ...strays(evidence)]
}
