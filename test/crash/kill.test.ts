// The short form of `npm run test:torture`: a handful of real kills in the middle of jobs.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../trees/temporary-folder.ts'
import { KillRun } from './kill-run.ts'
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
