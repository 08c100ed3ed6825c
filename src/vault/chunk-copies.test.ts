// The bound on the memory of chunks on their way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkCopies } from './chunk-copies.ts'

const MIB = 1024 * 1024
const LARGEST = 4 * MIB + 32
const USUAL = MIB + 32

/** Lends until nothing more is lent. */
function lendAll(copies: ChunkCopies, bytes: number): Uint8Array[] {
  const lent: Uint8Array[] = []
  for (;;) {
    const copy = copies.lend(bytes)
    if (copy === undefined) return lent
    assert.ok(copy.length >= bytes)
    lent.push(copy)
  }
}

test('two of the largest chunks are lent at once, or four of the usual ones', () => {
  assert.equal(lendAll(new ChunkCopies(), LARGEST).length, 2)
  assert.equal(lendAll(new ChunkCopies(), USUAL).length, 4)
})

test('what was given back is lent again', () => {
  const copies = new ChunkCopies()
  const lent = lendAll(copies, USUAL)
  for (const copy of lent) copies.giveBack(copy)
  assert.deepEqual(new Set(lendAll(copies, USUAL - 1)), new Set(lent))
})

test('copies that are too small make room for larger ones, and no more of them than must', () => {
  const copies = new ChunkCopies()
  const small = lendAll(copies, USUAL)
  for (const copy of small) copies.giveBack(copy)
  assert.ok(copies.lend(LARGEST))
  assert.deepEqual(
    small.map(({ length }) => length > 0),
    [false, true, true, true],
  )
  assert.ok(copies.lend(LARGEST))
  assert.ok(small.every(({ length }) => length === 0))
})

test('a chunk larger than all that is agreed is lent alone', () => {
  const copies = new ChunkCopies()
  const [copy, ...others] = lendAll(copies, 20 * MIB)
  assert.deepEqual(others, [])
  assert.equal(copies.lend(1), undefined)
  copies.giveBack(copy as Uint8Array)
  assert.equal(copies.lend(USUAL), copy)
})

test('memory that is not lent is freed at the end', () => {
  const copies = new ChunkCopies()
  const [copy] = lendAll(copies, USUAL)
  copies.giveBack(copy as Uint8Array)
  copies.clear()
  assert.equal(copy?.length, 0)
})
