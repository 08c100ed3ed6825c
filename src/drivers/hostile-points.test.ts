// Goal: no recovery point, whoever wrote it, makes a restore write outside its target or run
// through a link. Method: entries made by hand, each wrong in one way, into a target beside a
// folder that must stay empty.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { restore } from '../../test/trees/memory-point.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Answer, type Entry, type EntryKind } from '../model/index.ts'
import { realTree, systemClock, type Tree } from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'

const STAGING = '.copyhold-restore-5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11'

function entry(path: string, kind: EntryKind, more: Partial<Entry> & { to?: string } = {}): Entry {
  const { to, ...facts } = more
  return {
    path: Buffer.from(path),
    kind,
    mode: 0o755,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    mtimeNs: 1_600_000_000_000_000_000n,
    sizeBytes: 0,
    extents: [],
    ...(to === undefined ? {} : { target: Buffer.from(to) }),
    ...facts,
  }
}

const ROOT = entry('', 'directory')
const folder = (path: string) => entry(path, 'directory')
const file = (path: string, more?: Partial<Entry>) => entry(path, 'file', more)
const symlink = (path: string, to: string) => entry(path, 'symlink', { to })
const hardlink = (path: string, to: string) => entry(path, 'hardlink', { to })

const hostile: Record<string, Entry[]> = {
  'a name that goes up': [ROOT, file('../outside/x')],
  'a folder called ..': [ROOT, folder('..'), folder('../outside')],
  'a name . in the middle': [ROOT, folder('a'), file('a/./x')],
  'an absolute path': [ROOT, file('/tmp/x')],
  'an empty name': [ROOT, folder('a'), file('a//x')],
  'a trailing slash': [ROOT, folder('a/')],
  'a zero byte': [ROOT, file('a\0b')],
  'a path that never ends': [ROOT, file('x'.repeat(100_000))],
  'a name no file system takes': [ROOT, file('x'.repeat(300))],
  'a file in a link': [ROOT, symlink('a', '../outside'), file('a/x')],
  'a file in a file': [ROOT, file('a'), file('a/x')],
  'a file in a folder never named': [ROOT, file('a/x')],
  'a link and a folder of one name': [ROOT, symlink('a', '../outside'), folder('a'), file('a/x')],
  'one name twice': [ROOT, file('a'), file('a')],
  'entries out of order': [ROOT, file('b'), file('a')],
  'no root': [file('a')],
  'a root that is a file': [entry('', 'file')],
  'a root that is a link': [entry('', 'symlink', { to: '../outside' })],
  'a hard link to outside': [ROOT, hardlink('a', '../outside/secret')],
  'a hard link to an absolute path': [ROOT, hardlink('a', '/etc/hostname')],
  'a hard link through a link': [ROOT, symlink('a', '..'), hardlink('b', 'a/outside/secret')],
  'a hard link to a link': [ROOT, hardlink('a', 'b'), symlink('b', '../outside/secret')],
  'a hard link to a folder': [ROOT, folder('a'), hardlink('b', 'a')],
  'a hard link to nothing': [ROOT, hardlink('a', 'b')],
  'a hard link without a target': [ROOT, entry('a', 'hardlink')],
  'a symbolic link without a target': [ROOT, entry('a', 'symlink')],
  'a symbolic link with a zero byte': [ROOT, symlink('a', 'b\0c')],
  'the staging folder': [ROOT, folder(STAGING), file(`${STAGING}/1`)],
  'an owner that is no number': [ROOT, file('a', { uid: 2 ** 40 })],
  'a negative group': [ROOT, file('a', { gid: -1 })],
  'a mode with more than modes have': [ROOT, file('a', { mode: 0o107777 })],
  'a negative size': [ROOT, file('a', { sizeBytes: -1 })],
  'a size that is no whole number': [ROOT, file('a', { sizeBytes: 0.5 })],
}

for (const [what, entries] of Object.entries(hostile)) {
  for (const resuming of [false, true]) {
    test(`a point with ${what} is told by a ${resuming ? 'resumed' : 'first'} restore`, async () => {
      using place = temporaryFolder()
      const outside = join(place.path, 'outside')
      const target = join(place.path, 'target')
      mkdirSync(outside)
      writeFileSync(join(outside, 'secret'), 'secret')
      if (resuming) mkdirSync(join(target, STAGING), { recursive: true })
      const driver = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })
      const point = { entries, contents: new Map() }
      const told = await restore(driver, point, { target, resuming }).then(
        // What could be restored beside it was.
        ({ unwritten }) => unwritten.length > 0,
        (error) => error instanceof Answer && error.failure.code === 'RestoreTargetInvalid',
      )
      assert.ok(told)
      assert.deepEqual(readdirSync(outside), ['secret'])
      assert.deepEqual(readdirSync(place.path).sort(), ['outside', 'target'])
      assert.equal(readdirSync(target).includes(STAGING), false)
    })
  }
}

