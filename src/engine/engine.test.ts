// Engines over a real catalog, a clock moved by hand and runners that do what the test says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalog, jobs } from '../catalog/index.ts'
import { Answer, Trouble } from '../model/index.ts'
import { EngineStopping, StopRequested } from './attempt.ts'
import { gate, idOf, KINDS, quiet, Stage, untilAborted } from './stage.suite.ts'

test('a due job is run once and its end is its runner’s', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const attempts: number[] = []
  const engine = stage.engine(async (claim, context) => {
    attempts.push(context.attempt)
    await stage.complete(claim, context)
  })
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
  await stage.add(2)
  engine.wake()
  await engine.idle()
  assert.equal((await stage.job(2)).state, 'COMPLETED')
  assert.deepEqual(attempts, [1, 1])
})

test('a job that nobody announced is found by the next poll', async (t) => {
  const stage = await Stage.set(t)
  const done = gate()
  const engine = stage.engine(async (claim, context) => {
    await stage.complete(claim, context)
    done.open()
  })
  await engine.idle()
  await stage.add(1)
  stage.clock.move(1_000)
  await done.times(1)
})

test('no more jobs run at once than are allowed, and all run', async (t) => {
  const stage = await Stage.set(t)
  for (let n = 1; n <= 7; n++) await stage.add(n)
  let running = 0
  let most = 0
  const full = gate()
  const engine = stage.engine(
    async (claim, context) => {
      running += 1
      most = Math.max(most, running)
      if (running === 3) full.open()
      await full.times(1)
      await stage.complete(claim, context)
      running -= 1
    },
    { concurrency: 3 },
  )
  await engine.idle()
  assert.equal(most, 3)
  for (let n = 1; n <= 7; n++) assert.equal((await stage.job(n)).state, 'COMPLETED')
})

test('a lease is renewed while its job runs, so that no other engine takes it', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const begun = gate()
  stage.engine((claim, context) => {
    begun.open()
    return untilAborted(claim, context)
  })
  await begun.times(1)
  const other = stage.engine(() => assert.fail('it is held'), { owner: 'engine-2' })
  for (let quarter = 0; quarter < 12; quarter++) {
    const { leaseUntil } = await stage.job(1)
    stage.clock.move(15_000)
    while ((await stage.job(1)).leaseUntil === leaseUntil) await Promise.resolve()
    await other.idle()
  }
  assert.equal((await stage.job(1)).fence, 1)
})

test('the second engine takes over a lost job, and the first can write nothing', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const { promise: stuck, resolve: letGo } = Promise.withResolvers<void>()
  const begun = gate()
  const ends: string[] = []
  const first = stage.engine(
    async (claim, context) => {
      begun.open()
      await stuck
      try {
        await stage.complete(claim, context)
      } catch (error) {
        ends.push(error instanceof Error ? error.name : '')
        throw error
      }
    },
    // This one does not come to renew: its process hangs.
    { renewMs: 10 * 60_000 },
  )
  await begun.times(1)
  stage.clock.move(60_001)
  const second = stage.engine(stage.complete, { owner: 'engine-2' })
  await second.idle()
  const job = await stage.job(1)
  assert.deepEqual([job.state, job.fence, job.attempt], ['COMPLETED', 2, 2])
  letGo()
  await first.idle()
  assert.deepEqual(ends, ['LeaseLost'])
  assert.deepEqual(await stage.job(1), job)
})

test('a runner whose lease another took is told at the next renewal', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const begun = gate()
  let reason: unknown
  const first = stage.engine(async (claim, context) => {
    begun.open()
    await untilAborted(claim, context).catch((error: unknown) => {
      reason = error
      throw error
    })
  })
  await begun.times(1)
  const now = stage.clock.now() + 90_000
  const by = { owner: 'engine-2', now, leaseMs: 60_000, kinds: KINDS }
  assert.ok(await stage.catalog.transaction((tx) => jobs.claim(tx, by)))
  stage.clock.move(15_000)
  await first.idle()
  assert.ok(reason instanceof Error)
  assert.equal(reason.name, 'LeaseLost')
  assert.equal((await stage.job(1)).leaseOwner, 'engine-2')
})

