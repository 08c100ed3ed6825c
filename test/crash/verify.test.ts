// Verification and repair on a disk whose bytes rot: what is marked, what is made whole again and
// from where, what the points are told, and that nothing is called whole that is not.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { jobs, packs, vaults } from '../../src/catalog/index.ts'
import { deletePoint, type Requester, startVerify } from '../../src/jobs/index.ts'
import type { JobId, JobProgress, PackName } from '../../src/model/index.ts'
import { seededRandom } from '../sim/dice.ts'
import { AWAY, HOME } from './job-world.ts'
import { RottenWorld } from './rotten-world.ts'
import { onePoint } from './scenes.ts'

test('a vault that is whole is verified, every byte of it, and its points are told', async () => {
  await using rotten = await RottenWorld.open()
  const files = rotten.files(HOME, '/packs/')
  const job = await rotten.verify(HOME, 'daily')
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.warning, undefined)
  const { packsChecked, bytesRead, bytesTotal, pointsChecked, packsDamaged } = job.progress ?? {}
  const sizeBytes = files.reduce((sum, file) => sum + rotten.disk.bytesOf(file).length, 0)
  assert.deepEqual(
    { packsChecked, bytesRead, bytesTotal, pointsChecked, packsDamaged },
    {
      packsChecked: files.length,
      bytesRead: sizeBytes,
      bytesTotal: sizeBytes,
      pointsChecked: 1,
      packsDamaged: 0,
    },
  )
  const [point] = await rotten.points(HOME)
  assert.equal(point?.verification?.result, 'WHOLE')
  assert.equal(point.verification.samplePercent, 100)
  assert.deepEqual(await rotten.wrong(), [])
})

const ROT: Readonly<Record<string, (world: RottenWorld, file: string) => Promise<void> | void>> = {
  'a flipped bit in its header': ({ disk }, file) => disk.damage(file, 5),
  'a flipped bit in a chunk': ({ disk }, file) => disk.damage(file, 200),
  'a flipped bit in its table': ({ disk }, file) =>
    disk.damage(file, disk.bytesOf(file).length - 45),
  'a flipped bit in its trailer': ({ disk }, file) =>
    disk.damage(file, disk.bytesOf(file).length - 3),
  'being gone': ({ disk }, file) => disk.unlink(file),
}

for (const [what, rot] of Object.entries(ROT)) {
  test(`a pack with ${what} is repaired from the other vault that has it`, async () => {
    await using rotten = await RottenWorld.open()
    const file = rotten.files(HOME, '/packs/')[0] ?? ''
    const whole = rotten.disk.bytesOf(file).slice()
    await rot(rotten, file)
    const job = await rotten.verify(HOME, 'daily')
    assert.equal(job.state, 'COMPLETED')
    assert.equal(job.warning, '1 damaged packs are whole again.')
    assert.equal(job.progress?.packsRepaired, 1)
    assert.deepEqual(rotten.disk.bytesOf(file), whole)
    assert.deepEqual(await marked(rotten, HOME, 'daily', [file]), [])
    assert.equal((await rotten.points(HOME))[0]?.verification?.result, 'WHOLE')
    assert.equal((await rotten.verify(HOME, 'daily')).warning, undefined)
    assert.deepEqual(await rotten.wrong(), [])
  })

  test(`a pack with ${what} that no vault can give is marked, and fails whoever needs it`, async () => {
    await using rotten = await RottenWorld.open(onePoint)
    const file = rotten.files(HOME, '/packs/')[0] ?? ''
    await rot(rotten, file)
    const job = await rotten.verify(HOME, 'daily')
    assert.equal(job.state, 'PARTIAL')
    assert.equal(job.warning, 'Damaged packs: 1. Recovery points that cannot be restored whole: 1.')
    assert.deepEqual(await marked(rotten, HOME, 'daily', [file]), [path.basename(file)])
    const [point] = await rotten.points(HOME)
    assert.ok(point)
    assert.equal(point.verification?.result, 'DAMAGED')
    assert.match(point.verification.reason ?? '', new RegExp(path.basename(file)))
    const copied = await rotten.copy('of rot')
    assert.equal(copied.state, 'FAILED')
    assert.equal(copied.failure?.code, 'PackDamaged')
    const { job: restored } = await rotten.restore(HOME, point)
    assert.notEqual(restored.state, 'COMPLETED')
    assert.deepEqual(await rotten.points(AWAY), [])
  })
}

