// Goal: where every file of a store is immutable, jobs of every kind end as they end elsewhere, and
// a death at any disk call of one harms nothing. Method: the scenes of `every-crash.test.ts` on a
// disk that answers EPERM to whoever removes or replaces a file that was not let go before.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { DeathCount } from './job-crash.ts'

const EXPIRY = 'a point that expires'
const CALLS_MIN = 20
const KINDS_MIN = 20

test('jobs of every kind end as ever where every file is held', async () => {
  const ends = await inThread<Record<string, { end: string[]; asEver: string[] }>>({})
  assert.ok(Object.keys(ends).length > KINDS_MIN)
  for (const [name, { end, asEver }] of Object.entries(ends)) {
    assert.ok(asEver.length > 0, name)
    assert.deepEqual(end, asEver, name)
  }
})

test('an expiry where every file is held survives a crash at every disk call', async () => {
  const { moments } = await inThread<DeathCount>({ interrupted: EXPIRY })
  assert.ok(moments > CALLS_MIN, `${moments} moments`)
})

async function inThread<Result>(workerData: { readonly interrupted?: string }): Promise<Result> {
  const thread = new Worker(new URL('./held-thread.ts', import.meta.url), { workerData })
  const [result] = await once(thread, 'message')
  return result
}
