// Goal: a source that changes under the reader neither hangs nor leaks nor passes for unchanged.
// Method: a tree that does something to the real files right after a chosen call.

import assert from 'node:assert/strict'
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, keyOf, type MemoryPoint, restore } from '../../test/trees/memory-point.ts'
import { makePipe } from '../../test/trees/odd-tree.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Trouble } from '../model/index.ts'
import { realTree, systemClock, type Tree } from '../world/index.ts'
import { libc } from '../world/libc.ts'
import { openDirectoryDriver } from './index.ts'

const over = (tree: Tree) => openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })

/** Does `act` once, right after `call` was made on a path ending in `name`, or on any file. */
function after(call: 'lstat' | 'openFile' | 'openFolder' | 'read', name: string, act: () => void) {
  let isDone = false
  const real = realTree[call] as (...words: unknown[]) => unknown
  const acting = (...words: unknown[]) => {
    const result = real(...words)
    const isIt =
      words[0] instanceof Uint8Array ? keyOf(words[0]).endsWith(`/${name}`) : call === 'read'
    if (isIt && !isDone) {
      isDone = true
      act()
    }
    return result
  }
  return over({ ...realTree, [call]: acting })
}

/** Backs up a folder with `a`, `f`, `z` (4 KiB each) while `change` happens to `f`. */
async function whileReading(
  call: 'lstat' | 'openFile' | 'read',
  change: (f: string, folder: string) => void,
): Promise<MemoryPoint> {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  for (const name of ['a', 'f', 'z']) writeFileSync(join(source, name), name.repeat(4096))
  unlinkSync(join(source, 'a'))
  const f = join(source, 'f')
  return await backUp(
    after(call, 'f', () => change(f, folder.path)),
    source,
  )
}

const told = (point: MemoryPoint) => point.told.map(({ reason, names }) => [reason, ...names])
const paths = (point: MemoryPoint) => point.entries.map(({ path }) => keyOf(path))
const entryOf = (point: MemoryPoint, path: string) =>
  point.entries.find((entry) => keyOf(entry.path) === path)

test('a file that vanishes before it is opened is left out and named', async () => {
  const point = await whileReading('lstat', (f) => unlinkSync(f))
  assert.deepEqual(told(point), [['vanished', 'f']])
  assert.deepEqual(paths(point), ['', 'z'])
})

test('a file that becomes a pipe before it is opened does not hang the reader', async () => {
  const point = await whileReading('lstat', (f) => {
    unlinkSync(f)
    makePipe(f)
  })
  assert.deepEqual(told(point), [['replaced', 'f']])
  assert.deepEqual(paths(point), ['', 'z'])
})

test('a file that becomes a link before it is opened is not followed', async () => {
  const point = await whileReading('lstat', (f, folder) => {
    writeFileSync(join(folder, 'secret'), 'secret')
    unlinkSync(f)
    symlinkSync(join(folder, 'secret'), f)
  })
  assert.deepEqual(told(point), [['replaced', 'f']])
  assert.deepEqual(paths(point), ['', 'z'])
})

test('a file that becomes a folder before it is opened is left out and named', async () => {
  const point = await whileReading('lstat', (f) => {
    unlinkSync(f)
    mkdirSync(f)
  })
  assert.deepEqual(told(point), [['replaced', 'f']])
})

test('a file replaced by a newer one before it is opened is kept as the newer, unsettled', async () => {
  const point = await whileReading('lstat', (f) => {
    writeFileSync(`${f}.new`, 'new', { mode: 0o600 })
    renameSync(`${f}.new`, f)
  })
  assert.deepEqual(told(point), [['changed', 'f']])
  const entry = entryOf(point, 'f')
  assert.equal(entry?.sizeBytes, 3)
  assert.equal(entry?.mode, 0o600)
  assert.equal(entry?.identity, undefined)
})

