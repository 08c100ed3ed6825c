// Property: every signed number of 56 bits comes back as it was written, in the shortest form; and
// the reader refuses every other form.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

const END = 1n << 55n

function written(value: bigint): Uint8Array {
  const writer = new ByteWriter()
  writer.zigzag(value)
  return writer.bytes()
}

test('numbers of 56 bits come back as they were', () => {
  const edges = [0n, 1n, 2n ** 48n, 2n ** 52n, 2n ** 53n, END - 1n]
  for (const edge of edges.flatMap((n) => [n - 1n, n, -n, -n - 1n])) {
    assert.equal(new ByteReader(written(edge), 'x').zigzag(), edge)
  }
  fc.assert(
    fc.property(fc.bigInt({ min: -END, max: END - 1n }), (value) => {
      const bytes = written(value)
      const reader = new ByteReader(bytes, 'x')
      assert.equal(reader.zigzag(), value)
      assert.equal(reader.left, 0)
      assert.throws(() => new ByteReader(bytes.subarray(0, -1), 'x').zigzag(), /ends too early/)
    }),
  )
})

test('numbers that do not fit, and forms that are too long, are refused', () => {
  for (const value of [END, -END - 1n]) assert.throws(() => written(value), /not of 56 bits/)
  const overlong = Uint8Array.of(0x82, 0x80, 0x00)
  assert.throws(() => new ByteReader(overlong, 'x').zigzag(), /overlong/)
  const endless = new Uint8Array(9).fill(0x80)
  assert.throws(() => new ByteReader(endless, 'x').zigzag(), /without an end/)
})
