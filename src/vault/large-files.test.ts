// Files of very many extents, and how often a store is read: what a terabyte would need, seen on a
// file of a few megabytes with small chunks.

import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { test } from 'node:test'
import type { Extent } from '../model/index.ts'
import { type ObjectStore, openMemoryStore } from '../store/index.ts'
import { ChunkTable } from './chunk-table.ts'
import { ExtentList, ExtentRows } from './extent-rows.ts'
import type { WriterLimits } from './point-writer.ts'
import {
  assertHolds,
  entriesOf,
  makeVault,
  node,
  SMALL,
  seededRandom,
  writePoint,
} from './vault-world.suite.ts'

const LIMITS = {
  ...SMALL,
  blockPackBytes: 1024 * 1024,
  chunkMinBytes: 256,
  chunkAverageBytes: 1024,
  chunkMaxBytes: 4096,
}

/** Bytes like random ones, with runs of zeros among them: extents of all kinds. */
function patchy(sizeBytes: number): Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 5), Buffer.alloc(16))
  const bytes = cipher.update(Buffer.alloc(sizeBytes))
  for (let at = 100_000; at + 50_000 < sizeBytes; at += 300_000) bytes.fill(0, at, at + 50_000)
  return bytes
}

const IDENTITY = { device: 1n, inode: 2n, ctimeNs: 3n }
const TREE = [
  node('', 'directory'),
  node('before', 'file', { content: patchy(10_000) }),
  node('large', 'file', { content: patchy(4_000_000), identity: IDENTITY }),
  node('later', 'file', { content: patchy(20_000) }),
]

/** Counts what is read of packs: how often their tables, and how many bytes. */
function counted(inner: ObjectStore) {
  const read = { headers: 0, bytes: 0, wholes: 0 }
  const store: ObjectStore = {
    ...inner,
    get: (name, range, signal) => {
      if (name.includes('/packs/')) {
        if (range === undefined) read.wholes += 1
        // Whoever reads a table reads the pack's header for it.
        else if (range.offset === 0) read.headers += 1
        else read.bytes += range.sizeBytes
      }
      return inner.get(name, range, signal)
    },
  }
  return { store, read }
}

test('a file of thousands of extents comes back, and is taken over unread as it is', async () => {
  const world = await makeVault(1)
  const { manifest } = await writePoint(world, TREE, { limits: LIMITS })
  const entries = await entriesOf(world.vault, manifest)
  assert.ok((entries[2]?.extents.length ?? 0) > 2000)
  await assertHolds(world.vault, manifest, TREE)

  const { ledger, random, vault } = world
  await using writer = await vault.writer({
    known: manifest.packs,
    ledger: ledger.ledger,
    random,
    limits: LIMITS,
  })
  for (const entry of entries) {
    assert.equal(writer.reusable(entry), true)
    await writer.addUnchanged(entry)
  }
  const again = await writer.finish()
  assert.equal(again.bytesStored, 0)
  const ids = (blocks: typeof manifest.entryBlocks) =>
    blocks.map(({ chunk }) => Buffer.from(chunk).toString('hex'))
  assert.deepEqual(ids(again.entryBlocks), ids(manifest.entryBlocks))
})

test('a vast point ends the packs of a file before it lists it, and goes on in others', async () => {
  const tree = [
    node('', 'directory'),
    node('large', 'file', { content: Buffer.alloc(6_000_000, patchy(50_000)) }),
    node('later', 'file', { content: patchy(1000) }),
  ]
  const tiny = { ...LIMITS, chunkMinBytes: 64, chunkAverageBytes: 256, chunkMaxBytes: 1024 }
  const write = async (limits: Partial<WriterLimits>) => {
    const world = await makeVault(1)
    return { ...world, ...(await writePoint(world, tree, { limits })) }
  }
  const usual = await write(tiny)
  const vast = await write({ ...tiny, vastChunks: 100 })
  assert.equal(vast.manifest.packs.length, usual.manifest.packs.length + 1)
  await assertHolds(vast.vault, vast.manifest, tree)
})

