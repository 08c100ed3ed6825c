// Who waits for whom: copies that fill every turn do not keep the sweep from running that they wait
// for, and neither do sweeps the copies they wait for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalog, jobs } from '../catalog/index.ts'
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
    const finish = ending(catalog)
    const runner: Runner = async (claim, context) => {
      // Each goes on only when the awaited one is through.
      if (claim.job.kind === waiting) await isDone
      await finish(claim, context)
      if (claim.job.kind === awaited) done()
    }
    const engines = startEngines({ ...settings(runner), catalog })
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

test('who is woken for jobs of one kind looks for no others', async (t) => {
  const catalog = await emptyCatalog(t)
  const finish = ending(catalog)
  const begun: string[] = []
  const ended = { copy: Promise.withResolvers<void>(), sweep: Promise.withResolvers<void>() }
  const runner: Runner = async (claim, context) => {
    const kind = claim.job.kind as keyof typeof ended
    begun.push(kind)
    await finish(claim, context)
    ended[kind].resolve()
  }
  // Nobody looks again by itself.
  const asleep = new Set<AbortSignal>()
  const sleep = (_: number, signal: AbortSignal = new AbortController().signal) => {
    asleep.add(signal)
    return untilAborted(signal)
  }
  const engines = startEngines({ ...settings(runner), catalog, clock: { ...systemClock, sleep } })
  while (asleep.size < 3) await new Promise((resolve) => setImmediate(resolve))
  await catalog.transaction(async (tx) => {
    await jobs.insert(tx, jobOf('sweep', 1))
    await jobs.insert(tx, jobOf('copy', 2))
  })
  engines.wake('copy')
  await ended.copy.promise
  assert.deepEqual(begun, ['copy'])
  engines.wake()
  await ended.sweep.promise
  await engines.stop()
})

function settings(runner: Runner) {
  const bytes = ['backup', 'copy', 'restore', 'cool'] as const
  const others = ['expire', 'delete', 'purge', 'sweep', 'verify'] as const
  const runners = Object.fromEntries([...bytes, ...others].map((kind) => [kind, runner]))
  return {
    clock: systemClock,
    log: quiet,
    owner: 'test',
    runners: runners as EngineOptions['runners'],
    copiesAtOnce: () => undefined,
  }
}

function ending(catalog: Catalog): Runner {
  return (claim) =>
    catalog.transaction(async (tx) => {
      await jobs.start(tx, claim, 1)
      await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: 1 })
    })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Sweeps are of vaults of their own, for a vault has one at a time. */
function jobOf(kind: 'copy' | 'sweep', n: number) {
  if (kind === 'copy') return copyJob(n)
  const vaultId = parseVaultId(n.toString(16).padStart(32, '0'))
  return sweepJob(n, { detail: { kind: 'sweep', vaultId } })
}