test('a copy repairs a damaged source pack from a third vault, says so, and goes on', async () => {
  await using rotten = await RottenWorld.open()
  await rotten.world.makeVault(AWAY, 'third')
  const [file = '', gone = ''] = rotten.files(HOME, '/packs/')
  rotten.disk.damage(file, 100)
  await rotten.disk.unlink(gone)
  const job = await rotten.copyTo(AWAY, 'third')
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.progress?.packsRepaired, 2)
  assert.equal(job.progress?.packsStored, rotten.files(HOME, '/packs/').length)
  const from = (packFile: string) =>
    `Pack ${path.basename(packFile)} of backup vault ${rotten.arn(HOME, 'daily')} was damaged and ` +
    `was repaired from backup vault ${rotten.arn(AWAY, 'offsite')}.`
  assert.equal(job.warning, `${from(file)} ${from(gone)}`)
  assert.deepEqual(await marked(rotten, HOME, 'daily', [file, gone]), [])
  assert.equal((await rotten.verify(HOME, 'daily')).warning, undefined)
  assert.deepEqual(await rotten.wrong(), [])
})

test('a copy makes whole what its destination has only damaged, or fails naming it', async () => {
  await using rotten = await RottenWorld.open()
  const [file = ''] = rotten.files(AWAY, '/packs/')
  rotten.disk.damage(file, 100)
  await mark(rotten, AWAY, 'offsite', file)
  const source = rotten.files(HOME, path.basename(file))[0] ?? ''
  rotten.disk.damage(source, 7)
  const failed = await rotten.copy('of rot on both sides')
  assert.equal(failed.state, 'FAILED')
  assert.deepEqual(failed.failure, {
    code: 'PackDamaged',
    pack: path.basename(file),
    vaultArn: rotten.arn(AWAY, 'offsite'),
  })
  rotten.disk.damage(source, 7)
  const job = await rotten.copy('of what is whole again')
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.progress?.packsRepaired, 1)
  const [copied] = await rotten.points(AWAY)
  assert.ok(copied)
  assert.equal((await rotten.restore(AWAY, copied)).isWhole, true)
  assert.deepEqual(await rotten.wrong(), [])
})

test('a pack the disk cannot read is damage of that pack, and is repaired', async () => {
  await using rotten = await RottenWorld.open()
  rotten.disk.failNext('read', 'EIO', 2)
  const job = await rotten.verify(HOME, 'daily')
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.progress?.packsRepaired, 1)
  assert.equal(job.attempt, 1)
  assert.deepEqual(await rotten.wrong(), [])
})

test('packs damaged in both vaults stay marked in both, and nothing is copied over', async () => {
  await using rotten = await RottenWorld.open()
  const [here, there] = [HOME, AWAY].map((of) => rotten.files(of, '/packs/')[0] ?? '')
  for (const file of [here ?? '', there ?? '']) rotten.disk.damage(file, 300)
  const before = rotten.disk.bytesOf(here ?? '').slice()
  assert.equal((await rotten.verify(HOME, 'daily')).state, 'PARTIAL')
  assert.deepEqual(rotten.disk.bytesOf(here ?? ''), before)
  assert.equal((await marked(rotten, AWAY, 'offsite', [there ?? ''])).length, 1)
  assert.equal((await rotten.verify(AWAY, 'offsite')).state, 'PARTIAL')
})

test('a mark on a pack that is whole goes with the next verification, sample or not', async () => {
  await using rotten = await RottenWorld.open()
  const file = rotten.files(HOME, '/packs/')[1] ?? ''
  await mark(rotten, HOME, 'daily', file)
  const job = await rotten.verify(HOME, 'daily', 0.001)
  assert.equal(job.state, 'COMPLETED')
  assert.equal(job.progress?.packsRepaired, 1)
  assert.deepEqual(await marked(rotten, HOME, 'daily', [file]), [])
  assert.equal((await rotten.points(HOME))[0]?.verification?.samplePercent, 0.001)
})

