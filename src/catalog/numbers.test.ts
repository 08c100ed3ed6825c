// Pack numbers in one value: whole after a round trip, and damage is noticed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeNumbers, encodeNumbers, NumberSet } from './numbers.ts'

function decoded(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  decodeNumbers(bytes, (number) => numbers.push(number))
  return numbers
}

test('any set of numbers comes back, ascending', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }))
  fc.assert(
    fc.property(numbers, (given) => {
      assert.deepEqual(
        decoded(encodeNumbers(given)),
        [...given].sort((a, b) => a - b),
      )
    }),
  )
})

test('numbers in a row take a byte each', () => {
  assert.equal(encodeNumbers(Array.from({ length: 1000 }, (_, n) => n + 1)).length, 1000)
})

test('what cannot be a set of pack numbers is refused', () => {
  for (const bad of [[0], [-1], [1, 1], [1.5]]) assert.throws(() => encodeNumbers(bad), RangeError)
  for (const bad of [[0], [1, 0], [0x80], [...Array(9).fill(0xff), 1]]) {
    assert.throws(() => decoded(Uint8Array.from(bad)), RangeError)
  }
})

test('a set has what was added and nothing beyond its bound', () => {
  const set = new NumberSet(20)
  set.add(3)
  set.add(17)
  const has = Array.from({ length: 40 }, (_, n) => n).filter((n) => set.has(n))
  assert.deepEqual(has, [3, 17])
  assert.throws(() => set.add(24), RangeError)
})
