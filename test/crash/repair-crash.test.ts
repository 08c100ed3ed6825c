// Goal: whatever disk call a server dies at while it repairs damaged packs, no good object is lost,
// none is left half written, and the next process ends with all of it whole.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { repairScenes } from './repair-scenes.ts'

/** A scene of fewer disk calls than this has not done what its name says. */
const CALLS_MIN = 40

for (const name of Object.keys(repairScenes)) {
  test(`${name} survives a crash at every disk call`, async (t) => {
    const thread = new Worker(new URL('./repair-thread.ts', import.meta.url), { workerData: name })
    const [calls] = await once(thread, 'message')
    assert.ok(calls > CALLS_MIN, `${calls} calls`)
    t.diagnostic(`${calls} calls`)
  })
}