test('a damaged manifest is told by its point alone, and its restore fails', async () => {
  await using rotten = await RottenWorld.open()
  const file = rotten.files(AWAY, '/points/')[0] ?? ''
  rotten.disk.damage(file, rotten.disk.bytesOf(file).length - 1)
  const job = await rotten.verify(AWAY, 'offsite')
  assert.equal(job.state, 'PARTIAL')
  assert.equal(job.progress?.pointsDamaged, 1)
  assert.equal(job.progress?.packsDamaged, 0)
  const [point] = await rotten.points(AWAY)
  assert.ok(point)
  assert.match(point.verification?.reason ?? '', /points\/.*fails its seal/)
  const told = { code: 'ManifestDamaged', arn: point.arn }
  assert.deepEqual((await rotten.restore(AWAY, point)).job.failure, told)
  const [source] = await rotten.points(HOME)
  assert.ok(source)
  assert.equal((await rotten.restore(HOME, source)).isWhole, true)
})

test('who copies from a damaged manifest is told its name, and the point says so', async () => {
  await using rotten = await RottenWorld.open()
  const file = rotten.files(HOME, '/points/')[0] ?? ''
  rotten.disk.damage(file, rotten.disk.bytesOf(file).length - 1)
  const [point] = await rotten.points(HOME)
  assert.ok(point)
  const told = { code: 'ManifestDamaged', arn: point.arn }
  assert.deepEqual((await rotten.copy('of what cannot be read')).failure, told)
  const [marked] = await rotten.points(HOME)
  assert.equal(marked?.verification?.result, 'DAMAGED')
  assert.match(marked?.verification?.reason ?? '', /^its manifest /)
})

test('a vault whose key or record is damaged has its packs read, and the job fails clearly', async () => {
  for (const [part, message] of [
    ['/keys/', /KeyUnusable/],
    ['/vault/', /"reason":/],
  ] as const) {
    await using rotten = await RottenWorld.open()
    const file = rotten.disk
      .tree()
      .find((each) => each.includes(part) && each.includes(HOME.region) && !each.endsWith('/'))
    rotten.disk.damage(file ?? '', rotten.disk.bytesOf(file ?? '').length - 20)
    await rotten.restart()
    const job = await rotten.verify(HOME, 'daily')
    assert.equal(job.state, 'FAILED')
    assert.match(JSON.stringify(job.failure), message)
    assert.equal(job.progress?.packsChecked, rotten.files(HOME, '/packs/').length)
    assert.equal((await rotten.points(HOME))[0]?.verification, undefined)
    assert.equal((await rotten.copy('of what cannot be opened')).state, 'FAILED')
    assert.equal((await rotten.points(AWAY)).length, 1)
  }
})

test('what the catalog tells wrongly of a whole pack is put right', async () => {
  await using rotten = await RottenWorld.open()
  const file = rotten.files(HOME, '/packs/')[0] ?? ''
  const name = path.basename(file) as PackName
  const { catalog } = rotten.world.context
  const wrong = await catalog.transaction(async (tx) => {
    const vault = await vaults.byName(tx, { ...HOME, name: 'daily' })
    assert.ok(vault)
    await packs.correct(tx, { vaultId: vault.id, name, sizeBytes: 7, crc32: 7 })
    return vault.id
  })
  assert.equal((await rotten.verify(HOME, 'daily')).state, 'COMPLETED')
  const facts = await catalog.read((tx) => packs.factsOf(tx, wrong, [name]))
  assert.equal(facts.get(name)?.sizeBytes, rotten.disk.bytesOf(file).length)
})

