// Keys that are missing, disabled or not the right ones, for everything that opens a vault: each
// job fails with AWS's text, nothing is lost, and what needs no key is done without it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { type JobRow, rotations, vaults } from '../../src/catalog/index.ts'
import { deletePoint, deleteVault, type Requester, rotateKey } from '../../src/jobs/index.ts'
import { Answer } from '../../src/model/index.ts'
import { failureText } from '../../src/wire/index.ts'
import { AWAY, HOME, type JobWorld } from './job-world.ts'
import { CatalogCopies, deathsAt, Met, momentsOf } from './moments.ts'
import { RottenWorld } from './rotten-world.ts'
import { startOneBackup } from './scenes.ts'

/** What can be wrong with a key, and what AWS says of it. */
const WRONGS = {
  missing: 'Given key ID does not exist',
  disabled: 'KMS key is either disabled or pending deletion or access to KMS key is denied',
  'another one': 'Given key ID is not accessible',
} as const
type Wrong = keyof typeof WRONGS

for (const [wrong, text] of Object.entries(WRONGS) as [Wrong, string][]) {
  test(`with its source’s key ${wrong} a copy, a backup and a restore fail in AWS’s words`, async () => {
    await using rotten = await RottenWorld.open()
    const giveBack = await spoil(rotten, HOME, wrong)
    assert.equal(saidOf(await rotten.copy('without a key')), text)
    assert.equal(saidOf(await backedUp(rotten)), text)
    const [source] = await rotten.points(HOME)
    assert.ok(source)
    assert.equal(saidOf((await rotten.restore(HOME, source)).job), text)
    assert.equal(saidOf(await rotten.verify(HOME, 'daily')), text)
    // The copy is its own: it needs its own key alone.
    const [copied] = await rotten.points(AWAY)
    assert.ok(copied)
    assert.equal((await rotten.restore(AWAY, copied)).isWhole, true)
    await giveBack()
    assert.equal((await rotten.restore(HOME, source)).isWhole, true)
    assert.equal((await rotten.copy('with the key')).state, 'COMPLETED')
    assert.deepEqual(await rotten.wrong(), [])
  })

  test(`with its destination’s key ${wrong} a copy fails in AWS’s words and leaves nothing`, async () => {
    await using rotten = await RottenWorld.open()
    const before = await rotten.points(AWAY)
    const giveBack = await spoil(rotten, AWAY, wrong)
    assert.equal(saidOf(await rotten.copy('without a key')), text)
    assert.deepEqual(await rotten.points(AWAY), before)
    await giveBack()
    assert.equal((await rotten.copy('with the key')).state, 'COMPLETED')
    assert.deepEqual(await rotten.wrong(), [])
  })

  test(`a rotation with the key ${wrong} is refused in AWS’s words and changes nothing`, async () => {
    await using rotten = await RottenWorld.open()
    const { id } = await vaultIn(rotten.world, HOME, 'daily')
    const rotate = () => rotateKey(rotten.world.context, { vaultId: id })
    const giveBack = await spoil(rotten, HOME, wrong)
    await assert.rejects(rotate(), (error: unknown) => {
      assert.ok(error instanceof Answer)
      assert.equal(failureText(error.failure).message, text)
      return true
    })
    assert.equal(rotten.files(HOME, '/vault/').length, 1)
    await giveBack()
    await rotate()
    assert.equal(rotten.files(HOME, '/vault/').length, 2)
    const { catalog } = rotten.world.context
    const standing = await catalog.read((tx) => rotations.standing(tx, id))
    assert.deepEqual(standing, { keyVersion: 2, isRotating: false })
    assert.deepEqual(await rotten.wrong(), [])
  })

  test(`with the key ${wrong} a point is deleted, its packs are freed, its vault goes`, async () => {
    await using rotten = await RottenWorld.open()
    await spoil(rotten, AWAY, wrong)
    const [copied] = await rotten.points(AWAY)
    const { admission } = rotten.world
    const vaultName = 'offsite'
    await deletePoint(admission, { from: AWAY, vaultName, pointArn: copied?.arn ?? '' })
    await rotten.world.runAll()
    assert.deepEqual(await rotten.points(AWAY), [])
    assert.deepEqual([...rotten.files(AWAY, '/points/'), ...rotten.files(AWAY, '/packs/')], [])
    await deleteVault(admission, { from: AWAY, name: vaultName })
    await rotten.world.runAll()
    assert.deepEqual(rotten.files(AWAY, '/'), [])
    const [source] = await rotten.points(HOME)
    assert.ok(source)
    assert.equal((await rotten.restore(HOME, source)).isWhole, true)
  })
}