test('a file that grows while it is read is kept up to its first size, unsettled', async () => {
  const point = await whileReading('read', (f) => appendFileSync(f, 'more and more'))
  assert.deepEqual(told(point), [['changed', 'f']])
  assert.equal(entryOf(point, 'f')?.sizeBytes, 4096)
  assert.equal(entryOf(point, 'f')?.identity, undefined)
  assert.ok(entryOf(point, 'z')?.identity)
})

test('a file that shrinks before it is read is kept as short as it was', async () => {
  const point = await whileReading('openFile', (f) => truncateSync(f, 10))
  assert.deepEqual(told(point), [['changed', 'f']])
  assert.equal(entryOf(point, 'f')?.sizeBytes, 10)
})

test('a file whose inode is changed while it is read is unsettled', async () => {
  const point = await whileReading('read', (f) => linkSync(f, `${f}.other`))
  assert.deepEqual(told(point), [['changed', 'f']])
  assert.equal(entryOf(point, 'f')?.identity, undefined)
})

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code, errno: -1 })
}

test('a read error ends a file, which is kept so far and named', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'f'), 'f'.repeat(4096))
  const point = await backUp(over({ ...realTree, read: failing('EIO') }), folder.path)
  assert.deepEqual(told(point), [['cut-short', 'f']])
  assert.equal(entryOf(point, 'f')?.sizeBytes, 0)
  assert.equal(entryOf(point, 'f')?.identity, undefined)
})

test('files and folders that may not be read are left out and named, the folders kept', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, 'closed'))
  writeFileSync(join(folder.path, 'f'), 'f')
  const openFolder = (path: Uint8Array) =>
    keyOf(path).endsWith('closed') ? failing('EACCES')() : realTree.openFolder(path)
  const point = await backUp(
    over({ ...realTree, openFile: failing('EACCES'), openFolder }),
    folder.path,
  )
  assert.deepEqual(told(point), [['unreadable', 'closed', 'f']])
  assert.deepEqual(paths(point), ['', 'closed'])
})

test('running out of descriptors is a trouble, not an unreadable file', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'f'), 'f')
  const driver = over({ ...realTree, openFile: failing('EMFILE') })
  await assert.rejects(
    () => backUp(driver, folder.path),
    (error) => error instanceof Trouble && error.retryable,
  )
})

test('a hard link whose first name could not be kept is a file of its own', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'a'), 'content')
  for (const name of ['b', 'c']) linkSync(join(folder.path, 'a'), join(folder.path, name))
  const driver = after('lstat', 'a', () => unlinkSync(join(folder.path, 'a')))
  const point = await backUp(driver, folder.path)
  assert.deepEqual(
    point.entries.map(({ path, kind, target }) => [keyOf(path), kind, target && keyOf(target)]),
    [
      ['', 'directory', undefined],
      ['b', 'file', undefined],
      ['c', 'hardlink', 'b'],
    ],
  )
})

test('a folder that becomes a link before it is entered is not followed', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(join(source, 'd'), { recursive: true })
  mkdirSync(join(folder.path, 'secrets'))
  writeFileSync(join(folder.path, 'secrets/secret'), '')
  const driver = after('lstat', 'd', () => {
    rmSync(join(source, 'd'), { recursive: true })
    symlinkSync(join(folder.path, 'secrets'), join(source, 'd'))
  })
  const point = await backUp(driver, source)
  assert.deepEqual(told(point), [['replaced', 'd']])
  assert.deepEqual(paths(point), ['', 'd'])
})

test('a folder replaced by another before it is entered is not taken for the first', async () => {
  using folder = temporaryFolder()
  for (const name of ['source/d', 'other']) mkdirSync(join(folder.path, name), { recursive: true })
  writeFileSync(join(folder.path, 'other/file'), '')
  const d = join(folder.path, 'source/d')
  const driver = after('lstat', 'd', () => {
    renameSync(d, join(folder.path, 'away'))
    renameSync(join(folder.path, 'other'), d)
  })
  const point = await backUp(driver, join(folder.path, 'source'))
  assert.deepEqual(told(point), [['replaced', 'd']])
})