test('a verification that dies in mid-vault goes on behind what it has read', async () => {
  await using rotten = await RottenWorld.open(async (world) => {
    for (const seed of [5, 6]) {
      const below = path.join(world.tree, `folder-${seed}`)
      mkdirSync(below)
      writeFileSync(path.join(below, 'large'), seededRandom(seed).bytes(LARGE_BYTES))
    }
    await onePoint(world)
  })
  const files = rotten.files(HOME, '/packs/')
  const sizeBytes = files.reduce((sum, file) => sum + rotten.disk.bytesOf(file).length, 0)
  const numbers = await numbersOf(rotten, files)
  const inOrder = [...files].sort((a, b) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0))
  const [early, late] = [inOrder[3] ?? '', inOrder.at(-3) ?? '']
  for (const file of [early, late]) rotten.disk.damage(file, 200)

  const { id } = await startVerify(rotten.world.admission, { from: HOME, vaultName: 'daily' })
  const told = new Set<number>()
  Object.assign(rotten.world.context, {
    report: (_: JobId, { checkedThrough }: JobProgress) => {
      // Time passes with each pack, so that how far it is gets into the job's row now and then.
      void rotten.world.context.clock.sleep(PACK_MS)
      if (checkedThrough === undefined || told.has(checkedThrough)) return
      if (told.add(checkedThrough).size === 2) rotten.disk.dieAtCall(CALLS_LATER)
    },
  })
  await Promise.race([rotten.world.runAll(), rotten.disk.died])
  await rotten.restartWith(rotten.disk, await rotten.catalogBytes())
  const left = await rotten.world.context.catalog.read((tx) => jobs.byId(tx, id))
  const through = left?.progress?.checkedThrough ?? 0
  assert.ok(through > 0, 'it had got through some')
  const before = rotten.disk.calls.length
  const job = await rotten.end(id)

  const opened = rotten.disk.calls.slice(before)
  const isRead = (file: string) => opened.some((call) => call.includes(path.basename(file)))
  const rest = inOrder.filter((file) => (numbers.get(file) ?? 0) > through)
  assert.ok(rest.length > 0 && rest.length < files.length)
  assert.deepEqual(inOrder.filter(isRead), rest)
  assert.equal(job.state, 'PARTIAL')
  const { packsChecked, bytesRead, packsDamaged, pointsDamaged } = job.progress ?? {}
  assert.deepEqual(
    { packsChecked, bytesRead, packsDamaged, pointsDamaged },
    { packsChecked: files.length, bytesRead: sizeBytes, packsDamaged: 2, pointsDamaged: 1 },
  )
  const both = [early, late].map((file) => path.basename(file)).sort()
  assert.deepEqual((await marked(rotten, HOME, 'daily', files)).sort(), both)
})

test('a point deleted and swept while its vault is verified is no damage', async () => {
  await using rotten = await RottenWorld.open()
  const [point] = await rotten.points(AWAY)
  const arn = { from: AWAY, vaultName: 'offsite', pointArn: point?.arn ?? '' }
  await deletePoint(rotten.world.admission, arn)
  const job = await rotten.verify(AWAY, 'offsite')
  assert.equal(job.state, 'COMPLETED')
  assert.deepEqual(await rotten.points(AWAY), [])
  assert.deepEqual(await rotten.wrong(), [])
})

/** Two files of it make more packs than are read at once. */
const LARGE_BYTES = 5_000_000
const PACK_MS = 600
/** Then it is in the middle of the third batch. */
const CALLS_LATER = 9

/** The numbers of the packs of these files, in the vault at home. */
async function numbersOf(rotten: RottenWorld, files: readonly string[]) {
  const rows = await rotten.world.context.catalog.read(async (tx) => {
    const vault = await vaults.byName(tx, { ...HOME, name: 'daily' })
    assert.ok(vault)
    return packs.liveBehind(tx, { vaultId: vault.id, after: 0, upTo: 10_000, limit: 10_000 })
  })
  const numbers = new Map(rows.map(({ name, no }) => [String(name), no]))
  return new Map(files.map((file) => [file, numbers.get(path.basename(file)) ?? 0]))
}

async function marked(
  rotten: RottenWorld,
  of: Requester,
  name: string,
  files: readonly string[],
): Promise<string[]> {
  const names = files.map((file) => path.basename(file) as PackName)
  return rotten.world.context.catalog.read(async (tx) => {
    const vault = await vaults.byName(tx, { ...of, name })
    return vault ? [...(await packs.damaged(tx, vault.id, names))] : []
  })
}

async function mark(rotten: RottenWorld, of: Requester, name: string, file: string): Promise<void> {
  await rotten.world.context.catalog.transaction(async (tx) => {
    const vault = await vaults.byName(tx, { ...of, name })
    if (!vault) return
    const pack = { vaultId: vault.id, name: path.basename(file) as PackName, now: 1 }
    await packs.markDamaged(tx, pack)
  })
}