const open = (tree: Tree = realTree) =>
  openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })

test('content outside a file’s size costs the file', async () => {
  using place = temporaryFolder()
  const entries = [ROOT, file('a', { sizeBytes: 3 }), file('b')]
  const contents = new Map([['a', [{ offset: 2, bytes: Buffer.from('xy') }]]])
  const target = join(place.path, 'target')
  const { unwritten } = await restore(open(), { entries, contents }, { target })
  assert.deepEqual(unwritten, [
    { reason: 'its content lies outside its size', count: 1, names: ['a'] },
  ])
  assert.deepEqual(readdirSync(target), ['b'])
})

test('links waiting in a shared target are replaced, never followed', async () => {
  using place = temporaryFolder()
  const outside = join(place.path, 'outside')
  const target = join(place.path, 'target')
  mkdirSync(outside)
  mkdirSync(target)
  symlinkSync(outside, join(target, 'd'))
  symlinkSync(join(outside, 'f'), join(target, 'f'))
  const request = { target, allowNonEmpty: true }
  const contents = new Map([['f', [{ offset: 0, bytes: Buffer.from('x') }]]])
  const one = { entries: [ROOT, file('f', { sizeBytes: 1 })], contents }
  await restore(open(), one, request)
  const two = { entries: [ROOT, folder('d'), file('d/x')], contents }
  await assert.rejects(restore(open(), two, request), Answer)
  assert.deepEqual(readdirSync(outside), [])
})

test('a staging folder that is a link is not used', async () => {
  using place = temporaryFolder()
  const outside = join(place.path, 'outside')
  const target = join(place.path, 'target')
  mkdirSync(outside)
  mkdirSync(target)
  writeFileSync(join(outside, 'kept'), '')
  symlinkSync(outside, join(target, STAGING))
  const point = { entries: [ROOT, file('f')], contents: new Map() }
  for (const resuming of [false, true]) {
    await assert.rejects(restore(open(), point, { target, resuming }), Answer)
  }
  assert.deepEqual(readdirSync(outside), ['kept'])
})

/** The real tree as a file system that takes `A` and `a` for one name. */
function foldingTree(): Tree {
  const fold = (path: Uint8Array): Uint8Array => {
    const real = realTree.lstat(path)
    if (real) return path
    const text = Buffer.from(path).toString('latin1')
    const slash = text.lastIndexOf('/')
    try {
      for (const name of realTree.names(Buffer.from(text.slice(0, slash + 1), 'latin1'))) {
        const there = Buffer.from(name).toString('latin1')
        if (there.toLowerCase() !== text.slice(slash + 1).toLowerCase()) continue
        return Buffer.from(text.slice(0, slash + 1) + there, 'latin1')
      }
    } catch {
      return path
    }
    return path
  }
  return {
    ...realTree,
    lstat: (path) => realTree.lstat(fold(path)),
    makeFolder: (path, mode) => realTree.makeFolder(fold(path), mode),
    rename: (from, to) => realTree.rename(from, fold(to)),
    openFolder: (path) => realTree.openFolder(fold(path)),
  }
}

const colliding: Record<string, Entry[]> = {
  files: [ROOT, file('A'), file('a')],
  folders: [ROOT, folder('A'), folder('a')],
  'a folder and a link': [ROOT, symlink('A', '../outside'), folder('a'), file('a/x')],
  'a file and a hard link': [ROOT, file('A'), hardlink('a', 'A')],
}

for (const [what, entries] of Object.entries(colliding)) {
  for (const allowNonEmpty of [false, true]) {
    const where = allowNonEmpty ? 'a shared' : 'an empty'
    test(`${what} that fall on one name cost the second in ${where} target`, async () => {
      using place = temporaryFolder()
      const target = join(place.path, 'target')
      mkdirSync(target)
      if (allowNonEmpty) writeFileSync(join(target, 'other'), '')
      const point = { entries, contents: new Map() }
      const { unwritten } = await restore(open(foldingTree()), point, { target, allowNonEmpty })
      assert.match(unwritten[0]?.reason ?? '', /taken this name/)
      assert.deepEqual([unwritten.length, unwritten[0]?.count], [1, 1])
    })
  }
}