test('a deletion that could not be told is told when the key is back', async () => {
  await using rotten = await RottenWorld.open()
  const giveBack = await spoil(rotten, AWAY, 'disabled')
  const [copied] = await rotten.points(AWAY)
  const of = { from: AWAY, vaultName: 'offsite', pointArn: copied?.arn ?? '' }
  await deletePoint(rotten.world.admission, of)
  await rotten.world.runAll()
  await giveBack()
  const vault = await vaultIn(rotten.world, AWAY, 'offsite')
  await rotten.world.context.facts.durable(vault.id)
  const open = await rotten.world.context.vaults.open(vault)
  const { facts } = await open.facts.read()
  const last = facts.findLast((fact) => fact.kind !== 'vault')
  assert.deepEqual(last, { kind: 'point deleted', pointId: copied?.id })
  assert.deepEqual(await rotten.wrong(), [])
})

test('a deletion without the key that dies at any disk call is ended by the next process', async () => {
  await using rotten = await RottenWorld.open()
  await spoil(rotten, AWAY, 'missing')
  const [copied] = await rotten.points(AWAY)
  const of = { from: AWAY, vaultName: 'offsite', pointArn: copied?.arn ?? '' }
  await deletePoint(rotten.world.admission, of)
  await rotten.restart()
  const folder = path.dirname(rotten.options.catalogFile)
  let copies = 0
  const catalogs = new CatalogCopies(() => path.join(folder, `copy-${copies++}.db`))
  const moments = await momentsOf(rotten.options, () => rotten.world.runAll(), catalogs)
  assert.ok(moments.length > 20, `${moments.length} moments`)
  const met = new Met()
  for (const moment of moments) {
    for (const { when, left } of deathsAt(moment)) {
      if (!met.isNew(left, moment.promised)) continue
      await rotten.world.close()
      await rotten.restartWith(left.disk, readFileSync(left.catalogFile))
      await rotten.world.runAll()
      assert.deepEqual(await rotten.points(AWAY), [], when)
      const files = [...rotten.files(AWAY, '/points/'), ...rotten.files(AWAY, '/packs/')]
      assert.deepEqual(files, [], when)
      assert.equal(rotten.files(HOME, '/points/').length, 1)
    }
  }
})

/** Does that to the key of a Region's vaults; what it answers gives the right one back. */
async function spoil(
  rotten: RottenWorld,
  of: Requester,
  wrong: Wrong,
): Promise<() => Promise<void>> {
  const { disk } = rotten
  const isKey = (at: string) => at.startsWith('/keys/') && at.includes(`/${of.region}/`)
  const file = disk.tree().find((at) => isKey(at) && at.endsWith('.json')) ?? ''
  const right = disk.bytesOf(file).slice()
  const put = async (bytes: Uint8Array) => {
    const created = await disk.open(file, 'create')
    await created.write(bytes, 0)
    await created.chmod(0o600)
    await created.datasync()
    await disk.syncFolder(path.dirname(file))
  }
  await disk.unlink(file)
  await disk.syncFolder(path.dirname(file))
  const text = Buffer.from(right).toString()
  if (wrong === 'disabled') await put(Buffer.from(text.replace('"enabled"', '"disabled"')))
  if (wrong === 'another one') {
    const other = Buffer.alloc(32, 7).toString('base64')
    await put(Buffer.from(text.replace(/"key": "[^"]*"/, `"key": "${other}"`)))
  }
  return async () => {
    if (wrong !== 'missing') await disk.unlink(file)
    await put(right)
  }
}

async function backedUp(rotten: RottenWorld): Promise<JobRow> {
  const told = { jobs: [], deleted: [] }
  return rotten.end(await startOneBackup(rotten.world, told, 'without a key'))
}

function saidOf(job: JobRow): string {
  assert.equal(job.state, 'FAILED')
  assert.ok(job.failure)
  return failureText(job.failure).message
}

async function vaultIn(world: JobWorld, of: Requester, name: string) {
  const vault = await world.context.catalog.read((tx) => vaults.byName(tx, { ...of, name }))
  assert.ok(vault)
  return vault
}
