// Expiry as a job of its own: what it asks before it deletes, on a simulated disk.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { jobs, points } from '../src/catalog/index.ts'
import { jobRunners, queueDue } from '../src/jobs/index.ts'
import { DeletionPermit } from '../src/model/index.ts'
import { fastFolder, makeTree } from './crash/job-crash.ts'
import { AWAY, HOME, JobWorld } from './crash/job-world.ts'
import { oneCopy, pointsIn } from './crash/scenes.ts'
import { SimDisk } from './sim/disk.ts'

const DAY_MS = 24 * 60 * 60 * 1000

test('a point whose role is gone becomes EXPIRED, and stays', async (t) => {
  const { world, point } = await mortal(t)
  const { context, job } = await expireWithoutRole(world)
  const [expired] = await pointsIn(world, AWAY, 'offsite')
  assert.equal(expired?.status, 'EXPIRED')
  assert.deepEqual([job?.state, job?.failure?.code], ['FAILED', 'RoleUnusable'])
  // Nobody looks at it again: it is for somebody who may to delete.
  await context.clock.sleep(DAY_MS)
  assert.equal(await queueDue(context), 0)
  assert.equal(expired?.id, point.id)
})

test('a point that was given a longer life after its job was made is left alone', async (t) => {
  const { world, point } = await mortal(t)
  const { context } = world
  assert.equal(await queueDue(context), 1)
  assert.equal(await queueDue(context), 0, 'one job is enough')
  const longer = { DeleteAfterDays: 60 }
  await context.catalog.transaction((tx) => points.setLifecycle(tx, point.id, longer))
  await world.runAll()
  assert.equal((await pointsIn(world, AWAY, 'offsite')).length, 1)
  await context.clock.sleep(60 * DAY_MS)
  assert.equal(await queueDue(context), 1)
  await world.runAll()
  assert.deepEqual(await pointsIn(world, AWAY, 'offsite'), [])
  assert.equal((await pointsIn(world, HOME, 'daily')).length, 1)
})

test('a point that somebody deletes while its role is asked goes on being deleted', async (t) => {
  const { world, point } = await mortal(t)
  const { catalog } = world.context
  const permit = DeletionPermit.ofPoint(point, { now: world.context.clock.now() })
  assert.ok(permit instanceof DeletionPermit)
  let deleting: Promise<void> | undefined
  const { job } = await expireWithoutRole(world, () => {
    deleting ??= catalog.transaction((tx) => points.markDeleting(tx, permit))
  })
  await deleting
  assert.equal((await pointsIn(world, AWAY, 'offsite'))[0]?.status, 'DELETING')
  assert.equal(job?.state, 'COMPLETED')
})

/** Runs the job that is due in a world where no role exists. */
async function expireWithoutRole(world: JobWorld, onAsked: () => void = () => {}) {
  const role = () => {
    onAsked()
    return undefined
  }
  const context = { ...world.context, identities: { ...world.context.identities, role } }
  assert.equal(await queueDue(context), 1)
  const claim = await context.catalog.transaction((tx) =>
    jobs.claim(tx, { owner: 'test', now: context.clock.now(), leaseMs: 1e9, kinds: ['expire'] }),
  )
  assert.ok(claim)
  const { signal } = new AbortController()
  await jobRunners(context).expire(claim, { signal, attempt: 1, stopRequested: () => false })
  return { context, job: await context.catalog.read((tx) => jobs.byId(tx, claim.job.id)) }
}

/** A copy whose week is over. */
async function mortal(t: TestContext) {
  const folder = mkdtempSync(path.join(fastFolder(), 'copyhold-expire-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const tree = path.join(folder, 'tree')
  makeTree(tree)
  const options = { disk: new SimDisk(), catalogFile: path.join(folder, 'c.db'), tree, puts: [] }
  const world = await JobWorld.open(options)
  t.after(() => world.close())
  await oneCopy(world)
  const [point] = await pointsIn(world, AWAY, 'offsite')
  assert.ok(point)
  const week = { DeleteAfterDays: 7 }
  await world.context.catalog.transaction((tx) => points.setLifecycle(tx, point.id, week))
  await world.context.clock.sleep(8 * DAY_MS)
  return { world, point }
}
