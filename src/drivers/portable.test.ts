// The same reading and restoring where the kernel lends no paths to open folders, and folders that
// are moved away while their depths are read.

import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, itemsOf, keyOf, restore } from '../../test/trees/memory-point.ts'
import { makeChain, makeOddTree } from '../../test/trees/odd-tree.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { realTree, systemClock, type Tree } from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'

/** A kernel that lends no paths to open folders: macOS, or Linux without /proc. */
const plainTree: Tree = { ...realTree, anchor: () => undefined }
const driver = openDirectoryDriver({ tree: plainTree, clock: systemClock, ownFolders: [] })

test('an odd tree comes back as it was by plain paths too', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeOddTree(source, 7, { smallFiles: 60, largeBytes: 5_000 })
  const point = await backUp(driver, source)
  assert.deepEqual(point.skipped, [])
  const target = join(folder.path, 'target')
  await restore(driver, point, { target })
  assert.deepEqual(compareTrees(source, target), [])
})

test('by plain paths, what lies too deep for the kernel is named and the rest is read', async () => {
  using folder = temporaryFolder()
  makeChain(join(folder.path, 'deep'), { levels: 30, name: 'n'.repeat(200) })
  writeFileSync(join(folder.path, 'z'), 'after')
  const { entries, skipped } = await backUp(driver, folder.path)
  assert.deepEqual(
    skipped.map(({ reason }) => reason),
    ['too-deep'],
  )
  assert.equal(keyOf(entries.at(-1)?.path ?? new Uint8Array()), 'z')
})

test('a folder moved away while its depths are read costs only what was not read of it', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  makeChain(join(source, 'a'), { levels: 100, name: 'level' })
  writeFileSync(join(source, 'z'), 'after')
  writeFileSync(join(source, 'a/level/zz-later'), 'not read any more')
  for (const tree of [realTree, plainTree]) {
    const here = openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })
    const paths: string[] = []
    const reading = here.read({ path: source }, { readStart: Date.now() })
    for await (const item of itemsOf(reading)) {
      if (!item.facts) continue
      paths.push(keyOf(item.facts.path))
      if (!paths.at(-1)?.endsWith('/file')) continue
      rmSync(join(source, 'a'), { recursive: true })
    }
    assert.equal(paths.at(-1), 'z')
    assert.deepEqual(
      reading.tally.summary().map(({ reason }) => reason),
      ['vanished'],
    )
    makeChain(join(source, 'a'), { levels: 100, name: 'level' })
    writeFileSync(join(source, 'a/level/zz-later'), 'not read any more')
  }
})
