// Packs in the store of which the catalog has no row, through real jobs on the simulated disk: when
// a sweep deletes them, and what makes it keep them.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { jobs, points, vaults } from '../../src/catalog/index.ts'
import { parsePackName } from '../../src/model/index.ts'
import { packObject } from '../../src/vault/index.ts'
import { SimDisk } from '../sim/disk.ts'
import { broken, strays } from './invariants.ts'
import { makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, JobWorld } from './job-world.ts'
import { copy, oneCopy, onePoint, pointsIn } from './scenes.ts'
import { addStrays } from './stray-scenes.ts'

const DAY_MS = 86_400_000

let folder: string
let disk: SimDisk
let world: JobWorld
let puts: string[]

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-strays-'))
  disk = new SimDisk()
  puts = []
  makeTree(options().tree)
  world = await JobWorld.open(options())
})

afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a sweep deletes a pack without a row a day after one first saw it, and says so', async () => {
  await onePoint(world)
  const names = await addStrays(world)
  await sweep()
  assert.deepEqual(packsAway(), [...names].sort())
  await world.context.clock.sleep(DAY_MS / 2)
  assert.equal((await sweep())?.packsFreed, 0)
  assert.deepEqual(packsAway(), [...names].sort())
  await world.context.clock.sleep(DAY_MS / 2)
  const freed = await sweep()
  assert.equal(freed?.packsFreed, names.length)
  assert.ok((freed?.bytesFreed ?? 0) > 0)
  assert.deepEqual(packsAway(), [])
  assert.deepEqual(strays(await evidenceOf(options())), [])
})

test('a pack without a row is adopted by the copy that wants it', async () => {
  await onePoint(world)
  const names = await addStrays(world)
  await sweep()
  const before = puts.length
  await copy(world, { jobs: [], deleted: [] })
  await world.runAll()
  await world.context.clock.sleep(2 * DAY_MS)
  await sweep()
  assert.deepEqual(packsAway(), [...names].sort())
  const put = puts.slice(before)
  assert.deepEqual(
    put.filter((name) => name.includes('/packs/')),
    [],
  )
  assert.deepEqual(broken(await evidenceOf(options())), [])
})

test('a pack that a manifest names is never deleted, though its catalog has lost its row', async () => {
  await oneCopy(world)
  const before = packsAway()
  // As in a catalog of another day.
  const [point] = await pointsIn(world, AWAY, 'offsite')
  assert.ok(point)
  const rows = new DatabaseSync(options().catalogFile)
  rows.exec(`
    delete from pack where vault_no = (select no from vault where region = '${AWAY.region}')`)
  rows.close()
  for (let sweeps = 0; sweeps < 4; sweeps += 1) {
    await sweep()
    assert.deepEqual(packsAway(), before)
    await world.context.clock.sleep(2 * DAY_MS)
  }
  assert.ok(await world.context.catalog.read((tx) => points.byId(tx, point.id)))
})

test('while a manifest cannot be read no pack without a row is deleted', async () => {
  await oneCopy(world)
  const [point] = await pointsIn(world, AWAY, 'offsite')
  const manifest = disk.tree().find((file) => point && file.endsWith(`/points/${point.id}`))
  assert.ok(manifest)
  disk.damage(manifest, 300)
  const before = packsAway()
  const stray = await addOne()
  for (let sweeps = 0; sweeps < 3; sweeps += 1) {
    await sweep()
    await world.context.clock.sleep(2 * DAY_MS)
  }
  assert.deepEqual(packsAway(), [...before, stray].sort())
})

/** Puts a pack of no vault into the second one's store. */
async function addOne(): Promise<string> {
  const { catalog, vaults: files } = world.context
  const row = await catalog.read((tx) => vaults.byName(tx, { ...AWAY, name: 'offsite' }))
  assert.ok(row)
  const name = parsePackName('5'.repeat(64))
  await (await files.storeOf(row)).put(packObject(row.id, name), new Uint8Array(9))
  return name
}

/** Sweeps the second vault; answers the job's progress. */
async function sweep() {
  await world.sweep(AWAY, 'offsite')
  const of = { kind: 'sweep', ...AWAY, page: { limit: 1 } } as const
  const { rows } = await world.context.catalog.read((tx) => jobs.list(tx, of))
  assert.equal(rows[0]?.state, 'COMPLETED')
  return rows[0]?.progress
}

function packsAway(): string[] {
  const files = disk.tree().filter((file) => file.includes(`/${AWAY.region}/`))
  return files
    .filter((file) => /\/[0-9a-f]{64}$/.test(file))
    .map((file) => path.basename(file))
    .sort()
}

function options() {
  return {
    disk,
    catalogFile: path.join(folder, 'catalog.db'),
    tree: path.join(folder, 'tree'),
    puts,
  }
}
