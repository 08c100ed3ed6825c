// Goal: an entry that cannot be restored costs itself and what leans on it: the rest is restored,
// and what is missing is counted and named. Method: the real tree, through which chosen names
// cannot be given, made or changed, with files made here and at the end of a line.

import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, keyOf, type MemoryPoint, restore } from '../../test/trees/memory-point.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Answer, type Entry, Trouble } from '../model/index.ts'
import { portOver, realTree, systemClock, type Tree } from '../world/index.ts'
import { EntryLost, openDirectoryDriver, type RestoreReport, serveMaking } from './index.ts'
import type { MakingLine } from './making-aside.ts'

const here = (tree: Tree) => openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })
const aside = (tree: Tree) => {
  const openMakingLine = () => {
    const { port1, port2 } = new MessageChannel()
    serveMaking(portOver(port2), { tree })
    return portOver(port1) as MakingLine
  }
  return openDirectoryDriver({ tree, clock: systemClock, ownFolders: [], openMakingLine })
}
const MAKERS = { 'made here': here, 'made aside': aside }

const failing = (code: string): Error => Object.assign(new Error(code), { code, errno: -1 })

/** Names longer than that are refused, as by file systems that encrypt them. */
const NAME_BYTES_MAX = 143
const LONG = 'l'.repeat(200)

const isLong = (path: Uint8Array) => basename(keyOf(path)).length > NAME_BYTES_MAX

/** A tree in which long names cannot be given. */
function shortNames(tree: Tree): Tree {
  const check = (path: Uint8Array) => {
    if (isLong(path)) throw failing('ENAMETOOLONG')
  }
  return {
    ...tree,
    lstat: (path) => (isLong(path) ? undefined : tree.lstat(path)),
    createFile(path, mode) {
      check(path)
      return tree.createFile(path, mode)
    },
    makeFolder(path, mode) {
      check(path)
      tree.makeFolder(path, mode)
    },
    rename(from, to) {
      check(to)
      tree.rename(from, to)
    },
  }
}

async function oddPoint(folder: string): Promise<MemoryPoint> {
  const source = join(folder, 'source')
  for (const name of ['deep/in', `${LONG}/in`, `deep/${LONG}/in`]) {
    mkdirSync(join(source, name), { recursive: true })
  }
  for (const name of ['a', 'deep/b', 'deep/in/c', `deep/${LONG}/d`, `${LONG}/e`, `${LONG}/in/f`]) {
    writeFileSync(join(source, name), name)
  }
  writeFileSync(join(source, `a${LONG}`), 'first')
  linkSync(join(source, `a${LONG}`), join(source, 'b'))
  linkSync(join(source, 'a'), join(source, `${LONG}/linked`))
  symlinkSync('a', join(source, `s${LONG}`))
  symlinkSync('a', join(source, 'symlink'))
  writeFileSync(join(source, 'z'), 'z')
  return await backUp(here(realTree), source)
}

const counts = ({ unwritten }: RestoreReport) =>
  Object.fromEntries(unwritten.map(({ reason, count }) => [reason, count]))