test('an engine that slept through its own lease goes on with the job, once', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const begun = gate()
  let running = 0
  const engine = stage.engine(async (claim, context) => {
    running += 1
    assert.equal(running, 1)
    begun.open()
    await untilAborted(claim, context)
  })
  await begun.times(1)
  const before = await stage.job(1)
  stage.clock.move(500_000)
  engine.wake()
  while ((await stage.job(1)).leaseUntil === before.leaseUntil) await Promise.resolve()
  assert.equal((await stage.job(1)).fence, 1)
})

test('an answer fails the job with that answer', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const engine = stage.engine(() => {
    throw new Answer({ code: 'CopyJobAccessDenied' })
  })
  await engine.idle()
  const job = await stage.job(1)
  assert.deepEqual([job.state, job.failure], ['FAILED', { code: 'CopyJobAccessDenied' }])
  assert.equal(job.completedAt, stage.clock.now())
  assert.equal(job.messageCategory, 'ACCESS_DENIED')
})

test('a trouble pauses the job, longer each time, and two hours of it fail it', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const startedAt = stage.clock.now()
  let attempts = 0
  const engine = stage.engine(async () => {
    attempts += 1
    throw new Trouble('the disk is full', { retryable: true })
  })
  const pauses: number[] = []
  for (;;) {
    await engine.idle()
    const job = await stage.job(1)
    if (job.completedAt !== undefined) break
    assert.equal(job.progress?.waitingFor, 'the disk is full')
    pauses.push(job.dueAt - stage.clock.now())
    stage.clock.move(job.dueAt - stage.clock.now())
  }
  assert.deepEqual(pauses.slice(0, 4), [2_000, 4_000, 8_000, 16_000])
  assert.equal(Math.max(...pauses), 300_000)
  assert.equal(attempts, pauses.length + 1)
  const job = await stage.job(1)
  assert.deepEqual(job.failure, { code: 'Internal', reason: 'the disk is full' })
  assert.ok((job.completedAt ?? 0) - startedAt >= 2 * 60 * 60_000)
})

test('a job that recovers from its troubles completes', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const engine = stage.engine(async (claim, context) => {
    if (context.attempt < 3) throw new Trouble('the network is gone', { retryable: true })
    await stage.complete(claim, context)
  })
  for (let round = 0; round < 3; round++) {
    await engine.idle()
    stage.clock.move(10_000)
  }
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})

test('an error nobody foresaw, and an end nobody recorded, get three attempts', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  await stage.add(2)
  const attempts = { 1: 0, 2: 0 }
  const engine = stage.engine(async (claim) => {
    if (claim.job.id === idOf(2)) {
      attempts[2] += 1
      return
    }
    attempts[1] += 1
    throw new TypeError('x is not a function')
  })
  for (let round = 0; round < 4; round++) {
    await engine.idle()
    stage.clock.move(10_000)
  }
  assert.deepEqual(attempts, { 1: 3, 2: 3 })
  assert.match(JSON.stringify((await stage.job(1)).failure), /x is not a function/)
  assert.match(JSON.stringify((await stage.job(2)).failure), /without recording it/)
})

test('a runner may pause its job, which is then neither failed nor counted', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const engine = stage.engine(async (claim, context) => {
    if (context.attempt > 1) return stage.complete(claim, context)
    const until = { dueAt: stage.clock.now() + 5_000, waitingFor: 'a copy to end' }
    await stage.catalog.transaction((tx) => jobs.pause(tx, claim, until))
  })
  await engine.idle()
  const paused = await stage.job(1)
  assert.deepEqual([paused.state, paused.troubles, paused.faults], ['CREATED', 0, 0])
  stage.clock.move(5_000)
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})

