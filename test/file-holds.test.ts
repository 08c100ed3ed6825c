// The watch that holds the files of vaults whose lock is in force: when, how often, and what it
// tells. On a simulated disk, look by look.

import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { vaults } from '../src/catalog/index.ts'
import { type FileHold, FileHolds } from '../src/jobs/index.ts'
import type { VaultLock } from '../src/model/index.ts'
import { makeTree } from './crash/job-crash.ts'
import { HOME, JobWorld } from './crash/job-world.ts'
import { temporaryFolder } from './real-server.ts'
import { SimDisk } from './sim/disk.ts'
import type { HeldFiles } from './sim/held-files.ts'

const LONG_AGO = 1

test('a vault is held from its LockDate on, and again when something was told of it', async (t) => {
  const held: HeldFiles = new Set()
  const { world, look, told, disk } = await vaultWithWatch(t, { held })
  const files = () => disk.tree().filter((file) => /^\/stores\/.*[^/]$/.test(file))
  held.clear()
  await look()
  await lock(world, { minDays: 1 })
  await look()
  await lock(world, { lockDate: Number.MAX_SAFE_INTEGER })
  await look()
  assert.deepEqual([[...held], told], [[], []], 'no lock, governance, a grace period')
  await lock(world, { lockDate: LONG_AGO })
  await look()
  await look()
  assert.deepEqual([...held].sort(), files())
  assert.deepEqual(told[0], { state: 'UNDER_WAY' })
  assert.deepEqual(told.at(-1), { state: 'SET' })
  held.clear()
  await look()
  assert.equal(held.size, 0, 'nothing changed: the files are not gone through again')
  await lock(world, { lockDate: LONG_AGO })
  await world.context.facts.durable((await theVault(world)).id)
  await look()
  assert.deepEqual([...held].sort(), files())
})

test('where nothing can be held, that is told once, with why', async (t) => {
  const { world, look, told } = await vaultWithWatch(t, {})
  await lock(world, { lockDate: LONG_AGO })
  await look()
  await look()
  const last = { state: 'UNSUPPORTED', reason: 'the disk was opened without it' }
  assert.deepEqual(told, [{ state: 'UNDER_WAY' }, last])
})

async function vaultWithWatch(t: TestContext, more: { held?: HeldFiles }) {
  const folder = temporaryFolder()
  const tree = path.join(folder.path, 'tree')
  makeTree(tree)
  const disk = new SimDisk()
  const catalogFile = path.join(folder.path, 'catalog.db')
  const world = await JobWorld.open({ disk, catalogFile, tree, puts: [], ...more })
  t.after(async () => {
    await world.close()
    folder[Symbol.dispose]()
  })
  await world.makeVault(HOME, 'daily')
  const told: FileHold[] = []
  const watch = new FileHolds(world.context, (_vault, hold) => void told.push(hold))
  return { world, told, disk, look: () => watch.holdSome() }
}

async function lock(world: JobWorld, to: VaultLock): Promise<void> {
  const { id } = await theVault(world)
  await world.context.catalog.transaction((tx) => vaults.setLock(tx, id, to))
}

async function theVault(world: JobWorld) {
  const found = await world.context.catalog.read((tx) =>
    vaults.byName(tx, { ...HOME, name: 'daily' }),
  )
  assert.ok(found)
  return found
}