for (const [where, over] of Object.entries(MAKERS)) {
  for (const isShared of [false, true]) {
    const what = isShared ? 'a shared' : 'a fresh'
    test(`names too long for ${what} target cost what has them, ${where}`, async () => {
      using folder = temporaryFolder()
      const point = await oddPoint(folder.path)
      const target = join(folder.path, 'target')
      if (isShared) {
        mkdirSync(target)
        writeFileSync(join(target, 'other'), '')
      }
      const request = { target, allowNonEmpty: isShared }
      const report = await restore(over(shortNames(realTree)), point, request)
      assert.deepEqual(counts(report), {
        // Two folders, the first name of a file, a symbolic link.
        'the path is too long for the file system': 4,
        // d, e, f, in, in, linked.
        'the folder it lies in could not be written': 6,
        'the file that it is another name of could not be written': 1,
      })
      const missing = compareTrees(join(folder.path, 'source'), target)
        .filter(({ what }) => what === 'missing')
        .map(({ path }) => path)
      assert.ok(missing.length > 0)
      assert.ok(missing.every((path) => path.includes(LONG) || path === 'b'))
      for (const name of ['a', 'deep/b', 'deep/in/c', 'z']) {
        assert.equal(readFileSync(join(target, name), 'utf8'), name)
      }
      assert.ok(existsSync(join(target, 'symlink')))
      assert.deepEqual(
        readdirSync(target).filter((name) => name.startsWith('.copyhold')),
        [],
      )
    })
  }

  test(`a restore that could write nothing at all fails with the reason, ${where}`, async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, 'source'))
    for (let i = 0; i < 5; i++) writeFileSync(join(folder.path, 'source', `${i}`), '')
    const point = await backUp(here(realTree), join(folder.path, 'source'))
    const rename = () => {
      throw failing('EPERM')
    }
    const target = join(folder.path, 'target')
    await assert.rejects(restore(over({ ...realTree, rename }), point, { target }), (error) => {
      assert.ok(error instanceof Answer)
      assert.match(error.message, /0: the operation is not permitted.*and 4 more could not/)
      return true
    })
    assert.deepEqual(readdirSync(target), [])
  })

  test(`a content that cannot be had costs its file, ${where}`, async () => {
    using folder = temporaryFolder()
    const source = join(folder.path, 'source')
    mkdirSync(join(source, 'd'), { recursive: true })
    for (const name of ['a', 'b', 'd/c', 'd/e']) writeFileSync(join(source, name), name.repeat(3e6))
    const point = await backUp(here(realTree), source)
    const target = join(folder.path, 'target')
    const content = async (entry: Entry, write: (bytes: Uint8Array, at: number) => unknown) => {
      const bytes = readFileSync(join(source, keyOf(entry.path)))
      await write(bytes.subarray(0, 2_500_000), 0)
      if (/[bc]$/.test(keyOf(entry.path))) throw new EntryLost('its content is damaged')
      await write(bytes.subarray(2_500_000), 2_500_000)
    }
    const report = await restore(over(realTree), point, { target, content })
    assert.deepEqual(report.unwritten, [
      { reason: 'its content is damaged', count: 2, names: ['b', 'd/c'] },
    ])
    assert.deepEqual(readdirSync(target, { recursive: true }).sort(), ['a', 'd', 'd/e'])
    assert.equal(statSync(join(target, 'a')).size, 3e6)
  })
}

test('settings that cannot be set are told, and what they are of is there', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'f'), 'f', { mode: 0o751 })
  writeFileSync(join(source, 'odd'), 'odd')
  utimesSync(join(source, 'odd'), 9_000_000_000, 9_000_000_000)
  const point = await backUp(here(realTree), source)
  const target = join(folder.path, 'target')
  const setMode: Tree['setMode'] = () => {
    throw failing('EPERM')
  }
  // A file system with a last year, as most have one.
  const setTime: Tree['setTime'] = (file, timeNs) =>
    realTree.setTime(file, timeNs > 4_000_000_000_000_000_000n ? 4_000_000_000n : timeNs)
  const report = await restore(here({ ...realTree, setMode, setTime }), point, { target })
  const told = report.warnings.map(({ what, names }) => `${what} ${names}`)
  assert.deepEqual(told.sort(), ['mode-not-set f,.', 'time-moved odd'])
  assert.deepEqual(report.unwritten, [])
  assert.deepEqual(readdirSync(target).sort(), ['f', 'odd'])
})

test('a full disk is a trouble, not the loss of what met it', async () => {
  using folder = temporaryFolder()
  const point = await oddPoint(folder.path)
  const write: Tree['write'] = () => {
    throw failing('ENOSPC')
  }
  for (const over of Object.values(MAKERS)) {
    const target = join(folder.path, 'target')
    await assert.rejects(restore(over({ ...realTree, write }), point, { target }), Trouble)
  }
})

test('what could only be written at the next attempt is there afterwards', async () => {
  using folder = temporaryFolder()
  const point = await oddPoint(folder.path)
  const target = join(folder.path, 'target')
  let opens = 0
  const request = {
    target,
    async content(entry: Entry, write: (bytes: Uint8Array, at: number) => unknown) {
      if (opens++ === 4) throw new Trouble('for a moment', { retryable: true })
      await write(readFileSync(join(folder.path, 'source', keyOf(entry.path))), 0)
    },
  }
  const short = here(shortNames(realTree))
  await assert.rejects(restore(short, point, request), Trouble)
  await restore(here(realTree), point, { ...request, resuming: true })
  assert.deepEqual(compareTrees(join(folder.path, 'source'), target), [])
})
