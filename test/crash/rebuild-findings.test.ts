// What the stores lack or hold too much of when a catalog is made anew: each is told by name, is
// served as far as it can be, and nothing is deleted that may be needed.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { facts, packs, tags, vaults } from '../../src/catalog/index.ts'
import { deletePoint } from '../../src/jobs/index.ts'
import { parsePackName, type RebuildReport, VaultDeletionPermit } from '../../src/model/index.ts'
import { objectName } from '../../src/store/index.ts'
import { sealObject } from '../../src/vault/sealed-object.ts'
import { openRecord } from '../../src/vault/vault-record.ts'
import { SimDisk } from '../sim/disk.ts'
import { m1, m4, strays } from './invariants.ts'
import { fastFolder, makeTree } from './job-crash.ts'
import { AWAY, evidenceOf, HOME, JobWorld, rebuiltWorld, type WorldOptions } from './job-world.ts'
import { oneCopy, pointsIn } from './scenes.ts'

const PAGE = { limit: 100 }

test('a manifest that is gone is told as lost, and its packs are for a sweep', async (t) => {
  const { disk, rebuild } = await copied(t)
  await removeFile(disk, fileOf(disk, 'us-east-2', '/points/'))
  const { report, next } = await rebuild()
  assert.equal(report.lost.length, 1)
  assert.equal(report.vaults.find(({ region }) => region === AWAY.region)?.points, 0)
  const world = await JobWorld.open(next)
  await world.sweep(AWAY, 'offsite')
  await world.close()
  assert.deepEqual(strays(await evidenceOf(next)), [])
})

