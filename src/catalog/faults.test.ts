// Faults as the catalog keeps them: bounded, counted, and over when they have struck enough.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as faults from './faults.ts'
import { backupJob, emptyCatalog } from './samples.suite.ts'

const ONCE = { name: 'internal', match: {}, times: 1 }

test('there may be a hundred faults, of which those that are over do not count', async (t) => {
  const catalog = await emptyCatalog(t)
  await catalog.transaction(async (tx) => {
    let added = 0
    while (await faults.add(tx, ONCE)) added += 1
    assert.equal(added, 100)
    const job = backupJob(1)
    while (await faults.strike(tx, job)) added -= 1
    assert.equal(added, 0)
    assert.equal(await faults.add(tx, { name: 'trouble', match: {} }), true)
    assert.equal((await faults.strike(tx, job))?.name, 'trouble')
  })
})
