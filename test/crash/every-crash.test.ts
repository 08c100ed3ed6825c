// Goal: the seven MUSTs of docs/design.md hold whatever disk call a server dies at. Method: each
// scene runs once to count its calls, then again for each of them, dying there. What a kill and a
// power cut leave is judged as it lies; then the next process goes on, and what it ends with must
// be what an undisturbed run ends with, without strays.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allScenes } from './all-scenes.ts'

/** A scene of fewer disk calls than this has not done what its name says. */
const CALLS_MIN = 20

/** Each runs on a thread of its own, and these are the longest tests there are. */
const AT_ONCE = 2

describe('every crash', { concurrency: AT_ONCE }, () => {
  for (const name of Object.keys(allScenes)) {
    test(`${name} survives a crash at every disk call`, async () => {
      const thread = new Worker(new URL('./scene-thread.ts', import.meta.url), { workerData: name })
      const [calls] = await once(thread, 'message')
      assert.ok(calls > CALLS_MIN, `${calls} calls`)
    })
  }
})
