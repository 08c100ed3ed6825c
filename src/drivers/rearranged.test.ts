// Goal: the place that was judged is the place that is written, however the folders above a target,
// and those in it, are rearranged meanwhile. Method: a process that exchanges a folder with a link
// while restores run; and, at each call that changes something, one folder moved out.

import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { backUp, type MemoryPoint, restore } from '../../test/trees/memory-point.ts'
import { swapping } from '../../test/trees/swapping.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Answer } from '../model/index.ts'
import { realTree, systemClock, type Tree } from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'

// What statfs tells of tmpfs: nothing is flushed, so that there is time for more tries.
const TMPFS = 0x01021994
const inMemory: Tree = { ...realTree, fileSystemType: () => TMPFS }
const over = (tree: Tree) => openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })
const canTell = realTree.placeOf(0) !== undefined

const TRIES = 3000

async function smallPoint(folder: string): Promise<MemoryPoint> {
  mkdirSync(join(folder, 'small/in'), { recursive: true })
  for (const name of ['a', 'b', 'in/c', 'in/d']) writeFileSync(join(folder, 'small', name), name)
  return await backUp(over(realTree), join(folder, 'small'))
}

const rootOf = (folder: string) => [{ name: folder, real: realpathSync(folder) }]

/** Whether it came to its end; anything but a refusal is a fault. */
const ends = (restoring: Promise<unknown>) =>
  restoring.then(
    () => true,
    (error) => {
      assert.ok(error instanceof Answer, String(error))
      return false
    },
  )

test('nothing is restored through a folder that a link takes the place of', async (t) => {
  using folder = temporaryFolder()
  const [root, outside] = [join(folder.path, 'root'), join(folder.path, 'outside')]
  mkdirSync(join(root, 'p'), { recursive: true })
  mkdirSync(outside)
  symlinkSync(outside, join(root, 'swapped'))
  await using swaps = await swapping(join(root, 'p'), join(root, 'swapped'))
  if (!swaps || !canTell) return t.skip('takes renameat2 and /proc')
  const point = await smallPoint(folder.path)
  const roots = rootOf(root)
  let whole = 0
  for (let i = 0; i < TRIES; i++) {
    const target = join(root, 'p', `t${i}`)
    if (await ends(restore(over(inMemory), point, { target, roots }))) whole += 1
    assert.deepEqual(readdirSync(outside), [], `after ${i} tries`)
  }
  // Both happened, or nothing was tried.
  assert.ok(whole > 0 && whole < TRIES, `${whole} of ${TRIES} came to their end`)
})

test('a root that has become a link, or lies below one, since it was resolved is not followed', async (t) => {
  if (!canTell) return t.skip('takes /proc')
  for (const moved of ['of/root', 'of']) {
    using folder = temporaryFolder()
    const point = await smallPoint(folder.path)
    const at = (name: string) => join(folder.path, name)
    mkdirSync(at('of/root/p'), { recursive: true })
    mkdirSync(at('outside/root/p'), { recursive: true })
    symlinkSync(at('of/root'), at('by-a-link'))
    const roots = [{ name: at('by-a-link'), real: realpathSync(at('of/root')) }]
    for (const name of ['by-a-link/p/t', 'of/root/p/u', 'by-a-link/v']) {
      assert.ok(await ends(restore(over(inMemory), point, { target: at(name), roots })), name)
    }
    renameSync(at(moved), at('away'))
    symlinkSync(at(moved === 'of' ? 'outside' : 'outside/root'), at(moved))
    for (const name of ['by-a-link/p/w', 'of/root/p/w', 'of/root']) {
      assert.ok(!(await ends(restore(over(inMemory), point, { target: at(name), roots }))), name)
    }
    assert.deepEqual(readdirSync(at('outside'), { recursive: true }).sort(), ['root', 'root/p'])
  }
})

/** A tree that does something once, right before its `at`th call that changes anything. */
function before(at: number, act: () => void): { tree: Tree; hasActed: () => boolean } {
  let calls = 0
  const changing = /^(create|write|resize|set|make|symlink|link|rename|remove)/
  const tree = new Proxy(inMemory, {
    get(real, name: keyof Tree) {
      const call = real[name]
      if (typeof call !== 'function' || !changing.test(name)) return call
      return (...words: never[]) => {
        if (calls++ === at) act()
        return (call as (...all: never[]) => unknown)(...words)
      }
    },
  })
  return { tree, hasActed: () => calls > at }
}

const namesIn = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).filter(
    (name) => !name.includes('copyhold'),
  )

for (const [what, moved] of [
  ['the folder a target lies in', 'p'],
  ['a folder in a shared target', 'p/t/in'],
] as const) {
  test(`after ${what} was moved out, one name at most is given in it`, async (t) => {
    if (!canTell) return t.skip('takes /proc')
    using folder = temporaryFolder()
    const point = await smallPoint(folder.path)
    const isShared = moved !== 'p'
    for (let at = 0; ; at++) {
      const place = join(folder.path, `${at}`)
      const [root, outside] = [join(place, 'root'), join(place, 'outside')]
      mkdirSync(isShared ? join(root, moved) : join(root, 'p'), { recursive: true })
      mkdirSync(outside)
      let there: string[] = []
      const { tree, hasActed } = before(at, () => {
        if (!existsSync(join(root, moved))) return
        renameSync(join(root, moved), join(outside, 'moved'))
        there = namesIn(outside)
      })
      const target = join(root, 'p/t')
      const request = { target, roots: rootOf(root), allowNonEmpty: isShared }
      const isWhole = await ends(restore(over(tree), point, request))
      if (!hasActed()) {
        assert.ok(isWhole && at > 10, `${at} calls`)
        break
      }
      const added = namesIn(outside).length - there.length
      assert.ok(added <= 1 || (added <= 3 && !isShared), `${added} names after call ${at}`)
      const left = readdirSync(outside, { recursive: true }) as string[]
      assert.deepEqual(
        left.filter((name) => name.includes('copyhold')),
        [],
        `after call ${at}`,
      )
    }
  })
}
