// The packed names against a plain sorted array.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NameList } from './name-list.ts'

const names = fc.array(fc.uint8Array({ minLength: 1, maxLength: 6 }), { maxLength: 300 })

function all(list: NameList): Buffer[] {
  const found: Buffer[] = []
  for (let name = list.next(); name; name = list.next()) found.push(Buffer.from(name))
  return found
}

test('names come in byte order, each once, and all are known', () => {
  fc.assert(
    fc.property(names, fc.uint8Array({ minLength: 1, maxLength: 6 }), (given, other) => {
      const list = new NameList(given)
      const distinct = new Set(given.map((name) => Buffer.from(name).toString('hex')))
      const sorted = [...distinct].map((hex) => Buffer.from(hex, 'hex')).sort(Buffer.compare)
      assert.deepEqual(all(list), sorted)
      assert.equal(list.left, 0)
      for (const name of given) assert.ok(list.has(name))
      assert.equal(list.has(other), distinct.has(Buffer.from(other).toString('hex')))
    }),
  )
})

test('names are kept apart from the memory they came in', () => {
  const given = Buffer.from('ba')
  const list = new NameList([given.subarray(0, 1), given.subarray(1)])
  given.fill(0x7a)
  assert.deepEqual([...(list.next() ?? [])], [0x61])
})

test('a folder of 300,000 names is packed into a few bytes each', () => {
  function* many() {
    for (let i = 0; i < 300_000; i++) yield Buffer.from(`name-${(i * 7919) % 300_000}`)
  }
  const list = new NameList(many())
  let last: Uint8Array | undefined
  let count = 0
  for (let name = list.next(); name; name = list.next()) {
    if (last) assert.ok(Buffer.compare(last, name) < 0)
    last = name
    count += 1
  }
  assert.equal(count, 300_000)
})