test('reading a point through opens each table once and fetches no byte of a chunk twice', async () => {
  const { store, read } = counted(openMemoryStore())
  const world = await makeVault(1, { store })
  const { manifest } = await writePoint(world, TREE, { limits: LIMITS })
  assert.ok(manifest.packs.length > 20)
  Object.assign(read, { headers: 0, bytes: 0, wholes: 0 })
  const reader = await world.vault.reader(manifest)
  assert.equal(read.headers, manifest.packs.length)
  assert.equal(read.wholes, 0)
  Object.assign(read, { headers: 0, bytes: 0 })
  for (const entry of await entriesOf(world.vault, manifest)) {
    await reader.content(entry, () => undefined)
  }
  assert.equal(read.headers, 0)
  const used = manifest.packs.reduce((sum, pack) => sum + pack.usedBytes, 0)
  assert.ok(read.bytes <= used, `${read.bytes} bytes were fetched of ${used}`)
})

test('a writer reads the tables of the packs it knows once, and no chunk', async () => {
  const { store, read } = counted(openMemoryStore())
  const world = await makeVault(1, { store })
  const { manifest } = await writePoint(world, TREE, { limits: LIMITS })
  const entries = await entriesOf(world.vault, manifest)
  Object.assign(read, { headers: 0, bytes: 0, wholes: 0 })
  const { ledger, random, vault } = world
  await using writer = await vault.writer({ known: manifest.packs, ledger: ledger.ledger, random })
  for (const { extents } of entries) {
    for (const extent of extents) {
      if (extent.kind === 'data') assert.ok((writer.chunkPlainBytes(extent.chunk) ?? 0) > 0)
    }
  }
  assert.equal(writer.chunkPlainBytes(new Uint8Array(32)), undefined)
  assert.equal(read.headers, manifest.packs.length)
})

test('extents kept tight are the extents that were added, neighbours in one chunk joined', () => {
  const rows = new ExtentRows()
  rows.push({ row: -1, sizeBytes: 2 ** 40 })
  rows.push({ row: -1, sizeBytes: 5 })
  rows.push({ row: 7, offset: 0, sizeBytes: 10 })
  rows.push({ row: 7, offset: 10, sizeBytes: 20 })
  rows.push({ row: 7, offset: 31, sizeBytes: 1 })
  assert.equal(rows.length, 4)
  assert.deepEqual(rows.slice(0, 10), [
    { row: -1, sizeBytes: 2 ** 40 },
    { row: -1, sizeBytes: 5 },
    { row: 7, offset: 0, sizeBytes: 30 },
    { row: 7, offset: 31, sizeBytes: 1 },
  ])

  const list = new ExtentList()
  const chunk = new Uint8Array(32).fill(9)
  for (let number = 0; number < 5000; number++) {
    list.push({ kind: 'data', chunk, offset: number, sizeBytes: 1 })
    list.push({ kind: 'hole', sizeBytes: number + 1 })
  }
  assert.equal(list.length, 10_000)
  assert.deepEqual(list.at(9_998), { kind: 'data', chunk, offset: 4999, sizeBytes: 1 })
  assert.deepEqual([...list].at(-1), { kind: 'hole', sizeBytes: 5000 })
  assert.equal(list.at(10_000), undefined)
})

test('extents of a list are the same whether their ids are held elsewhere or not', () => {
  const table = new ChunkTable()
  const random = seededRandom('ids')
  const extents = Array.from({ length: 9000 }, (_, number): Extent => {
    if (number % 7 === 0) return { kind: 'hole', sizeBytes: 2 ** 33 * number + 1 }
    const chunk = new Uint8Array(random.bytes(32))
    const sizeBytes = 4_194_304 - number
    if (number % 50 > 0) table.add(chunk, number % 90 < 5 ? 4_194_304 : sizeBytes)
    return { kind: 'data', chunk, offset: number % 40 === 0 ? 5 : 0, sizeBytes }
  })
  const list = new ExtentList(table)
  const alone = new ExtentList()
  for (const extent of extents) for (const to of [list, alone]) to.push(extent)
  assert.deepEqual([...list], extents)
  assert.deepEqual([...alone], extents)
  for (const index of [8999, 0, 4097, 4096, 12, 11, 6000]) {
    assert.deepEqual(list.at(index), extents[index])
  }
})

test('a table that was cleared has no chunk and takes new ones', () => {
  const table = new ChunkTable()
  const id = (number: number) => new Uint8Array(32).fill(number)
  for (let number = 0; number < 200; number++) table.add(id(number), 1)
  table.clear()
  assert.equal(table.size, 0)
  assert.equal(table.find(id(3)), -1)
  assert.equal(table.add(id(4), 9), 0)
  assert.equal(table.plainBytesOf(table.find(id(4))), 9)
})
