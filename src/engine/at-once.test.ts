// How many jobs of one kind run at the same time, when that is limited and the limit changes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage } from './stage.suite.ts'

test('no more jobs of a kind run at once than its limit says now, and all run', async (t) => {
  const stage = await Stage.set(t)
  for (let n = 1; n <= 8; n++) await stage.add(n)
  let running = 0
  let limit = 1
  const mosts: Record<number, number> = {}
  const engine = stage.engine(
    async (claim, context) => {
      running += 1
      mosts[limit] = Math.max(mosts[limit] ?? 0, running)
      await new Promise((resolve) => setImmediate(resolve))
      await stage.complete(claim, context)
      running -= 1
      if (claim.job.id.endsWith('4')) limit = 2
    },
    { concurrency: 5, atOnce: (kind) => (kind === 'backup' ? limit : undefined) },
  )
  await engine.idle()
  for (let n = 1; n <= 8; n++) assert.equal((await stage.job(n)).state, 'COMPLETED')
  assert.deepEqual(mosts, { 1: 1, 2: 2 })
})

test('a limit on another kind holds nobody', async (t) => {
  const stage = await Stage.set(t)
  await stage.add(1)
  const engine = stage.engine(stage.complete, {
    atOnce: (kind) => (kind === 'copy' ? 1 : undefined),
  })
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})
