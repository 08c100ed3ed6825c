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
      const turnstile = new Turnstile({ atOnce, waiting: visitors })
      const began: number[] = []
      let inside = 0
      const visit = (visitor: number) =>
        turnstile.pass(async () => {
          began.push(visitor)
          inside += 1
          assert.ok(inside <= atOnce)
          await Promise.resolve()
          inside -= 1
        }, never)
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
  const turnstile = new Turnstile({ atOnce: 1, waiting: 1 })
  const first = Promise.withResolvers<string>()
  const running = turnstile.pass(() => first.promise, never)
  const waiting = turnstile.pass(async () => 'second', never)
  await assert.rejects(
    turnstile.pass(async () => 'third', never),
    TooManyWaiting,
  )
  first.reject(new Error('it failed'))
  await assert.rejects(running, /it failed/)
  assert.equal(await waiting, 'second')
  assert.equal(await turnstile.pass(async () => 'fourth', never), 'fourth')
})

test('who goes away while waiting is never let in, and holds nobody up', async () => {
  const turnstile = new Turnstile({ atOnce: 1, waiting: 2 })
  const first = Promise.withResolvers<void>()
  const running = turnstile.pass(() => first.promise, never)
  const gone = new AbortController()
  const left = turnstile.pass(async () => assert.fail('it has gone'), gone.signal)
  const next = turnstile.pass(async () => 'next', never)
  gone.abort()
  await assert.rejects(left, { name: 'AbortError' })
  first.resolve()
  await running
  assert.equal(await next, 'next')
})
