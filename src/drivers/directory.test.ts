// Reads real trees with every oddity, restores them from memory, and compares; and what a reading
// leaves out or refuses.

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, itemsOf, keyOf, restore } from '../../test/trees/memory-point.ts'
import { makeChain, makeOddTree } from '../../test/trees/odd-tree.ts'
import { openBelow } from '../../test/trees/open-below.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { compareEntryPaths } from '../model/index.ts'
import { realTree, systemClock } from '../world/index.ts'
import { openDirectoryDriver, tellSkips } from './index.ts'

const driver = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })
const isRoot = process.getuid?.() === 0

test('an odd tree comes back as it was', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeOddTree(source, 1, { veryDeep: true })
  const point = await backUp(driver, source)
  assert.deepEqual(point.skipped, [])
  const target = join(folder.path, 'target')
  const report = await restore(driver, point, { target })
  assert.deepEqual(compareTrees(source, target), [])
  assert.equal(report.entries, point.entries.length)
  assert.equal(
    report.bytes,
    point.entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
  )
  if (isRoot) assert.deepEqual(report.warnings, [])
})

test('entries come in entry order, each once, whatever the names', async () => {
  using folder = temporaryFolder()
  makeOddTree(folder.path, 2)
  const { entries } = await backUp(driver, folder.path)
  for (let i = 1; i < entries.length; i++) {
    const [a, b] = [entries[i - 1]?.path, entries[i]?.path]
    assert.ok(a && b && compareEntryPaths(a, b) < 0, `${a} before ${b}`)
  }
})

test('sockets, pipes and devices are left out, counted and named', async () => {
  using folder = temporaryFolder()
  const { unkept } = makeOddTree(folder.path, 3, { unkept: true })
  const server = createServer().listen(join(folder.path, 'socket'))
  await new Promise((resolve) => server.once('listening', resolve))
  const { skipped, told } = await backUp(driver, folder.path)
  server.close()
  const expected = { ...unkept, socket: 'socket' }
  assert.deepEqual(
    Object.fromEntries(skipped.map(({ path, reason }) => [keyOf(path), reason])),
    expected,
  )
  const [sentence = ''] = tellSkips(told as Parameters<typeof tellSkips>[0])
  for (const name of Object.keys(expected)) assert.ok(sentence.includes(`(${name})`), sentence)
})

test('a file has an identity only once it was left alone for two seconds', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'file'), 'x')
  const identity = async (readStart: number) =>
    (await backUp(driver, folder.path, { readStart })).entries.at(-1)?.identity
  const stat = realTree.lstat(Buffer.from(join(folder.path, 'file')))
  const changedMs = Number((stat?.ctimeNs ?? 0n) / 1_000_000n)
  assert.equal(await identity(changedMs + 1_000), undefined)
  assert.deepEqual(await identity(changedMs + 3_000), {
    device: stat?.device,
    inode: stat?.inode,
    ctimeNs: stat?.ctimeNs,
  })
})

test('a modification time in the future is no sign of rest', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'file'), 'x')
  utimesSync(join(folder.path, 'file'), 4_000_000_000, 4_000_000_000)
  const { entries } = await backUp(driver, folder.path)
  assert.equal(entries.at(-1)?.identity, undefined)
})

test('what folders of this server hold is left out, and unfinished restores are', async () => {
  using folder = temporaryFolder()
  const own = join(folder.path, 'own')
  const staging = '.copyhold-restore-5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11'
  for (const name of ['own', 'other', staging, '.copyhold-restore-mine']) {
    mkdirSync(join(folder.path, name))
    writeFileSync(join(folder.path, name, 'file'), name)
  }
  symlinkSync(own, join(folder.path, 'alias'))
  const here = openDirectoryDriver({
    tree: realTree,
    clock: systemClock,
    ownFolders: [join(folder.path, 'alias'), '/no/such/folder'],
  })
  const { entries, skipped } = await backUp(here, folder.path)
  const kept = ['other', 'other/file', 'own']
  assert.deepEqual(
    entries.map((entry) => keyOf(entry.path)),
    ['', '.copyhold-restore-mine', '.copyhold-restore-mine/file', 'alias', ...kept],
  )
  assert.deepEqual(
    skipped.map(({ path, reason }) => [keyOf(path), reason]),
    [
      [staging, 'restore-staging'],
      ['own', 'own-folder'],
    ],
  )
})

test('a check refuses what is no readable folder, and says why', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, '')
  mkdirSync(join(folder.path, 'own/inside'), { recursive: true })
  const here = openDirectoryDriver({
    tree: realTree,
    clock: systemClock,
    ownFolders: [join(folder.path, 'own')],
  })
  const reason = async (path: string) => {
    const failure = await here.check({ path, arn: 'arn' })
    if (!failure) return undefined
    assert.ok(failure.code === 'ResourceUnavailable' && failure.arn === 'arn')
    return failure.reason
  }
  assert.equal(await reason(folder.path), undefined)
  assert.equal(await reason('relative'), 'the path is not absolute')
  assert.equal(await reason('/zero\0byte'), 'the path holds a zero byte')
  assert.equal(await reason(join(folder.path, 'absent')), 'there is no such folder')
  assert.equal(await reason(file), 'it is not a folder')
  assert.equal(await reason(join(folder.path, 'own/inside')), 'it belongs to this server')
  assert.equal(await reason('/proc'), 'it is made up by the kernel')
})

test('a reading of a folder that is gone ends with the failure of the resource', async () => {
  using folder = temporaryFolder()
  await assert.rejects(
    () => backUp(driver, join(folder.path, 'gone')),
    (error: { failure?: { code: string } }) => error.failure?.code === 'ResourceUnavailable',
  )
})

test('a folder chain deeper than descriptors and path lengths is read and restored', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeChain(source, { levels: 1500, name: 'level-name' })
  const before = openBelow(folder.path)
  const point = await backUp(driver, source)
  assert.equal(point.entries.length, 1502)
  assert.deepEqual(point.skipped, [])
  const target = join(folder.path, 'target')
  await restore(driver, point, { target })
  const again = await backUp(driver, target)
  assert.deepEqual(
    again.entries.map((entry) => keyOf(entry.path)),
    point.entries.map((entry) => keyOf(entry.path)),
  )
  assert.deepEqual(openBelow(folder.path), before)
})

test('a reading left early closes what it holds', async () => {
  using folder = temporaryFolder()
  makeOddTree(folder.path, 4)
  let met = 0
  const reading = driver.read({ path: folder.path }, { readStart: Date.now() })
  for await (const _ of itemsOf(reading)) {
    met += 1
    if (met === 30) assert.ok(process.platform !== 'linux' || openBelow(folder.path).length > 0)
    if (met === 100) break
  }
  assert.deepEqual(openBelow(folder.path), [])
})
