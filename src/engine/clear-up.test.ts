// What a job leaves outside the catalog is removed when it ends without success, whatever ended it,
// and stays while it will be tried again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answer, type JobId, Trouble } from '../model/index.ts'
import { gate, Stage } from './stage.suite.ts'

const full = () => new Trouble('the disk is full', { retryable: true })

test('troubles that last too long end with a clearing up, and only their end does', async (t) => {
  const stage = await Stage.set(t)
  const cleared: JobId[] = []
  const tried = gate()
  const runner = async () => {
    tried.open()
    throw full()
  }
  const clearUp = async ({ job }: { job: { id: JobId } }) => void cleared.push(job.id)
  const engine = stage.engine(runner, { clearUp })
  const id = await stage.add(1)
  engine.wake()
  await tried.times(1)
  while ((await stage.job(1)).completedAt === undefined) {
    assert.deepEqual(cleared, [])
    stage.clock.move(5 * 60_000)
    engine.wake()
    await engine.idle()
  }
  assert.equal((await stage.job(1)).state, 'FAILED')
  assert.deepEqual(cleared, [id])
})

test('an answer ends with a clearing up, and one that fails does not keep the job from ending', async (t) => {
  const stage = await Stage.set(t)
  let cleared = 0
  const engine = stage.engine(
    async () => {
      throw new Answer({ code: 'NextTokenInvalid' })
    },
    {
      clearUp: async () => {
        cleared += 1
        throw full()
      },
    },
  )
  await stage.add(1)
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'FAILED')
  assert.equal(cleared, 1)
})

test('a job that succeeds is not cleared up after', async (t) => {
  const stage = await Stage.set(t)
  const engine = stage.engine(stage.complete, { clearUp: () => assert.fail('nothing was left') })
  await stage.add(1)
  await engine.idle()
  assert.equal((await stage.job(1)).state, 'COMPLETED')
})
