// Who waits for whom: copies that fill every turn do not keep the sweep from running that they wait
// for, and neither do sweeps the copies they wait for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobs } from '../catalog/index.ts'
import { copyJob, emptyCatalog, jobId, sweepJob } from '../catalog/samples.suite.ts'
import type { EngineOptions } from '../engine/index.ts'
import { quiet } from '../engine/stage.suite.ts'
import { parseVaultId } from '../model/index.ts'
import { systemClock } from '../world/index.ts'
import { startEngines } from './engines.ts'

/** More than any engine has turns. */
const MANY = 40

type Runner = EngineOptions['runners']['copy']

for (const [waiting, awaited] of [
  ['copy', 'sweep'],
  ['sweep', 'copy'],
] as const) {
  test(`however many a ${waiting} waits, the ${awaited} they wait for has its turn`, async (t) => {
    const catalog = await emptyCatalog(t)
    await catalog.transaction(async (tx) => {
      for (let n = 1; n <= MANY; n += 1) await jobs.insert(tx, jobOf(waiting, n))
      await jobs.insert(tx, jobOf(awaited, MANY + 1))
    })
    const { promise: isDone, resolve: done } = Promise.withResolvers<void>()
    const finish: Runner = (claim) =>
      catalog.transaction(async (tx) => {
        await jobs.start(tx, claim, 1)
        await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: 1 })
      })
    const runner: Runner = async (claim, context) => {
      // Each goes on only when the awaited one is through.
      if (claim.job.kind === waiting) await isDone
      await finish(claim, context)
      if (claim.job.kind === awaited) done()
    }
    const kinds = [
      'backup',
      'copy',
      'restore',
      'cool',
      'expire',
      'delete',
      'purge',
      'sweep',
      'verify',
    ]
    const runners = Object.fromEntries(kinds.map((kind) => [kind, runner]))
    const engines = startEngines({
      catalog,
      clock: systemClock,
      log: quiet,
      owner: 'test',
      runners: runners as EngineOptions['runners'],
      copiesAtOnce: () => undefined,
    })
    await isDone
    for (;;) {
      const states = await catalog.read((tx) => jobs.countByState(tx))
      if (states.every(({ state }) => state === 'COMPLETED')) break
      engines.wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await engines.stop()
    assert.equal((await catalog.read((tx) => jobs.byId(tx, jobId(1))))?.state, 'COMPLETED')
  })
}

/** Sweeps are of vaults of their own, for a vault has one at a time. */
function jobOf(kind: 'copy' | 'sweep', n: number) {
  if (kind === 'copy') return copyJob(n)
  const vaultId = parseVaultId(n.toString(16).padStart(32, '0'))
  return sweepJob(n, { detail: { kind: 'sweep', vaultId } })
}