test('a manifest that is damaged is told, and packs it may need are not swept', async (t) => {
  const { disk, rebuild } = await copied(t)
  disk.damage(fileOf(disk, 'us-east-2', '/points/'), 600)
  const packsBefore = filesOf(disk, 'us-east-2', '/packs/')
  const { report, next } = await rebuild()
  assert.match(report.damaged[0]?.object ?? '', /\/points\//)
  assert.deepEqual(report.lost, [])
  const world = await JobWorld.open(next)
  await world.sweep(AWAY, 'offsite')
  await world.close()
  assert.deepEqual(filesOf(next.disk, 'us-east-2', '/packs/'), packsBefore)
})

test('a pack that is gone is told and marked, so that nothing new rests on it', async (t) => {
  const { disk, rebuild } = await copied(t)
  const gone = fileOf(disk, 'eu-central-1', '/packs/')
  await removeFile(disk, gone)
  const { report, next } = await rebuild()
  const name = path.basename(gone)
  assert.deepEqual(
    report.missingPacks.map((missing) => missing.name),
    [name],
  )
  const world = await JobWorld.open(next)
  const [vault] = await vaultsIn(world, HOME)
  assert.ok(vault)
  const names = [parsePackName(name)]
  const damaged = await world.context.catalog.read((tx) => packs.damaged(tx, vault.id, names))
  assert.equal(damaged.size, 1)
  await world.close()
})

test('a record of facts that is gone makes its vault’s points unconfirmed, and says so', async (t) => {
  const { disk, rebuild } = await copied(t)
  const [first] = filesOf(disk, 'us-east-2', '/facts/')
  await removeFile(disk, first ?? '')
  const { report, next } = await rebuild()
  assert.match(report.damaged[0]?.object ?? '', /\/facts\/000000000001$/)
  assert.equal(report.unconfirmed.length, 1)
  assert.match(report.vaults[0]?.arn ?? '', /:backup-vault:/)
  const recovered = report.vaults.find(({ unconfirmed }) => unconfirmed)
  assert.match(recovered?.arn ?? '', /backup-vault:recovered-[0-9a-f]{12}$/)
  // The name that was made up stays, and a deletion waits for a person.
  const world = await JobWorld.open(next)
  const [vault] = await vaultsIn(world, AWAY)
  const [point] = await pointsIn(world, AWAY, vault?.name ?? '')
  const request = { from: AWAY, vaultName: vault?.name ?? '', pointArn: point?.arn ?? '' }
  await assert.rejects(deletePoint(world.admission, request), /RecoveryPointUnconfirmed/)
  await world.close()
})

test('a vault of a newer version is told by its feature and left as it is', async (t) => {
  const { disk, rebuild, world } = await copied(t, { keepOpen: true })
  const [vault] = await vaultsIn(world, AWAY)
  assert.ok(vault)
  const open = await world.context.vaults.open(vault)
  const keys = await openRecord({ store: open.store, vaultId: vault.id, keys: world.context.keys })
  const { highest } = await open.facts.read()
  const bytes = sealObject({
    magic: 'CHFACTS1',
    about: { number: highest + 1, replaces: 0 },
    incompatible: ['vault lock'],
    plain: new TextEncoder().encode('{"facts":[]}'),
    sealing: { vaultId: vault.id, ...keys },
    keyMember: 'wrappedFactKey',
    key: world.context.random.bytes(32),
  })
  const number = String(highest + 1).padStart(12, '0')
  await open.store.put(objectName(`${vault.id}/facts/${number}`), bytes)
  await world.close()
  const before = filesOf(disk, 'us-east-2', '/')
  const { report, next } = await rebuild()
  assert.match(report.unreadable[0]?.reason ?? '', /"vault lock"/)
  assert.deepEqual(filesOf(next.disk, 'us-east-2', '/'), before)
})

test('of two vaults that had one name, the newer keeps it and the older is found by its id', async (t) => {
  const { rebuild, world } = await copied(t, { keepOpen: true })
  const { catalog } = world.context
  const [older] = await vaultsIn(world, AWAY)
  assert.ok(older)
  // Deleted behind the back of its store, and made again.
  const permit = VaultDeletionPermit.ofToldDeleted(older.id, { isDeleted: true })
  assert.ok(permit)
  await catalog.transaction((tx) => vaults.markDeleting(tx, permit))
  await catalog.transaction((tx) => facts.forget(tx, older.id))
  await world.makeVault(AWAY, 'offsite')
  await catalog.transaction((tx) => tags.put(tx, older.arn, { which: 'newer' }))
  for (const id of await catalog.read((tx) => facts.dueVaults(tx))) {
    await world.context.facts.durable(id)
  }
  await world.close()
  const { report, next } = await rebuild()
  const arns = report.vaults.filter(({ region }) => region === AWAY.region).map(({ arn }) => arn)
  assert.equal(arns[0], older.arn)
  assert.match(arns[1] ?? '', new RegExp(`recovered-${older.id.slice(0, 12)}$`))
  assert.deepEqual([...m1(await evidenceOf(next)), ...m4(await evidenceOf(next))], [])
  const again = await JobWorld.open(next)
  const kept = await again.context.catalog.read((tx) => tags.of(tx, older.arn))
  assert.deepEqual(kept, { which: 'newer' })
  await again.close()
})

test('a vault that is half made, or half removed, is told and left as it is', async (t) => {
  const { disk, rebuild } = await copied(t)
  for (const part of ['/points/', '/facts/']) {
    for (const file of filesOf(disk, 'us-east-2', part)) await removeFile(disk, file)
  }
  const { report, next } = await rebuild()
  assert.match(report.unreadable[0]?.reason ?? '', /half made, or half removed/)
  assert.ok(filesOf(next.disk, 'us-east-2', '/packs/').length > 0)
})

/** A world with a recovery point and its copy, all its facts written, and its catalog lost. */
async function copied(t: TestContext, { keepOpen = false } = {}) {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-findings-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const tree = path.join(folder, 'tree')
  makeTree(tree)
  const disk = new SimDisk()
  const file = (name: string) => path.join(folder, name)
  const options = { disk, catalogFile: file('catalog.db'), tree, puts: [] }
  const world = await JobWorld.open(options)
  await oneCopy(world)
  for (const id of await world.context.catalog.read((tx) => facts.dueVaults(tx))) {
    await world.context.facts.durable(id)
  }
  if (!keepOpen) await world.close()
  const rebuild = async (): Promise<{ report: RebuildReport; next: WorldOptions }> => {
    const next = { ...options, disk: disk.afterKill(), catalogFile: file('new.db'), puts: [] }
    return { report: await rebuiltWorld(next), next }
  }
  return { disk, world, rebuild }
}

async function vaultsIn(world: JobWorld, place: typeof HOME) {
  const { catalog } = world.context
  return (await catalog.read((tx) => vaults.list(tx, { ...place, page: PAGE }))).rows
}

function filesOf(disk: SimDisk, region: string, part: string): string[] {
  const below = `/stores/${region}/`
  return disk
    .tree()
    .filter((file) => file.startsWith(below) && file.includes(part) && !file.endsWith('/'))
}

function fileOf(disk: SimDisk, region: string, part: string): string {
  const [file] = filesOf(disk, region, part)
  assert.ok(file, `nothing in ${region} has ${part}`)
  return file
}

async function removeFile(disk: SimDisk, file: string): Promise<void> {
  await disk.unlink(file)
  await disk.syncFolder(path.dirname(file))
}
