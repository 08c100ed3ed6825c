// How a restore gets to the disk: how often it is asked, that nothing takes its name before it is
// there, and what happens when the disk, or the program that asks it for everything, fails.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, restore } from '../../test/trees/memory-point.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Trouble } from '../model/index.ts'
import {
  type OpenWholeSync,
  realTree,
  systemClock,
  systemWholeSync,
  type Tree,
} from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'

// What statfs tells of ext4 and tmpfs: as if all of it were on a disk, or in memory.
const EXT = 0xef53
const TMPFS = 0x01021994
const MIB = 1024 * 1024
const FILES = 300
const FOLDERS = 20
const IN_FOLDER = FILES / FOLDERS
/** A sixteenth of what the process may open. */
const BATCH = 256
const OPEN_FILES_MAX = 4096
const STAGING = /^\.copyhold-restore-/

const failure = (code: string) => Object.assign(new Error(code), { code, errno: -5 })

/** A driver over a tree that counts what reaches the disk, and fails where it is told to. */
function counting(options: {
  readonly wholeSync?: OpenWholeSync
  readonly tree?: Partial<Tree>
  readonly type?: number
}) {
  const counts = { files: 0, folders: 0, syncs: 0, open: 0, openMost: 0 }
  const under: Tree = { ...realTree, ...options.tree }
  const tree: Tree = {
    ...under,
    fileSystemType: () => options.type ?? EXT,
    createFile(path, mode) {
      const file = under.createFile(path, mode)
      counts.openMost = Math.max(counts.openMost, ++counts.open)
      return file
    },
    close(file) {
      if (under.fstat(file).kind === 'file') counts.open -= 1
      under.close(file)
    },
    async flush(file) {
      counts[under.fstat(file).kind === 'file' ? 'files' : 'folders'] += 1
      await under.flush(file)
    },
  }
  const wholeSync: OpenWholeSync = (folder) => {
    const real = (options.wholeSync ?? systemWholeSync)(folder)
    return {
      sync(signal) {
        counts.syncs += 1
        return real.sync(signal)
      },
      [Symbol.dispose]: () => real[Symbol.dispose](),
    }
  }
  const driver = openDirectoryDriver({
    tree,
    clock: systemClock,
    ownFolders: [],
    wholeSync,
    openFilesMax: OPEN_FILES_MAX,
  })
  return { driver, counts }
}

const plain = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })

/** So many files in 20 folders, and where they lie. */
async function manyFiles(folder: string, files = FILES) {
  const source = join(folder, 'source')
  for (let number = 0; number < files; number++) {
    const below = join(source, `folder-${String(number % FOLDERS).padStart(2, '0')}`)
    if (number < FOLDERS) mkdirSync(below, { recursive: true })
    writeFileSync(join(below, String(number).padStart(3, '0')), `content of ${number}`)
  }
  return { source, point: await backUp(plain, source) }
}

/** Files that have a name in a target. */
const named = (target: string) =>
  readdirSync(target, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.split('/').some((name) => STAGING.test(name)),
  ).length

test('many files are written back together, flushed once each, few of them open', async () => {
  using folder = temporaryFolder()
  const files = 3 * BATCH
  const { source, point } = await manyFiles(folder.path, files)
  const { driver, counts } = counting({})
  const target = join(folder.path, 'target')
  await restore(driver, point, { target })
  assert.deepEqual(compareTrees(source, target), [])
  assert.equal(counts.files, files)
  // The root is flushed for what was removed in it, and the folder it was made in.
  assert.equal(counts.folders, FOLDERS + 2)
  assert.equal(counts.syncs, 3 + 1)
  assert.ok(counts.openMost <= 2 * BATCH, String(counts.openMost))
  assert.equal(counts.open, 0)
})

test('in memory nothing is asked of a disk, and few files are asked for one by one', async () => {
  using folder = temporaryFolder()
  const { point } = await manyFiles(folder.path)
  const inMemory = counting({ type: TMPFS })
  await restore(inMemory.driver, point, { target: join(folder.path, 'memory') })
  assert.deepEqual([inMemory.counts.files, inMemory.counts.syncs], [0, 0])
  const few = { ...point, entries: point.entries.slice(0, 10) }
  const onDisk = counting({})
  await restore(onDisk.driver, few, { target: join(folder.path, 'disk') })
  assert.equal(onDisk.counts.syncs, 0)
})

