// Bytes that rot, disks that fill, and jobs that wait for each other, on the simulated disk: what
// fails a job and with which words, what is only waited for, and that nobody waits for ever.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type JobRow, jobs, vaults } from '../../src/catalog/index.ts'
import { clearUp, startRestore, startSweep } from '../../src/jobs/index.ts'
import type { JobId } from '../../src/model/index.ts'
import { SimDisk } from '../sim/disk.ts'
import { broken, strays } from './invariants.ts'
import { makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, HOME, JobWorld, ROLE } from './job-world.ts'
import { copy, deleteCopy, oneCopy, onePoint, pointsIn, startOneBackup } from './scenes.ts'

let folder: string
let disk: SimDisk
let world: JobWorld
const told = { jobs: [] as JobId[], deleted: [] as string[] }

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-troubles-'))
  disk = new SimDisk()
  makeTree(options().tree)
  world = await JobWorld.open(options())
})

afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a copy fails on a damaged source pack, names it, and leaves nothing', async () => {
  await onePoint(world)
  const pack = packsOf(HOME.region)[0] ?? ''
  disk.damage(pack, 100)
  const job = await copied()
  assert.equal(job.state, 'FAILED')
  assert.deepEqual(job.failure, {
    code: 'PackDamaged',
    pack: path.basename(pack),
    vaultArn: job.vaultArn,
  })
  await assertNothingCopied()
})

test('a copy fails on a missing source pack, names it, and leaves nothing', async () => {
  await onePoint(world)
  const pack = packsOf(HOME.region)[1] ?? ''
  await disk.unlink(pack)
  const job = await copied()
  assert.equal(job.state, 'FAILED')
  assert.deepEqual(job.failure, {
    code: 'PackDamaged',
    pack: path.basename(pack),
    vaultArn: job.vaultArn,
  })
  await assertNothingCopied()
})

test('a copy onto a full disk waits and then goes on', async () => {
  await onePoint(world)
  disk.failNext('copyFile', 'ENOSPC', 1)
  const job = await copied()
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.attempt, 2)
  assert.match(world.troubles.join(), /file system is full/)
  assert.deepEqual(await wrong(), [])
})

test('a copy whose sync fails is made anew from its source', async () => {
  await onePoint(world)
  disk.failNext('datasync', 'EIO')
  const job = await copied()
  assert.equal(job.state, 'COMPLETED')
  assert.match(world.troubles.join(), /input\/output error/)
  const after = disk.afterPowerCut(0)
  assert.deepEqual(broken(await evidenceOf({ ...options(), disk: after })), [])
})

test('a copy waits for packs that a troubled sweep holds, and that sweep not for the copy', {
  timeout: 20_000,
}, async () => {
  await oneCopy(world)
  const [wanted] = await pointsIn(world, HOME, 'daily')
  await startOneBackup(world, told, 'of other packs')
  await world.runAll()
  await copy(world, told, 'of other packs')
  await world.runAll()
  // The deletion removes a manifest; the sweep after it takes its packs and cannot delete them.
  disk.failNext('unlink', 'EIO', 1)
  await deleteCopy(world, told, 'the first')
  await world.attempts()
  await world.attempts()
  assert.match(world.troubles.join(), /input\/output error/)
  // Meanwhile one of those packs is wanted again, and other packs are not wanted any more.
  const job = await copy(world, told, 'again', wanted?.arn)
  await deleteCopy(world, told, 'of other packs')
  await world.runAll()
  assert.equal((await jobOf(job)).state, 'COMPLETED')
  assert.deepEqual(await wrong(), [])
})

test('a manifest whose job failed after sealing it goes with the next sweep', async () => {
  await onePoint(world)
  const { catalog, random, clock } = world.context
  await copy(world, told)
  const by = { owner: 'test', now: clock.now(), leaseMs: 1_000_000_000, kinds: ['copy'] as const }
  const claim = await catalog.transaction((tx) => jobs.claim(tx, by))
  assert.ok(claim?.job.detail.kind === 'copy')
  const { pointId } = claim.job.detail
  const vaultRow = await catalog.read((tx) => vaults.byName(tx, { ...AWAY, name: 'offsite' }))
  assert.ok(vaultRow)
  const open = await world.context.vaults.open(vaultRow)
  const facts = { resourceArn: 'r', resourceType: 'EFS', createdAt: 1, backupSizeBytes: 0 }
  const draft = {
    pointId,
    jobId: claim.job.id,
    fence: claim.fence,
    facts: { ...facts, driver: 'directory', entries: 0, logicalBytes: 0 },
    packs: [],
    entryBlocks: [],
  }
  await open.sealManifest(draft, random)
  const manifest = `/stores/${AWAY.region}/${vaultRow.id}/points/${pointId}`
  const sweep = async () => {
    await startSweep(world.admission, { from: AWAY, vaultName: 'offsite' })
    await world.attempts()
  }

  // Its lease is still held, so the job may yet tell the catalog of its point.
  await sweep()
  assert.ok(disk.tree().includes(manifest))
  const end = { state: 'FAILED', completedAt: clock.now() } as const
  await catalog.transaction((tx) => jobs.finish(tx, claim, end))
  await sweep()
  assert.equal(disk.tree().includes(manifest), false)
  assert.deepEqual(await wrong(), [])
})

function options() {
  return {
    disk,
    catalogFile: path.join(folder, 'catalog.db'),
    tree: path.join(folder, 'tree'),
    puts: [],
  }
}

/** Copies the one point; answers how the job ended. */
async function copied(): Promise<JobRow> {
  const job = await copy(world, told)
  await world.runAll()
  return jobOf(job)
}

async function jobOf(id: JobId): Promise<JobRow> {
  const job = await world.context.catalog.read((tx) => jobs.byId(tx, id))
  assert.ok(job)
  return job
}

async function assertNothingCopied(): Promise<void> {
  assert.deepEqual(await pointsIn(world, AWAY, 'offsite'), [])
  await world.sweep(AWAY, 'offsite')
  assert.deepEqual(packsOf(AWAY.region), [])
}

function packsOf(region: string): string[] {
  return disk.tree().filter((file) => file.includes(`/${region}/`) && /[0-9a-f]{64}$/.test(file))
}

async function wrong(): Promise<string[]> {
  const evidence = await evidenceOf(options())
  return [...broken(evidence), ...strays(evidence)]
}

test('a restore that is given up leaves no folder of its own in its target', async () => {
  await onePoint(world)
  const target = path.join(folder, 'restored')
  const [point] = await pointsIn(world, HOME, 'daily')
  const { id } = await startRestore(world.admission, {
    from: HOME,
    pointArn: point?.arn ?? '',
    roleArn: ROLE,
    metadata: { 'copyhold:path': target },
  })
  // The manifest, the tables and some of the content can be read, then no more.
  const reads = () => disk.calls.filter((call) => call.startsWith('read ')).length
  const before = reads()
  for (let skip = 0; !staged(target) && skip < 60; skip += 1) {
    disk.failNext('read', 'EIO', skip)
    await world.attempts()
    await world.context.clock.sleep(10_000)
  }
  assert.ok(reads() > before)
  assert.ok(staged(target), 'the restore was interrupted')
  // Two hours later the engine gives it up.
  await clearUp(world.context, { job: await jobOf(id) })
  assert.deepEqual(staged(target), undefined)
})

function staged(target: string): string | undefined {
  return existsSync(target)
    ? readdirSync(target).find((name) => name.startsWith('.copyhold-restore-'))
    : undefined
}
