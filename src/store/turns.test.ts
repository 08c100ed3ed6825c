// Turns are taken in the order in which they were asked for, and a failure passes its turn on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('only so many work at a time, in their order, whatever becomes of the others', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const works = Array.from({ length: 6 }, () => Promise.withResolvers<void>())
  const done = works.map(({ promise }, number) =>
    turns.during(() => {
      begun.push(number)
      return promise
    }),
  )
  const settled = Promise.allSettled(done)
  assert.deepEqual(begun, [0, 1])
  works[1]?.reject(new Error('failed'))
  await assert.rejects(done[1] ?? Promise.resolve(), /failed/)
  assert.deepEqual(begun, [0, 1, 2])
  for (const work of works) work.resolve()
  await settled
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5])
})
