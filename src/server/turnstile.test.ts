// The queue in front of everything that is answered.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TooManyWaiting, Turnstile } from './turnstile.ts'

const never = new AbortController().signal

test('never are more inside than may be, and who came first goes first', async () => {
  const bounds = fc.record({ atOnce: fc.integer({ min: 1, max: 4 }), visitors: fc.nat(30) })
  await fc.assert(
    fc.asyncProperty(bounds, async ({ atOnce, visitors }) => {
      const turnstile = new Turnstile({
        atOnce,
        atOnceEach: atOnce,
        waiting: visitors,
        waitingEach: visitors,
      })
      const began: number[] = []
      let inside = 0
      const visit = (visitor: number) =>
        turnstile.pass(
          'one',
          async () => {
            began.push(visitor)
            inside += 1
            assert.ok(inside <= atOnce)
            await Promise.resolve()
            inside -= 1
          },
          never,
        )
      await Promise.all(Array.from({ length: visitors }, (_, visitor) => visit(visitor)))
      assert.deepEqual(
        began,
        began.toSorted((a, b) => a - b),
      )
      assert.equal(began.length, visitors)
    }),
    { numRuns: 50 },
  )
})

test('who finds the queue full is sent away, and work that fails leaves its place', async () => {
  const turnstile = new Turnstile({ atOnce: 1, atOnceEach: 1, waiting: 1, waitingEach: 1 })
  const first = Promise.withResolvers<string>()
  const running = turnstile.pass('one', () => first.promise, never)
  const waiting = turnstile.pass('one', async () => 'second', never)
  await assert.rejects(
    turnstile.pass('one', async () => 'third', never),
    TooManyWaiting,
  )
  first.reject(new Error('it failed'))
  await assert.rejects(running, /it failed/)
  assert.equal(await waiting, 'second')
  assert.equal(await turnstile.pass('one', async () => 'fourth', never), 'fourth')
})

test('who goes away while waiting is never let in, and holds nobody up', async () => {
  const turnstile = new Turnstile({ atOnce: 1, atOnceEach: 1, waiting: 2, waitingEach: 2 })
  const first = Promise.withResolvers<void>()
  const running = turnstile.pass('one', () => first.promise, never)
  const gone = new AbortController()
  const left = turnstile.pass('one', async () => assert.fail('it has gone'), gone.signal)
  const next = turnstile.pass('one', async () => 'next', never)
  gone.abort()
  await assert.rejects(left, { name: 'AbortError' })
  first.resolve()
  await running
  assert.equal(await next, 'next')
})

test('callers take turns, and one who floods takes only a share of places and queue', async () => {
  const turnstile = new Turnstile({ atOnce: 2, atOnceEach: 1, waiting: 20, waitingEach: 10 })
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const visit = (caller: string, until?: Promise<void>) =>
    turnstile.pass(
      caller,
      async () => {
        order.push(caller)
        await until
      },
      never,
    )
  const flood = [visit('flood', first.promise), ...Array.from({ length: 10 }, () => visit('flood'))]
  await assert.rejects(visit('flood'), TooManyWaiting)
  await visit('other')
  assert.deepEqual(order, ['flood', 'other'], 'a place is left for others')
  const held = Promise.withResolvers<void>()
  const others = [visit('other', held.promise), visit('other'), visit('third')]
  held.resolve()
  first.resolve()
  await Promise.all([...flood, ...others])
  assert.ok(order.indexOf('third') <= 5, `turns are taken: ${order}`)
  assert.equal(order.filter((caller) => caller === 'flood').length, 11)
})
