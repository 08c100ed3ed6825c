// Goal: a copy under new data keys is independent of its source down to the keys, costs only what
// is new, and lives on like any other: copied, verified, rebuilt, repaired. Method: real jobs on a
// simulated disk; what was put is read from its log, keys from the manifests.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { jobs, type PointRow, packs, vaults } from '../src/catalog/index.ts'
import { startCopy, startVerify } from '../src/jobs/index.ts'
import type { JobId } from '../src/model/index.ts'
import type { Manifest, OpenVault } from '../src/vault/index.ts'
import { fastFolder, makeTree } from './crash/job-crash.ts'
import {
  AWAY,
  evidenceOf,
  HOME,
  JobWorld,
  ROLE,
  rebuiltWorld,
  type WorldOptions,
} from './crash/job-world.ts'
import { copy, deleteCopy, onePointApart, pointsIn, startOneBackup } from './crash/scenes.ts'
import { SimDisk } from './sim/disk.ts'

const NOBODY = { jobs: [], deleted: [] }
let folder: string
let options: WorldOptions
let world: JobWorld

beforeEach(async () => {
  folder = mkdtempSync(path.join(fastFolder(), 'copyhold-reencrypt-'))
  const tree = path.join(folder, 'tree')
  makeTree(tree)
  const catalogFile = path.join(folder, 'catalog.db')
  options = { disk: new SimDisk(), catalogFile, tree, puts: [] }
  world = await JobWorld.open(options)
  await onePointApart(world)
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

test('no data key of the source is in the copy, and the copy opens without the source', async () => {
  await copied('the copy')
  const [source, made] = [await newest(HOME, 'daily'), await newest(AWAY, 'offsite')]
  const keys = (manifest: Manifest) => manifest.packs.map(({ dataKey }) => hexOf(dataKey))
  const known = new Set(keys(source.manifest))
  assert.ok(known.size >= 3)
  assert.ok(keys(made.manifest).every((key) => !known.has(key)))
  const wanted = await contentOf(source)
  for await (const object of source.vault.store.list('')) await source.vault.store.delete(object)
  assert.deepEqual(await contentOf(made), wanted)
  assert.deepEqual(
    made.manifest.packs.map(({ usedBytes }) => usedBytes),
    source.manifest.packs.map(({ usedBytes }) => usedBytes),
  )
})

test('a second copy re-encrypts only the packs that are new', async () => {
  await copied('the first')
  world.addFile()
  await startOneBackup(world, NOBODY, 'the second backup', {})
  await world.runAll()
  const source = await newest(HOME, 'daily')
  const before = await newest(AWAY, 'offsite')
  options.puts.length = 0
  const job = await copied('the second')
  const after = await newest(AWAY, 'offsite')
  const old = new Set(before.manifest.packs.map(({ name }) => name))
  const fresh = after.manifest.packs.filter(({ name }) => !old.has(name))
  assert.ok(fresh.length > 0 && fresh.length < after.manifest.packs.length)
  assert.equal(putOf('packs').length, fresh.length)
  assert.equal(putOf('maps').length, 1)
  const { progress } = await jobOf(job)
  const freshBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  assert.equal(progress?.bytesStored, freshBytes)
  assert.equal(progress?.packsReused, after.manifest.packs.length - fresh.length)
  assert.deepEqual(await contentOf(after), await contentOf(source))
  // Nothing new at all: no pack and no map.
  options.puts.length = 0
  await copied('the third')
  assert.deepEqual([putOf('packs'), putOf('maps')], [[], []])
})

test('without its maps a vault takes a copy whole again', async () => {
  await copied('the first')
  const { vault, manifest } = await newest(AWAY, 'offsite')
  for await (const object of vault.store.list(`${vault.vaultId}/maps/`)) {
    await vault.store.delete(object)
  }
  options.puts.length = 0
  await copied('the second')
  assert.equal(putOf('packs').length, manifest.packs.length)
  const again = await newest(AWAY, 'offsite')
  assert.deepEqual(await contentOf(again), await contentOf(await newest(HOME, 'daily')))
})

test('a pack that is gone or damaged is not counted on, whatever a map says of it', async () => {
  await copied('the first')
  const { vault, manifest } = await newest(AWAY, 'offsite')
  const [bad] = manifest.packs
  assert.ok(bad)
  const { catalog } = world.context
  await catalog.transaction((tx) =>
    packs.markDamaged(tx, { vaultId: vault.vaultId, name: bad.name, now: 1 }),
  )
  options.puts.length = 0
  await copied('the second')
  assert.equal(putOf('packs').length, 1)
  await deleteCopy(world, NOBODY, 'the first')
  await deleteCopy(world, NOBODY, 'the second')
  await world.sweep(AWAY, 'offsite')
  const left = await evidenceOf(options)
  assert.equal(left.vaults.find(({ id }) => id === vault.vaultId)?.maps.size, 0)
  options.puts.length = 0
  await copied('the third')
  assert.equal(putOf('packs').length, manifest.packs.length)
})

test('what the source may be able to open is not taken for a pack under new keys', async () => {
  const offsite = await rowOf(AWAY, 'offsite')
  const setMode = (mode: 'verbatim' | 'reencrypt') =>
    world.context.catalog.transaction((tx) => vaults.setCopyMode(tx, { id: offsite.id, mode }))
  await setMode('verbatim')
  await copied('as they are')
  const source = await newest(HOME, 'daily')
  const { vault, manifest } = await newest(AWAY, 'offsite')
  assert.deepEqual(
    manifest.packs.map(({ name }) => name),
    source.manifest.packs.map(({ name }) => name),
  )
  // As a map of a verbatim copy, or of packs brought together: `from` is told with its key.
  const mappings = manifest.packs.map((ref) => {
    return { from: { name: ref.name, sizeBytes: ref.sizeBytes, ref }, isWhole: true, to: [ref] }
  })
  await vault.maps.write(mappings, world.context.random)
  await setMode('reencrypt')
  options.puts.length = 0
  await copied('apart')
  assert.equal(putOf('packs').length, manifest.packs.length)
  const known = new Set(source.manifest.packs.map(({ dataKey }) => hexOf(dataKey)))
  const apart = await newest(AWAY, 'offsite')
  assert.ok(apart.manifest.packs.every(({ dataKey }) => !known.has(hexOf(dataKey))))
})

test('a re-encrypted point is copied, verified and found again like any other', async () => {
  await copied('the first')
  const wanted = await contentOf(await newest(HOME, 'daily'))
  await world.makeVault(HOME, 'third')
  await copied('onwards', { from: AWAY, vault: 'offsite', to: HOME, toVault: 'third' })
  assert.deepEqual(await contentOf(await newest(HOME, 'third')), wanted)
  const verify = await startVerify(world.admission, { from: AWAY, vaultName: 'offsite' })
  await world.runAll()
  assert.equal((await jobOf(verify.id)).state, 'COMPLETED')
  for (const row of [
    await rowOf(AWAY, 'offsite'),
    await rowOf(HOME, 'third'),
    await rowOf(HOME, 'daily'),
  ]) {
    await world.context.facts.durable(row.id)
  }
  await world.close()
  const catalogFile = path.join(folder, 'rebuilt.db')
  const rebuilt = { ...options, catalogFile }
  const report = await rebuiltWorld(rebuilt)
  assert.deepEqual([report.damaged, report.missingPacks, report.unconfirmed], [[], [], []])
  world = await JobWorld.open(rebuilt)
  assert.equal((await rowOf(AWAY, 'offsite')).copyMode, 'reencrypt')
  assert.deepEqual(await contentOf(await newest(AWAY, 'offsite')), wanted)
  options = rebuilt
  options.puts.length = 0
  await copied('after the loss')
  assert.deepEqual(putOf('packs'), [])
})

interface Found {
  readonly vault: OpenVault
  readonly manifest: Manifest
}

async function copied(
  token: string,
  way?: { from: typeof HOME; vault: string; to: typeof HOME; toVault: string },
): Promise<JobId> {
  const id = way ? await copyOnwards(token, way) : await copy(world, NOBODY, token)
  await world.runAll()
  assert.equal((await jobOf(id)).state, 'COMPLETED')
  return id
}

async function copyOnwards(
  token: string,
  way: { from: typeof HOME; vault: string; to: typeof HOME; toVault: string },
): Promise<JobId> {
  const [point] = await pointsIn(world, way.from, way.vault)
  const { id } = await startCopy(world.admission, {
    from: way.from,
    token,
    sourceVaultName: way.vault,
    pointArn: point?.arn ?? '',
    destinationVaultArn: (await rowOf(way.to, way.toVault)).arn,
    roleArn: ROLE,
  })
  return id
}

async function newest(of: typeof HOME, name: string): Promise<Found> {
  const row = await rowOf(of, name)
  const [point] = (await pointsIn(world, of, name)).toSorted(byCompletion)
  assert.ok(point)
  const vault = await world.context.vaults.open(row)
  return { vault, manifest: await vault.readManifest(point.id) }
}

const byCompletion = (a: PointRow, b: PointRow) => b.completedAt - a.completedAt

async function rowOf(of: typeof HOME, name: string) {
  const row = await world.context.catalog.read((tx) => vaults.byName(tx, { ...of, name }))
  assert.ok(row)
  return row
}

async function jobOf(id: JobId) {
  const job = await world.context.catalog.read((tx) => jobs.byId(tx, id))
  assert.ok(job)
  return job
}

function putOf(folderName: 'packs' | 'maps'): string[] {
  return options.puts.filter((line) => line.includes(`/${folderName}/`))
}

/** Every file's bytes by its path. */
async function contentOf({ vault, manifest }: Found): Promise<Record<string, string>> {
  const reader = await vault.reader(manifest)
  const content: Record<string, string> = {}
  for await (const entry of vault.entries(manifest)) {
    const parts: Buffer[] = []
    if (entry.kind === 'file') {
      await reader.content(entry, (bytes) => void parts.push(Buffer.from(bytes)))
    }
    content[Buffer.from(entry.path).toString()] = Buffer.concat(parts).toString('base64')
  }
  return content
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