test('where a whole file system cannot be written back, everything is restored', async () => {
  using folder = temporaryFolder()
  const { source, point } = await manyFiles(folder.path)
  const failing: OpenWholeSync = () => ({ sync: async () => false, [Symbol.dispose]: () => {} })
  const { driver, counts } = counting({ wholeSync: failing })
  for (const [name, each] of [
    ['absent', plain],
    ['failing', driver],
  ] as const) {
    const target = join(folder.path, name)
    await restore(each, point, { target })
    assert.deepEqual(compareTrees(source, target), [])
  }
  assert.equal(counts.files, FILES)
})

test('one failed flush fails the restore, and nothing of its batch takes a name', async () => {
  using folder = temporaryFolder()
  const { source, point } = await manyFiles(folder.path)
  for (const at of [BATCH, BATCH + 1]) {
    let flushes = 0
    const flush = async (file: number) => {
      const isIt = realTree.fstat(file).kind === 'file' && ++flushes === at
      await realTree.flush(file)
      if (isIt) throw failure('EIO')
    }
    const { driver, counts } = counting({ tree: { flush } })
    const target = join(folder.path, `target-${at}`)
    await assert.rejects(
      restore(driver, point, { target }),
      (error) => error instanceof Trouble && error.retryable,
    )
    // What is durable and lies in a folder that is not waits for that.
    const durable = Math.floor((at - 1) / BATCH) * BATCH
    assert.equal(named(target), Math.floor(durable / IN_FOLDER) * IN_FOLDER)
    assert.equal(counts.open, 0)
    const staging = readdirSync(target).find((name) => STAGING.test(name)) ?? ''
    assert.deepEqual(readdirSync(join(target, staging)), [])
    await restore(plain, point, { target, resuming: true })
    assert.deepEqual(compareTrees(source, target), [])
  }
})

test('a restore that ends early closes nothing while it is being flushed', async () => {
  using folder = temporaryFolder()
  const { point } = await manyFiles(folder.path)
  const flushing = new Set<number>()
  const flush = async (file: number) => {
    flushing.add(file)
    await realTree.flush(file)
    flushing.delete(file)
  }
  const close = (file: number) => {
    assert.equal(flushing.has(file), false)
    realTree.close(file)
  }
  let contents = 0
  const content = async () => {
    if (++contents === BATCH + 10) throw new Error('no more content')
  }
  const { driver, counts } = counting({ tree: { flush, close } })
  const target = join(folder.path, 'target')
  await assert.rejects(restore(driver, point, { target, content }), /no more content/)
  assert.equal(counts.open, 0)
  assert.equal(named(target), 0)
})

test('a process that may open few files restores all the same', async () => {
  using folder = temporaryFolder()
  const { source, point } = await manyFiles(folder.path)
  const openMost = 40
  const createFile = (path: Uint8Array, mode: number) => {
    if (counts.open >= openMost) throw failure('EMFILE')
    return realTree.createFile(path, mode)
  }
  const { driver, counts } = counting({ tree: { createFile } })
  const target = join(folder.path, 'target')
  await restore(driver, point, { target })
  assert.deepEqual(compareTrees(source, target), [])
  assert.equal(counts.openMost, openMost)
})

test('a large file is flushed while it is written, and a failure then is not forgotten', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'large'), '')
  const [root, file] = (await backUp(plain, source)).entries
  assert.ok(root && file)
  const sizeBytes = 300 * MIB
  const point = { entries: [root, { ...file, sizeBytes }], contents: new Map() }
  // One byte of each megabyte, so that the disk has little to do.
  const write = (to: number, _bytes: Uint8Array, offset: number) =>
    realTree.write(to, new Uint8Array(1), offset)
  const content = async (_: unknown, give: (bytes: Uint8Array, offset: number) => void) => {
    for (let offset = 0; offset < sizeBytes; offset += MIB) {
      give(new Uint8Array(MIB), offset)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  let flushes = 0
  const flushWell = async () => {
    flushes += 1
  }
  const whole = counting({ tree: { write, flush: flushWell } })
  await restore(whole.driver, point, { target: join(folder.path, 'whole'), content })
  // Four ahead and its last; the root and the folder it lies in.
  assert.equal(flushes, 4 + 1 + 2)
  let failed = 0
  const flush = async () => {
    if (++failed === 1) throw failure('EIO')
  }
  const failing = counting({ tree: { write, flush } })
  const target = join(folder.path, 'failing')
  await assert.rejects(restore(failing.driver, point, { target, content }), Trouble)
  assert.equal(named(target), 0)
})
