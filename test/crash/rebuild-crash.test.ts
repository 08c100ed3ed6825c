// Goal: whatever disk call a server dies at, a catalog that is lost with it comes back from the
// stores: nothing that a recovery point needs is missing, and what was deleted stays deleted.
// Method: as in `every-crash.test.ts`, with the catalog gone after each death.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { losses } from './rebuild-crash.ts'

/** Fewer calls than this have not done what the name says. */
const CALLS_MIN = 15

for (const name of Object.keys(losses)) {
  test(`a catalog comes back when ${name} dies at any disk call`, async () => {
    const thread = new Worker(new URL('./rebuild-thread.ts', import.meta.url), { workerData: name })
    const [calls] = await once(thread, 'message')
    assert.ok(calls > CALLS_MIN, `${calls} calls`)
  })
}
