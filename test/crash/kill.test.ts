// The short form of `npm run test:torture`: a handful of real kills in the middle of jobs.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../trees/temporary-folder.ts'
import { KillRun } from './kill-run.ts'
import { LifecycleRun } from './lifecycle-run.ts'
import { SparseRun } from './sparse-run.ts'

const MIB = 1024 * 1024
const KILLS = 5
const ROUNDS_MAX = 4

test('jobs of a server that is killed in their midst end as if it had not been', async () => {
  using folder = temporaryFolder()
  const options = { seed: 7, treeBytes: 130 * MIB, killsPerJob: 2 }
  await using run = await KillRun.begin({ folder: folder.path, ...options })
  let counted = 0
  for (let round = 0; counted < KILLS && round < ROUNDS_MAX; round += 1) {
    const report = await run.round()
    assert.deepEqual(report.wrong, [])
    counted += report.counted.backup + report.counted.copy + report.counted.restore
  }
  assert.deepEqual(await run.end(), [])
  assert.ok(counted >= KILLS, `only ${counted} kills hit a job in its midst`)
})

test('a server that is killed while it compacts loses nothing, and compacts in the end', async () => {
  using folder = temporaryFolder()
  await using run = await SparseRun.begin(path.join(folder.path, 'sparse'), 11)
  const { generation, wrong } = await run.round()
  assert.deepEqual(wrong, [])
  assert.ok(generation > 1)
})

test('a server killed while points become cold and expire keeps what is to stay, and only that', async () => {
  using folder = temporaryFolder()
  const place = { folder: path.join(folder.path, 'lifecycles'), seed: 13 }
  await using run = await LifecycleRun.begin({ ...place, treeBytes: 48 * MIB, killsPerPart: 2 })
  const counted = { cool: 0, expire: 0 }
  for (let round = 0; round < ROUNDS_MAX && !(counted.cool && counted.expire); round += 1) {
    const report = await run.round()
    assert.deepEqual(report.wrong, [])
    counted.cool += report.counted.cool
    counted.expire += report.counted.expire
  }
  assert.ok(counted.cool > 0 && counted.expire > 0, JSON.stringify(counted))
})
