// Cost follows data: what a backup reads of a file is its data, found by asking the file system
// where it lies. Nothing else changes by that: the same extents and chunks come of it as where
// zeros are read. Counts bytes; measures no time.

import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, openSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { openDirectoryDriver } from '../src/drivers/index.ts'
import { openTurns } from '../src/jobs/turns.ts'
import type { WriterLimits } from '../src/vault/point-writer.ts'
import { entriesOf, FACTS, job, makeVault, node, point } from '../src/vault/vault-world.suite.ts'
import { realTree, systemClock, type Tree } from '../src/world/index.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const KIB = 1024
const TIB = 1024 ** 4
/** As where the C library cannot be called: everything is data as far as can be told. */
const BLIND: Tree = {
  ...realTree,
  nextData: (_file, offset) => ({ begin: offset, end: Number.POSITIVE_INFINITY }),
}

interface Island {
  readonly at: number
  readonly bytes: number
}

function makeSparse(path: string, sizeBytes: number, islands: readonly Island[]): void {
  const file = openSync(path, 'w')
  try {
    ftruncateSync(file, sizeBytes)
    for (const { at, bytes } of islands) writeSync(file, Buffer.alloc(bytes, `${at}`), 0, bytes, at)
  } finally {
    closeSync(file)
  }
}

/** Backs a folder of one file up; says how many bytes were read, and what was made of it. */
async function backUp(folder: string, tree: Tree, limits: Partial<WriterLimits> = {}) {
  let bytesRead = 0
  const counting: Tree = {
    ...tree,
    read(file, into, offset) {
      const count = tree.read(file, into, offset)
      bytesRead += count
      return count
    },
  }
  const driver = openDirectoryDriver({ tree: counting, clock: systemClock, ownFolders: [] })
  const { vault, ledger, random } = await makeVault(1)
  await using writer = await vault.writer({ known: [], ledger: ledger.ledger, random, limits })
  const reading = driver.read({ path: folder }, { readStart: Date.now() + 60_000 })
  for await (const items of reading) {
    for (const item of items) if (item.facts) await writer.add(item.facts, item.open?.())
  }
  const { packs, entryBlocks, logicalBytes } = await writer.finish()
  const draft = { pointId: point(1), jobId: job(1), fence: 1, facts: FACTS, packs, entryBlocks }
  const manifest = await vault.sealManifest(draft, random)
  const extents = (await entriesOf(vault, manifest)).map((entry) => [...entry.extents])
  return { bytesRead, logicalBytes, extents, told: reading.tally.summary() }
}

test('of a file of 15 TiB with 8 KiB of data little more than the data is read', async (t) => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'disk.img')
  try {
    const islands = [0, 900_000_000_000].map((at) => ({ at, bytes: 4 * KIB }))
    makeSparse(path, 15 * TIB, islands)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EFBIG') throw error
    return t.skip('no file of 15 TiB here')
  }
  const { bytesRead, logicalBytes, told } = await backUp(folder.path, realTree)
  assert.equal(logicalBytes, 15 * TIB)
  assert.ok(bytesRead <= 64 * KIB, `${bytesRead} bytes`)
  assert.deepEqual(told, [])
})

const island = fc.record({
  // At any byte: file systems have blocks of other sizes than ours, and the end of a file has none.
  at: fc.oneof(
    fc.nat(6_000_000),
    fc.nat(1400).map((block) => block * 4 * KIB),
  ),
  bytes: fc.oneof(fc.integer({ min: 1, max: 300_000 }), fc.constant(1)),
})

test('whether holes are asked for or read as zeros, the same comes of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(island, { maxLength: 12 }),
      fc.integer({ min: 1, max: 7_000_000 }),
      async (islands, sizeBytes) => {
        using folder = temporaryFolder()
        makeSparse(join(folder.path, 'file'), sizeBytes, islands)
        const [asked, blind] = [
          await backUp(folder.path, realTree),
          await backUp(folder.path, BLIND),
        ]
        assert.deepEqual(asked.extents, blind.extents)
        assert.deepEqual([asked.told, blind.told], [[], []])
      },
    ),
    { numRuns: 30 },
  )
})

test('a file that is cut shorter inside a hole is kept as long as it is, and named', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'file')
  makeSparse(path, 8_000_000, [{ at: 0, bytes: 100 }])
  const cutting: Tree = {
    ...realTree,
    nextData(file, offset) {
      if (offset > 0) truncateSync(path, 5_000_000)
      return realTree.nextData(file, offset)
    },
  }
  const { logicalBytes, told } = await backUp(folder.path, cutting)
  assert.equal(logicalBytes, 5_000_000)
  assert.deepEqual(told, [{ reason: 'changed', count: 1, names: ['file'] }])
})

test('a file of more extents than can be kept is kept up to there, and named', async () => {
  using folder = temporaryFolder()
  const islands = Array.from({ length: 40 }, (_, i) => ({ at: i * 200_000, bytes: 4 * KIB }))
  makeSparse(join(folder.path, 'file'), 8_000_000, islands)
  const whole = await backUp(folder.path, realTree)
  const few = await backUp(folder.path, realTree, { fileExtentsMax: 20 })
  assert.ok((whole.extents[1]?.length ?? 0) > 75)
  assert.ok((few.extents[1]?.length ?? 0) < 30)
  assert.deepEqual(few.told, [{ reason: 'cut-short', count: 1, names: ['file'] }])
})

test('the thread gets its turns in a file without end, so that its job can be stopped', async () => {
  const { vault, ledger, random } = await makeVault(1)
  const stop = new AbortController()
  const turns = openTurns(systemClock, () => undefined)
  const options = { known: [], ledger: ledger.ledger, random, signal: stop.signal, turns }
  await using writer = await vault.writer(options)
  const { facts } = node('file', 'file')
  const endless = { read: (into: Uint8Array) => into.fill(0).length, close: () => assert.fail() }
  setTimeout(() => stop.abort(new Error('stopped')), 50)
  await assert.rejects(writer.add({ ...facts, sizeBytes: 4 * TIB }, endless), /stopped/)
})
