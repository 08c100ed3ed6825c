// One suite for both ways to list folders: on this thread as they are read, and ahead on another
// thread. Goal: the same recovery point either way, whatever the tree holds and does meanwhile.

import assert from 'node:assert/strict'
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, itemsOf, keyOf, type MemoryPoint, restore } from '../../test/trees/memory-point.ts'
import { makeChain, makeOddTree } from '../../test/trees/odd-tree.ts'
import { openBelow } from '../../test/trees/open-below.ts'
import { scriptedTree, type TreeScript } from '../../test/trees/scripted-tree.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { compareEntryPaths, Trouble } from '../model/index.ts'
import { realTree, systemClock } from '../world/index.ts'
import { type Driver, openDirectoryDriver } from './index.ts'
import { startWalkThread } from './walk-thread.suite.ts'

type OpenDriver = (script?: TreeScript, ownFolders?: readonly string[]) => Driver

const thread = startWalkThread()
after(() => thread[Symbol.asyncDispose]())

const ways: Readonly<Record<string, OpenDriver>> = {
  'on this thread': (script, ownFolders = []) =>
    openDirectoryDriver({ tree: scriptedTree(script), clock: systemClock, ownFolders }),
  'ahead on another thread': (script, ownFolders = []) => {
    const openWalkLine = () => thread.openLine(script)
    return openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders, openWalkLine })
  },
}

const paths = (point: MemoryPoint) => point.entries.map(({ path }) => keyOf(path))
const left = (point: MemoryPoint) => point.skipped.map(({ path, reason }) => [keyOf(path), reason])
const kinds = (point: MemoryPoint) =>
  point.entries.map(({ path, kind, target }) => [keyOf(path), kind, target && keyOf(target)])
const textOf = (point: MemoryPoint, path: string) =>
  point.contents
    .get(path)
    ?.map(({ bytes }) => Buffer.from(bytes).toString())
    .join('')

const countOf = (point: MemoryPoint, of: string) =>
  point.skipped.filter(({ reason }) => reason === of).length

