// Bandwidth limits, on a clock whose time passes only when everybody waits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../store/virtual-clock.suite.ts'
import { Throttle } from './throttle.ts'

const MEGABYTE = 1_000_000
const HERE = 'arn:aws:backup:eu-west-1:123456789012:backup-vault:here'
const THERE = 'arn:aws:backup:us-east-1:123456789012:backup-vault:there'

function stage(limits: ConstructorParameters<typeof Throttle>[1]) {
  const clock = new VirtualClock()
  const throttle = new Throttle(clock, limits)
  const waits: (string | undefined)[] = []
  const job = (vaultArn: string) => {
    const admit = throttle.admission({ vaultArn, onWait: (why) => waits.push(why) })
    return async (megabytes: number) => {
      for (let done = 0; done < megabytes; done++) await admit(MEGABYTE, undefined)
    }
  }
  return { clock, throttle, waits, job }
}

test('nothing waits where nothing is limited', async () => {
  const { clock, job, waits } = stage({ vaults: {} })
  assert.equal(await clock.timeOf(() => job(HERE)(1000)), 0)
  assert.deepEqual(waits, [])
})

test('the limit of the process is shared by all its jobs, whatever their vaults', async () => {
  const { clock, job } = stage({ process: 10 * MEGABYTE, vaults: {} })
  const both = [job(HERE), job(THERE)]
  const tookMs = await clock.timeOf(() => Promise.all(both.map((write) => write(50))))
  assert.ok(tookMs >= 9_500 && tookMs <= 10_500, `100 MB took ${tookMs} ms`)
})

test('the limit of a vault holds back those who write to it and nobody else', async () => {
  const { clock, job } = stage({ vaults: { [THERE]: 10 * MEGABYTE } })
  assert.equal(await clock.timeOf(() => job(HERE)(100)), 0)
  const tookMs = await clock.timeOf(() => job(THERE)(100))
  assert.ok(tookMs >= 9_500 && tookMs <= 10_500, `100 MB took ${tookMs} ms`)
})

test('the limit of a job is each job’s own', async () => {
  const { clock, job } = stage({ job: 10 * MEGABYTE, vaults: {} })
  const both = [job(HERE), job(HERE)]
  const tookMs = await clock.timeOf(() => Promise.all(both.map((write) => write(100))))
  assert.ok(tookMs >= 9_500 && tookMs <= 10_500, `twice 100 MB took ${tookMs} ms`)
})

test('a job that waits says for what, and when it goes on', async () => {
  const { clock, job, waits } = stage({ vaults: { [THERE]: 2 * MEGABYTE } })
  await clock.timeOf(() => job(THERE)(2))
  assert.deepEqual(waits, ['the bandwidth limit of the vault there', undefined])
})

test('a limit that is taken away holds nobody any more', async () => {
  const { clock, throttle, job } = stage({ process: 20_000, vaults: {} })
  const tookMs = await clock.timeOf(async () => {
    const writing = job(HERE)(100)
    await clock.sleep(1_000)
    throttle.set({ vaults: {} })
    await writing
  })
  assert.ok(tookMs <= 1_250, `it took ${tookMs} ms`)
})

test('a job that is stopped while it waits ends waiting', async () => {
  const { clock, throttle } = stage({ process: 20_000, vaults: {} })
  const stop = new AbortController()
  const admit = throttle.admission({ vaultArn: HERE, onWait: () => {} })
  const tookMs = await clock.timeOf(async () => {
    await admit(MEGABYTE, stop.signal)
    const waiting = assert.rejects(admit(MEGABYTE, stop.signal), /enough/)
    await clock.sleep(100)
    stop.abort(new Error('enough'))
    await waiting
  })
  assert.ok(tookMs <= 350, `it took ${tookMs} ms`)
})
