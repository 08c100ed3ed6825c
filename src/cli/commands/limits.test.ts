// How rates are written on the command line.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRate } from './limits.ts'

test('a rate is a number with a unit, a second or not, or none', () => {
  assert.equal(parseRate('50MB/s'), 50_000_000)
  assert.equal(parseRate('1.5GB'), 1_500_000_000)
  assert.equal(parseRate('512 KiB/s'), 524_288)
  assert.equal(parseRate('none'), null)
})

test('what is not a rate is refused, with what would be one', () => {
  for (const text of ['', '50', 'MB/s', '-1MB/s', '5mb/s', '5MB/h', 'fast']) {
    assert.throws(() => parseRate(text), /use one such as 50MB\/s/, text)
  }
})