test('a folder removed while it is read loses what was not read, and the rest goes on', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, 'd'))
  for (const name of ['d/1', 'd/2', 'z']) writeFileSync(join(folder.path, name), name)
  const driver = after('lstat', '1', () => rmSync(join(folder.path, 'd'), { recursive: true }))
  const point = await backUp(driver, folder.path)
  assert.deepEqual(told(point), [['vanished', 'd/1', 'd/2']])
  assert.deepEqual(paths(point), ['', 'd', 'z'])
})

test('without rights to set owners, warnings are counted and setuid bits left out', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'f'), 'f')
  symlinkSync('f', join(source, 'l'))
  const point = await backUp(over(realTree), source)
  const entries = point.entries.map((entry) => ({
    ...entry,
    uid: 77_777,
    mode: entry.mode | 0o4000,
  }))
  const driver = over({
    ...realTree,
    setOwner: failing('EPERM'),
    setLink: { ...realTree.setLink, owner: failing('EPERM') },
  })
  const target = join(folder.path, 'target')
  const { warnings } = await restore(driver, { ...point, entries }, { target })
  assert.deepEqual(
    warnings.map(({ what, count, names }) => [what, count, [...names].sort()]),
    [
      ['owner-not-set', 3, ['.', 'f', 'l']],
      ['setid-dropped', 2, ['.', 'f']],
    ],
  )
  assert.equal((realTree.lstat(Buffer.from(join(target, 'f')))?.mode ?? 0) & 0o6000, 0)
})

test('a copy in place of a hard link costs what the file holds, not its size', async (t) => {
  if (!libc()) return t.skip('takes the C library')
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'a'), 'head')
  truncateSync(join(source, 'a'), 2 ** 40)
  appendFileSync(join(source, 'a'), 'tail')
  linkSync(join(source, 'a'), join(source, 'b'))
  const facts = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 1_600_000_000_123_456_789n, extents: [] }
  const path = Buffer.from('a')
  const sizeBytes = 2 ** 40 + 4
  const entries = [
    { ...facts, path: Buffer.from(''), kind: 'directory', mode: 0o755, sizeBytes: 0 } as const,
    { ...facts, path, kind: 'file', sizeBytes } as const,
    { ...facts, path: Buffer.from('b'), kind: 'hardlink', target: path, sizeBytes: 0 } as const,
  ]
  const head = { offset: 0, bytes: Buffer.from('head') }
  const tail = { offset: 2 ** 40, bytes: Buffer.from('tail') }
  const contents = new Map([['a', [head, tail]]])
  let readBytes = 0
  const read: Tree['read'] = (...words) => {
    const got = realTree.read(...words)
    readBytes += got
    return got
  }
  const target = join(folder.path, 'target')
  const driver = over({ ...realTree, read, link: failing('EPERM') })
  await restore(driver, { entries, contents }, { target })
  assert.ok(readBytes < 1_000_000, `${readBytes} bytes were read`)
  for (const name of ['a', 'b']) {
    const stat = realTree.lstat(Buffer.from(join(target, name)))
    assert.deepEqual([stat?.sizeBytes, stat?.mtimeNs], [sizeBytes, facts.mtimeNs])
    const fd = realTree.openFile(Buffer.from(join(target, name)))
    const found = new Uint8Array(8)
    assert.equal(realTree.read(fd, found, 2 ** 40), 4)
    realTree.close(fd)
    assert.equal(Buffer.from(found).toString('latin1', 0, 4), 'tail')
  }
})

test('where no hard links can be made, copies are, with a warning', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'a'), 'content', { mode: 0o640 })
  linkSync(join(source, 'a'), join(source, 'b'))
  const point = await backUp(over(realTree), source)
  const target = join(folder.path, 'target')
  const report = await restore(over({ ...realTree, link: failing('EMLINK') }), point, { target })
  assert.deepEqual(report.warnings, [{ what: 'hard-link-copied', count: 1, names: ['b'] }])
  assert.deepEqual(
    compareTrees(source, target).map(({ path, what }) => [path, what]),
    [
      ['a', 'hard links'],
      ['b', 'hard links'],
    ],
  )
})
