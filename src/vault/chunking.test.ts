// Where chunks are cut and where they are found again: sizes, locality, determinism, the table.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ChunkStream } from './chunk-stream.ts'
import { ChunkTable } from './chunk-table.ts'
import { EntryBlockBuilder, EXTENTS_PER_RECORD_MAX, type TableExtent } from './entry-block.ts'
import { EntryList } from './entry-list.ts'
import { gearTable, openGearScan } from './gear-scan.ts'
import { node, seededRandom } from './vault-world.suite.ts'

const KEY = seededRandom('chunking').bytes(32)
const SIZES = { chunkMinBytes: 1024, chunkAverageBytes: 4096, chunkMaxBytes: 16_384 }

/** Cuts `bytes`, handing them over in pieces of the given sizes in turn. */
function cut(bytes: Uint8Array, pieces: readonly number[], key = KEY): Buffer[] {
  const stream = new ChunkStream(key, SIZES, 8192)
  const chunks: Buffer[] = []
  const take = (flush: boolean) => {
    for (;;) {
      const chunk = stream.next({ flush })
      if (chunk === undefined) return
      chunks.push(Buffer.from(chunk))
    }
  }
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const count = Math.min(pieces[turn % pieces.length] ?? 1, bytes.length - at)
    stream.tail(count).set(bytes.subarray(at, at + count))
    stream.commit(count)
    at += count
    take(false)
  }
  take(true)
  return chunks
}

test('chunks keep their sizes and depend on the bytes alone, however they arrive', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 8192 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120_000 }), sizes, (count, pieces) => {
      const bytes = seededRandom('any').bytes(count)
      const chunks = cut(bytes, pieces)
      assert.ok(Buffer.concat(chunks).equals(bytes))
      const lengths = (all: Buffer[]) => all.map((chunk) => chunk.length)
      assert.deepEqual(lengths(chunks), lengths(cut(bytes, [8192])))
      for (const chunk of chunks.slice(0, -1)) {
        assert.ok(chunk.length > SIZES.chunkMinBytes && chunk.length <= SIZES.chunkMaxBytes)
      }
    }),
    { numRuns: 60 },
  )
})

test('an insertion changes a few chunks and no others', () => {
  const bytes = seededRandom('long').bytes(600_000)
  const before = new Set(cut(bytes, [8192]).map((chunk) => chunk.toString('latin1')))
  const altered = Buffer.concat([
    bytes.subarray(0, 300_000),
    Buffer.from('x'),
    bytes.subarray(300_000),
  ])
  const after = cut(altered, [8192]).map((chunk) => chunk.toString('latin1'))
  const fresh = after.filter((chunk) => !before.has(chunk))
  assert.ok(before.size > 80)
  assert.ok(fresh.length >= 1 && fresh.length <= 4, `${fresh.length} of ${after.length}`)
})

test('another chunking key cuts elsewhere', () => {
  const bytes = seededRandom('long').bytes(200_000)
  const lengths = (key: Uint8Array) => cut(bytes, [8192], key).map((chunk) => chunk.length)
  assert.notDeepEqual(lengths(KEY), lengths(seededRandom('another').bytes(32)))
})

test('the hand-written loop finds what the same loop in JavaScript finds', () => {
  const bytes = seededRandom('scan').bytes(40_000)
  const gear = openGearScan(KEY, bytes.length)
  const table = gearTable(KEY)
  gear.memory.set(bytes)
  const limit = 2 ** 23
  const expected: number[] = []
  for (let at = 0, hash = 0; at < bytes.length; at++) {
    hash = ((hash << 1) + (table[bytes[at] as number] as number)) >>> 0
    if (hash >= limit) continue
    expected.push(at + 1)
    hash = 0
  }
  const found: number[] = []
  for (let at = 0, step = 1; at < bytes.length; step = (step * 7) % 31) {
    const to = Math.min(at + step, bytes.length)
    const hit = gear.scan(at, to, limit)
    if (hit >= 0) {
      found.push(hit)
      gear.restart()
    }
    at = hit >= 0 ? hit : to
  }
  assert.ok(expected.length > 50)
  assert.deepEqual(found, expected)
})

/** Of every size that a pack can have, the largest of each among them. */
const placeOf = (n: number) => ({
  pack: n,
  ordinal: 65_535 - n * 3,
  offset: 32 * 1024 * 1024 - 1 - n * 1600,
  storedBytes: 4 * 1024 * 1024 + 16 - n * 200,
})

test('the table finds every chunk it was given, and no other', () => {
  const table = new ChunkTable()
  const random = seededRandom('ids')
  const ids = Array.from({ length: 20_000 }, (_, n) => {
    const id = random.bytes(32)
    // Some differ in their last word alone.
    if (n % 16 === 0) id.fill(7, 0, 28)
    return id
  })
  for (const [n, id] of ids.entries()) {
    assert.equal(table.find(id), -1)
    const row = table.add(id, (n % 4_194_304) + 1)
    const encoding = n % 3 === 0 ? 'zstd' : 'raw'
    table.place(row, { ...placeOf(n), encoding })
    if (n % 5 === 0) table.markUsed(row)
  }
  for (const [n, id] of ids.entries()) {
    const row = table.find(id)
    assert.equal(row, n)
    assert.equal(Buffer.compare(table.idOf(row), id), 0)
    assert.equal(table.plainBytesOf(row), (n % 4_194_304) + 1)
    assert.equal(table.isUsed(row), n % 5 === 0)
    const encoding = n % 3 === 0 ? 'zstd' : 'raw'
    assert.deepEqual(table.placeOf(row), { ...placeOf(n), encoding })
  }
})

test('a file with very many extents goes on in further records and blocks', () => {
  const table = new ChunkTable()
  const extents: TableExtent[] = []
  for (let n = 0; n < 8 * EXTENTS_PER_RECORD_MAX + 3; n++) {
    const id = new Uint8Array(32)
    new DataView(id.buffer).setUint32(0, n, true)
    extents.push({ row: table.add(id, 4_000_000), offset: n, sizeBytes: 3_000_000 })
  }
  const sizeBytes = extents.length * 3_000_000
  const { facts } = node('huge', 'file')
  const builder = new EntryBlockBuilder(table, 1024 * 1024)
  const blocks: Uint8Array[] = []
  let written = builder.add({ ...facts, sizeBytes }, extents)
  while (written < extents.length) {
    if (builder.endsBeforeMore(extents.length - written)) blocks.push(builder.take())
    written = builder.addMore(extents, written)
  }
  blocks.push(builder.take())
  assert.ok(blocks.length > 1)
  const list = new EntryList()
  const entries = blocks.flatMap((block, n) => [...list.block(block, `block ${n}`)])
  list.end('the manifest')
  assert.equal(entries.length, 1)
  assert.equal(entries[0]?.extents.length, extents.length)
  const cutShort = new EntryList()
  assert.deepEqual([...cutShort.block(blocks[0] as Uint8Array, 'block')], [])
  assert.throws(() => cutShort.end('the manifest'), /ends within a file/)
})