test('a running job that is asked to stop is aborted at the next renewal', async (t) => {
  const stage = await Stage.set(t)
  const id = await stage.add(1)
  const begun = gate()
  let reason: unknown
  let asked: boolean | undefined
  const engine = stage.engine(async (claim, context) => {
    begun.open()
    await untilAborted(claim, context).catch((error: unknown) => {
      reason = error
      asked = context.stopRequested()
      throw error
    })
  })
  await begun.times(1)
  const now = stage.clock.now()
  await stage.catalog.transaction((tx) => jobs.requestStop(tx, { id, now }))
  stage.clock.move(15_000)
  await engine.idle()
  const job = await stage.job(1)
  assert.deepEqual([job.state, job.failure], ['ABORTED', { code: 'StoppedByUser' }])
  assert.ok(reason instanceof StopRequested)
  assert.equal(asked, true)
})

test('a job asked to stop before it ran is ABORTED without running', async (t) => {
  const stage = await Stage.set(t)
  const id = await stage.add(1)
  const now = stage.clock.now()
  await stage.catalog.transaction((tx) => jobs.requestStop(tx, { id, now }))
  const engine = stage.engine(() => assert.fail('it was stopped'))
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'ABORTED')
})

test('a stop that comes too late changes nothing', async (t) => {
  const stage = await Stage.set(t)
  const id = await stage.add(1)
  const engine = stage.engine(async (claim, context) => {
    const now = stage.clock.now()
    await stage.catalog.transaction((tx) => jobs.requestStop(tx, { id, now }))
    await stage.complete(claim, context)
  })
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})

test('a stopped engine gives its jobs back at once and takes no more', async (t) => {
  const stage = await Stage.set(t)
  for (const n of [1, 2, 3]) await stage.add(n)
  const begun = gate()
  const reasons: unknown[] = []
  const engine = stage.engine(async (claim, context) => {
    begun.open()
    await untilAborted(claim, context).catch((error: unknown) => {
      reasons.push(error)
      throw error
    })
  })
  await begun.times(2)
  await engine.stop()
  assert.ok(reasons.every((reason) => reason instanceof EngineStopping))
  for (const n of [1, 2, 3]) {
    const job = await stage.job(n)
    assert.deepEqual([job.leaseOwner, job.dueAt, job.troubles], [undefined, stage.clock.now(), 0])
  }
  const next = stage.engine(stage.complete, { owner: 'engine-2' })
  await next.idle()
  for (const n of [1, 2, 3]) assert.equal((await stage.job(n)).state, 'COMPLETED')
  assert.equal((await stage.job(1)).attempt, 2)
})

test('after a crash nobody waits for the leases of the dead: a start ends them', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const now = stage.clock.now()
  const by = { owner: 'dead', now, leaseMs: 60_000, kinds: KINDS }
  assert.ok(await stage.catalog.transaction((tx) => jobs.claim(tx, by)))
  const engine = stage.engine(stage.complete)
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'CREATED')
  assert.equal(await stage.catalog.transaction((tx) => jobs.releaseLeases(tx)), 1)
  await engine.idle()
  const job = await stage.job(1)
  assert.deepEqual([job.state, job.fence], ['COMPLETED', 2])
})

test('a catalog in trouble stops no engine', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  let ill = true
  const errors: string[] = []
  const catalog: Catalog = {
    read: (work) => stage.catalog.read(work),
    transaction: (work) =>
      ill
        ? Promise.reject(new Trouble('the disk of the catalog is full', { retryable: true }))
        : stage.catalog.transaction(work),
    close: () => stage.catalog.close(),
  }
  const log = { ...quiet, error: (_: unknown, message: string) => errors.push(message) }
  const engine = stage.engine(stage.complete, { catalog, log })
  await engine.idle()
  assert.ok(errors.includes('no job could be claimed'))
  ill = false
  stage.clock.move(1_000)
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})
