// Races between two threads, each with a connection of its own to one file: unique indexes and the
// write lock decide, both sides make progress, and none sees "database is locked".

import assert from 'node:assert/strict'
import { once } from 'node:events'
import path from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { openCatalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import { type RaceData, ROUNDS } from './race.suite.ts'
import { backupJob, jobId, packNames, temporaryFolder, vaultRow } from './samples.suite.ts'
import * as vaults from './vaults.ts'

/** Runs the race in two threads and answers what each reports. */
async function run<T>(race: RaceData['race'], file: string): Promise<[T, T]> {
  const answers = [0, 1].map(async (thread) => {
    const workerData: RaceData = { race, file, thread }
    const worker = new Worker(new URL('./race.suite.ts', import.meta.url), { workerData })
    const [answer] = await once(worker, 'message')
    return answer as T
  })
  return (await Promise.all(answers)) as [T, T]
}

test('two threads that open a new catalog at once both get it; names stay unique', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const [one, two] = await run<number>('names', file)
  assert.equal(one + two, ROUNDS)
})

test('of two requests with one token, one makes a job and the other is told', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const [one, two] = await run<string[]>('tokens', file)
  assert.equal(one.length + two.length, ROUNDS)
  const catalog = await openCatalog({ file })
  t.after(() => catalog.close())
  const counts = await catalog.read((tx) => jobs.countByState(tx))
  assert.deepEqual(counts, [{ kind: 'backup', state: 'CREATED', count: ROUNDS }])
})

test('a job is claimed by one of two engines', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const catalog = await openCatalog({ file })
  t.after(() => catalog.close())
  await catalog.transaction(async (tx) => {
    for (let n = 0; n < ROUNDS; n++) await jobs.insert(tx, backupJob(n))
  })
  const [one, two] = await run<string[]>('claims', file)
  assert.equal(new Set([...one, ...two]).size, ROUNDS)
  assert.equal(one.length + two.length, ROUNDS)
})

test('two jobs that need the same packs put each of them once', async (t) => {
  const file = path.join(temporaryFolder(t), 'catalog.db')
  const catalog = await openCatalog({ file })
  t.after(() => catalog.close())
  await catalog.transaction(async (tx) => {
    await vaults.insert(tx, vaultRow(1))
    for (const n of [1, 2]) await jobs.insert(tx, backupJob(n, { id: jobId(n) }))
  })
  for (const owner of ['thread-0', 'thread-1']) {
    const by = { owner, now: 2000, leaseMs: 60_000, kinds: ['backup'] } as const
    await catalog.transaction((tx) => jobs.claim(tx, by))
  }
  const [one, two] = await run<string[]>('puts', file)
  assert.deepEqual([...one, ...two].sort(), packNames(ROUNDS).sort())
})
