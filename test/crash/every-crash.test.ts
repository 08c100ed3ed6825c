// Goal: the seven MUSTs of docs/design.md hold whatever disk call or transaction a server dies at.
// Method: each scene runs once, and before each of its calls what a kill and power cuts would leave
// is kept. It is judged as it lies; then the next process goes on, and what it ends with must be
// what an undisturbed run ends with, without strays.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allScenes } from './all-scenes.ts'
import type { DeathCount } from './job-crash.ts'
import { CUTS } from './moments.ts'

/** A scene of fewer disk calls than this has not done what its name says. */
const CALLS_MIN = 20

/** Each runs on a thread of its own, and these are the longest tests there are. */
const AT_ONCE = 2

describe('every crash', { concurrency: AT_ONCE }, () => {
  for (const name of Object.keys(allScenes)) {
    test(`${name} survives a crash at every disk call`, async (t) => {
      const thread = new Worker(new URL('./scene-thread.ts', import.meta.url), { workerData: name })
      const [count] = (await once(thread, 'message')) as [DeathCount]
      assert.ok(count.moments > CALLS_MIN, `${count.moments} moments`)
      assert.equal(count.judged + count.known, count.moments * (1 + CUTS))
      t.diagnostic(JSON.stringify(count))
    })
  }
})
