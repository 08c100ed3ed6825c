// Ends of a server that are not accidents, and a beginning that is refused: as processes, because
// only those have signals, exit codes and locks.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { User, until } from '../real-server.ts'
import { compareTrees } from '../trees/compare-trees.ts'
import { temporaryFolder } from '../trees/temporary-folder.ts'
import { realEvidence } from './disk-evidence.ts'
import { makeHeavyTree } from './heavy-tree.ts'
import { broken } from './invariants.ts'
import { jobNow } from './job-state.ts'
import { placesIn, refusedStart, ServerProcess } from './process.ts'

const MIB = 1024 * 1024

test('SIGTERM in the middle of jobs ends with 0; they go on at the next start', async () => {
  using folder = temporaryFolder()
  const tree = path.join(folder.path, 'tree')
  makeHeavyTree(tree, 100 * MIB)
  await using first = await ServerProcess.start(folder.path)
  const frankfurt = new User(first.url, 'eu-central-1')
  const ohio = new User(first.url, 'us-east-2')
  await frankfurt.createVault('daily')
  await ohio.createVault('offsite')
  const point = await frankfurt.backUp('daily', await frankfurt.addDirectory(tree))

  const from = { vault: 'daily', point }
  const restored = path.join(folder.path, 'restored')
  const jobs = [
    await frankfurt.startCopy(from, ohio.vaultArn('offsite')),
    await frankfurt.startRestore(point, restored),
  ]
  assert.equal(await first.terminate(), 0)
  assert.equal(first.said, '')

  const catalog = path.join(placesIn(folder.path).data, 'catalog.db')
  assert.deepEqual(
    jobs.map((id) => jobNow(catalog, id)?.isOver),
    [false, false],
  )
  await using second = await ServerProcess.start(folder.path)
  const ends = jobs.map((id) => until(async () => ended(catalog, id)))
  assert.deepEqual(await Promise.all(ends), ['COMPLETED', 'COMPLETED'])
  assert.equal(await second.terminate(), 0)
  assert.equal(second.said, '')
  assert.deepEqual(compareTrees(tree, restored), [])
  assert.deepEqual(broken(await realEvidence(folder.path), { completed: jobs }), [])
})

test('a second server on the same folder ends with one clear line', async () => {
  using folder = temporaryFolder()
  await using first = await ServerProcess.start(folder.path)
  const { data } = placesIn(folder.path)
  assert.deepEqual(await refusedStart(folder.path), {
    code: 1,
    said: `another Copyhold is using ${data}: stop it first, or use another folder\n`,
  })
  const alive = await fetch(`${first.url}/healthz`)
  assert.equal(alive.status, 200)
})

async function ended(catalog: string, id: string): Promise<string | undefined> {
  const job = jobNow(catalog, id)
  return job?.isOver ? job.state : undefined
}