for (const [way, open] of Object.entries(ways)) {
  test(`${way}: an odd tree comes back as it was, in entry order`, async () => {
    using folder = temporaryFolder()
    const source = join(folder.path, 'source')
    makeOddTree(source, 11, { veryDeep: true, smallFiles: 60, largeBytes: 5_000 })
    const point = await backUp(open(), source)
    assert.deepEqual(point.skipped, [])
    for (const [i, { path }] of point.entries.entries()) {
      const before = point.entries[i - 1]?.path
      assert.ok(!before || compareEntryPaths(before, path) < 0, `${before} before ${path}`)
    }
    const target = join(folder.path, 'target')
    await restore(open(), point, { target })
    assert.deepEqual(compareTrees(source, target), [])
  })

  test(`${way}: everything that a walk leaves out has its reason`, async () => {
    using folder = temporaryFolder()
    const staging = '.copyhold-restore-5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11'
    for (const name of ['closed', 'mount', 'own', staging, 'swapped', 'z']) {
      mkdirSync(join(folder.path, name))
      writeFileSync(join(folder.path, name, 'inside'), name)
    }
    for (const name of ['gone', 'kind', 'netns', 'pipe', 'socket', 'tape', 'x']) {
      writeFileSync(join(folder.path, name), name)
    }
    makeChain(join(folder.path, 'chain'), { levels: 270, name: 'n'.repeat(250) })
    const script: TreeScript = {
      after: {
        call: 'openFolder',
        name: 'chain',
        steps: [['remove', join(folder.path, 'gone')]],
      },
      folderErrors: { closed: 'EACCES', swapped: 'ENOTDIR' },
      seen: {
        kind: { kind: 'unknown' },
        mount: { device: 77n },
        netns: { device: 78n },
        pipe: { kind: 'pipe' },
        socket: { kind: 'socket' },
        tape: { kind: 'device' },
      },
      fileSystems: { mount: 0x9fa0, netns: 0x6e736673 },
    }
    const point = await backUp(open(script, [join(folder.path, 'own')]), folder.path)
    const deep = point.skipped.filter(({ reason }) => reason === 'too-deep')
    assert.equal(deep.length, 1)
    assert.deepEqual(
      left(point).filter(([, reason]) => reason !== 'too-deep'),
      [
        [staging, 'restore-staging'],
        ['closed', 'unreadable'],
        ['gone', 'vanished'],
        ['kind', 'unknown-kind'],
        ['mount', 'pseudo-file-system'],
        ['netns', 'pseudo-file-system'],
        ['own', 'own-folder'],
        ['pipe', 'pipe'],
        ['socket', 'socket'],
        ['swapped', 'replaced'],
        ['tape', 'device'],
      ],
    )
    const kept = paths(point).filter((path) => !path.startsWith('chain/'))
    // Folders that are not entered are there all the same, so that something may be mounted there.
    const folders = ['', 'chain', 'closed', 'mount', 'own', 'swapped']
    assert.deepEqual(kept, [...folders, 'x', 'z', 'z/inside'])
    assert.deepEqual(
      Object.fromEntries(point.told.map(({ reason, count }) => [reason, count])),
      Object.fromEntries(point.skipped.map(({ reason }) => [reason, countOf(point, reason)])),
    )
  })

  test(`${way}: a folder too large to be listed at once is read whole`, async () => {
    using folder = temporaryFolder()
    const names = Array.from({ length: 1_100 }, (_, i) => `${(i * 7919) % 1_100}`)
    for (const name of names) writeFileSync(join(folder.path, name), name)
    const point = await backUp(open({ readsPieceByPiece: true }), folder.path)
    assert.deepEqual(paths(point), ['', ...names.sort()])
    assert.ok(names.every((name) => textOf(point, name) === name))
  })

  test(`${way}: a folder that becomes a link or another folder is not entered`, async () => {
    for (const instead of ['link', 'folder']) {
      using folder = temporaryFolder()
      const d = join(folder.path, 'source/d')
      const other = join(folder.path, 'other')
      for (const path of [d, other]) mkdirSync(path, { recursive: true })
      writeFileSync(join(other, 'secret'), '')
      const away = ['rename', d, join(folder.path, 'away')] as const
      const step = instead === 'link' ? (['symlink', d, other] as const) : undefined
      const steps = [away, step ?? (['rename', other, d] as const)]
      const driver = open({ after: { call: 'lstat', name: 'd', steps } })
      const point = await backUp(driver, join(folder.path, 'source'))
      assert.deepEqual([paths(point), left(point)], [['', 'd'], [['d', 'replaced']]])
    }
  })

  test(`${way}: a folder moved away while it is listed is listed to its end`, async () => {
    using folder = temporaryFolder()
    const source = join(folder.path, 'source')
    const d = join(source, 'd')
    mkdirSync(d, { recursive: true })
    mkdirSync(join(folder.path, 'false'))
    for (const name of ['1', '2']) {
      writeFileSync(join(d, name), 'true')
      writeFileSync(join(folder.path, 'false', name), 'false')
    }
    writeFileSync(join(source, 'z'), 'after')
    const steps = [
      ['rename', d, join(folder.path, 'away')],
      ['rename', join(folder.path, 'false'), d],
    ] as const
    const driver = open({ after: { call: 'lstat', name: '1', steps } })
    const point = await backUp(driver, source)
    assert.deepEqual(paths(point), ['', 'd', 'd/1', 'd/2', 'z'])
    assert.deepEqual([textOf(point, 'd/1'), textOf(point, 'd/2')], ['true', 'true'])
  })

  test(`${way}: a folder removed while it is listed loses what was not read`, async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'd'))
    for (const name of ['d/1', 'd/2', 'z']) writeFileSync(join(folder.path, name), name)
    const steps = [['remove', join(folder.path, 'd')]] as const
    const point = await backUp(open({ after: { call: 'lstat', name: '1', steps } }), folder.path)
    assert.deepEqual(paths(point), ['', 'd', 'z'])
    assert.deepEqual(left(point), [
      ['d/1', 'vanished'],
      ['d/2', 'vanished'],
    ])
  })

  test(`${way}: other names of a file do not lean on a first one that is gone`, async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'a'), 'content')
    for (const name of ['b', 'c']) linkSync(join(folder.path, 'a'), join(folder.path, name))
    const steps = [['remove', join(folder.path, 'a')]] as const
    const point = await backUp(open({ after: { call: 'lstat', name: 'a', steps } }), folder.path)
    assert.deepEqual(kinds(point), [
      ['', 'directory', undefined],
      ['b', 'file', undefined],
      ['c', 'hardlink', 'b'],
    ])
  })

  test(`${way}: other names of a file do not lean on a first one that is another file`, async () => {
    using folder = temporaryFolder()
    const source = join(folder.path, 'source')
    mkdirSync(source)
    writeFileSync(join(source, 'a'), 'old')
    for (const name of ['b', 'c']) linkSync(join(source, 'a'), join(source, name))
    writeFileSync(join(folder.path, 'new'), 'new')
    const steps = [['rename', join(folder.path, 'new'), join(source, 'a')]] as const
    const point = await backUp(open({ after: { call: 'lstat', name: 'a', steps } }), source)
    assert.deepEqual(kinds(point), [
      ['', 'directory', undefined],
      ['a', 'file', undefined],
      ['b', 'file', undefined],
      ['c', 'hardlink', 'b'],
    ])
    assert.deepEqual([textOf(point, 'a'), textOf(point, 'b')], ['new', 'old'])
  })

  test(`${way}: a reading left early closes what it holds`, async () => {
    using folder = temporaryFolder()
    makeOddTree(folder.path, 4)
    for (const last of [1, 30, 100, 400]) {
      let met = 0
      const reading = open().read({ path: folder.path }, { readStart: Date.now() })
      for await (const _ of itemsOf(reading)) if (++met === last) break
      assert.deepEqual(openBelow(folder.path), [])
    }
  })

  test(`${way}: a reading that fails closes what it holds, and says why`, async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'a/b'), { recursive: true })
    writeFileSync(join(folder.path, 'a/a'), '')
    await assert.rejects(
      backUp(open({ folderErrors: { b: 'EMFILE' } }), folder.path),
      (error) => error instanceof Trouble && error.retryable && /open/.test(error.message),
    )
    assert.deepEqual(openBelow(folder.path), [])
    await assert.rejects(
      backUp(open(), join(folder.path, 'gone')),
      (error: { failure?: { code: string } }) => error.failure?.code === 'ResourceUnavailable',
    )
  })
}

test('both ways make the same recovery point', async () => {
  using folder = temporaryFolder()
  makeOddTree(folder.path, 12, { unkept: true, smallFiles: 60, largeBytes: 5_000 })
  const readStart = Date.now() + 60_000
  const points = Object.values(ways).map((open) => backUp(open(), folder.path, { readStart }))
  const [here, aside] = await Promise.all(points)
  assert.deepEqual(plain(aside), plain(here))
})

/** Bytes as text: whether they lie in a Buffer or not is no difference. */
function plain(point: MemoryPoint | undefined) {
  const entries = point?.entries.map((entry) => ({
    ...entry,
    path: keyOf(entry.path),
    target: entry.target && keyOf(entry.target),
  }))
  return { entries, left: point && left(point), told: point?.told }
}
