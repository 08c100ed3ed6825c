// Making files on another thread: the same as here, and what is told when that thread dies.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, restore, restoreRequest } from '../../test/trees/memory-point.ts'
import { makeOddTree } from '../../test/trees/odd-tree.ts'
import { openBelow } from '../../test/trees/open-below.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { sideThread } from '../assembly/side.ts'
import { Trouble } from '../model/index.ts'
import { portOver, realTree, systemClock, type Tree } from '../world/index.ts'
import { openDirectoryDriver } from './index.ts'
import { makingSuite } from './making.suite.ts'
import { MakingAside, type MakingLine, type ToMaker } from './making-aside.ts'
import { serveMaking } from './making-serving.ts'
import { utf8 } from './raw-path.ts'

/** A line to one that serves it through `tree`, on this thread. */
function lineTo(tree: Tree): MakingLine {
  const { port1, port2 } = new MessageChannel()
  serveMaking(portOver(port2), { tree })
  return portOver(port1)
}

makingSuite('making files aside', ({ staging, tree, hasDisk }, target) => {
  const request = { staging: utf8(staging), target: staging, hasDisk, openFilesMax: 1024 }
  return new MakingAside(lineTo(tree), request, target)
})

const driverOver = (openMakingLine: () => MakingLine) =>
  openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [], openMakingLine })

test('an odd tree comes back as it was from a side thread', async () => {
  using folder = temporaryFolder()
  await using side = closing(sideThread())
  const driver = driverOver(() => side.open('make'))
  const source = join(folder.path, 'source')
  makeOddTree(source, 1, { veryDeep: true })
  const point = await backUp(driver, source)
  const target = join(folder.path, 'target')
  const report = await restore(driver, point, { target })
  assert.deepEqual(compareTrees(source, target), [])
  assert.equal(report.entries, point.entries.length)
  assert.deepEqual(openBelow(folder.path), [])
})

test('a side thread that dies fails the restore with a trouble, and the next one goes on', async () => {
  using folder = temporaryFolder()
  await using side = closing(sideThread())
  const driver = driverOver(() => side.open('make'))
  const source = join(folder.path, 'source')
  for (let number = 0; number < 400; number++) {
    const below = join(source, `${number % 20}`)
    mkdirSync(below, { recursive: true })
    writeFileSync(join(below, `${number}`), `content of ${number}`)
  }
  const point = await backUp(driver, source)
  const target = join(folder.path, 'target')
  const request = restoreRequest(point, { target })
  let contents = 0
  const content: typeof request.content = async (entry, write) => {
    if (++contents === 200) await side.stop()
    await request.content(entry, write)
  }
  await assert.rejects(driver.restore({ ...request, content }), (error) => {
    assert.ok(error instanceof Trouble && error.retryable)
    assert.match(error.message, /thread that makes files ended/)
    return true
  })
  await driver.restore({ ...request, resuming: true })
  assert.deepEqual(compareTrees(source, target), [])
})

test('only so much is on its way to a thread that does not answer', async () => {
  const posted: ToMaker[] = []
  const line: MakingLine = {
    post: (message) => void posted.push(message),
    listen: () => undefined,
    close: () => undefined,
  }
  const request = { staging: utf8('/s'), target: '/', hasDisk: true, openFilesMax: 1024 }
  const unheard = {
    durable() {},
    warned() {},
    lost() {},
    failed: (_: unknown, error: unknown) => error,
  }
  const making = new MakingAside(line, request, unheard)
  const facts = { mode: 0, uid: 0, gid: 0, mtimeNs: 0n, sizeBytes: 0 }
  const fill = async () => {
    for (let number = 1; ; number++) {
      await making.begin(number, facts)
      await making.end()
    }
  }
  void fill()
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
  assert.deepEqual(
    posted.map((message) => (message.type === 'files' ? message.parts.length : message.type)),
    ['begin', 64, 64, 64],
  )
})

function closing<T extends { stop(): Promise<void> }>(side: T): T & AsyncDisposable {
  return Object.assign(side, { [Symbol.asyncDispose]: () => side.stop() })
}
