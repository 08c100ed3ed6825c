// What holds only for folders listed ahead on another thread: it is never far ahead, what it found
// can be opened whatever happened to the folders since, and nothing but its word ends a reading.

import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { backUp, itemsOf, keyOf } from '../../test/trees/memory-point.ts'
import { openBelow } from '../../test/trees/open-below.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { sideThread } from '../assembly/side.ts'
import { Trouble } from '../model/index.ts'
import { realTree, systemClock } from '../world/index.ts'
import { openDirectoryDriver, type SourceContent } from './index.ts'
import type { FromWalk, ToWalk, WalkLine } from './walk-aside.ts'
import { startWalkThread } from './walk-thread.suite.ts'

const AHEAD = 4
const FOLDERS_HELD_FOR_BATCH = 32

const thread = startWalkThread()
after(() => thread[Symbol.asyncDispose]())

const driverOver = (openWalkLine: () => WalkLine) =>
  openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [], openWalkLine })

/** A line that notes what passes, and the moment when so many messages have come. */
function watched(line: WalkLine) {
  const asked: ToWalk[] = []
  const heard: FromWalk[] = []
  const waiting: (() => void)[] = []
  const watchedLine: WalkLine = {
    ...line,
    post(message) {
      asked.push(message)
      line.post(message)
    },
    listen: ({ message, end }) =>
      line.listen({
        message(said) {
          heard.push(said)
          message(said)
          for (const look of waiting) look()
        },
        end,
      }),
  }
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => (isSo() ? resolve() : undefined)
      waiting.push(look)
      look()
    })
  return { line: watchedLine, asked, heard, until }
}

/** Folders `00`, `01` and so on, each with the files `a` and `b`. */
function makeFolders(root: string, count: number, content = 'true'): void {
  for (let i = 0; i < count; i++) {
    const folder = join(root, `${i}`.padStart(3, '0'))
    mkdirSync(folder, { recursive: true })
    for (const name of ['a', 'b']) writeFileSync(join(folder, name), content)
  }
}

const textOf = (content: SourceContent | undefined): string => {
  const bytes = Buffer.alloc(100)
  const length = content?.read(bytes) ?? 0
  content?.close()
  return bytes.toString('utf8', 0, length)
}

test('what was listed long ago is opened where it was listed, not where others lie by now', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeFolders(source, 40)
  makeFolders(join(folder.path, 'false'), 40, 'false')
  const { line, heard, until } = watched(thread.openLine())
  const reading = driverOver(() => line).read({ path: source }, { readStart: Date.now() })
  const texts: string[] = []
  for await (const items of reading) {
    await until(() => heard.at(-1)?.type === 'ended')
    if (texts.length === 0) {
      renameSync(source, join(folder.path, 'away'))
      renameSync(join(folder.path, 'false'), source)
    }
    for (const item of items) if (item.facts) texts.push(textOf(item.open?.()))
  }
  assert.deepEqual(
    texts.filter((text) => text !== ''),
    Array(80).fill('true'),
  )
  assert.deepEqual(reading.tally.summary(), [])
  assert.deepEqual(openBelow(folder.path), [])
})

test('the other thread is a few batches ahead, and holds folders only for those', async () => {
  using folder = temporaryFolder()
  makeFolders(folder.path, 400)
  const { line, asked, heard, until } = watched(thread.openLine())
  const reading = driverOver(() => line).read({ path: folder.path }, { readStart: Date.now() })
  let groups = 0
  let heldMost = 0
  for await (const _ of reading) {
    groups += 1
    const all = groups - 1 + AHEAD
    await until(() => heard.length >= all || heard.at(-1)?.type === 'ended')
    assert.equal(asked.filter(({ type }) => type === 'more').length, all)
    heldMost = Math.max(heldMost, openBelow(folder.path).length)
  }
  assert.ok(groups > AHEAD, `${groups} groups`)
  assert.ok(heldMost <= AHEAD * FOLDERS_HELD_FOR_BATCH + 2, `${heldMost} folders open`)
  assert.deepEqual(openBelow(folder.path), [])
})

test('folders without files are not held', async () => {
  using folder = temporaryFolder()
  for (let i = 0; i < 150; i++) mkdirSync(join(folder.path, `${i}`))
  const { line, heard, until } = watched(thread.openLine())
  const reading = driverOver(() => line).read({ path: folder.path }, { readStart: Date.now() })
  for await (const _ of reading) {
    await until(() => heard.at(-1)?.type === 'ended')
    assert.deepEqual(openBelow(folder.path), [])
  }
})

test('a file that changed after it was listed is kept as it is, and is not told as changed', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'f'), 'short')
  const driver = driverOver(() => thread.openLine())
  const reading = driver.read({ path: folder.path }, { readStart: Date.now() + 60_000 })
  for await (const item of itemsOf(reading)) {
    if (!item.facts?.sizeBytes) continue
    appendFileSync(join(folder.path, 'f'), ' and longer')
    const content = item.open?.()
    assert.ok(content)
    assert.equal(item.facts.sizeBytes, 'short and longer'.length)
    assert.equal(content.read(Buffer.alloc(100)), 'short and longer'.length)
    const inode = realTree.lstat(Buffer.from(join(folder.path, 'f')))?.inode
    assert.equal(content.close().identity?.inode, inode)
  }
  assert.deepEqual(reading.tally.summary(), [])
})

test('a file that changes while it is read is told as changed', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'f'), 'short')
  const driver = driverOver(() => thread.openLine())
  const reading = driver.read({ path: folder.path }, { readStart: Date.now() + 60_000 })
  for await (const item of itemsOf(reading)) {
    const content = item.facts && item.open?.()
    if (!content) continue
    appendFileSync(join(folder.path, 'f'), ' and longer')
    assert.equal(content.read(Buffer.alloc(100)), 'short'.length)
    assert.equal(content.close().identity, undefined)
  }
  assert.deepEqual(
    reading.tally.summary().map(({ reason, names }) => [reason, ...names]),
    [['changed', 'f']],
  )
})

test('when the other thread ends, the reading ends with a trouble and its folders are closed', async () => {
  using folder = temporaryFolder()
  makeFolders(folder.path, 400)
  const mortal = startWalkThread()
  const driver = driverOver(() => mortal.openLine())
  const reading = driver.read({ path: folder.path }, { readStart: Date.now() })
  let groups = 0
  const read = async () => {
    for await (const _ of reading) if (++groups === 2) await mortal[Symbol.asyncDispose]()
  }
  await assert.rejects(read(), isListingTrouble)
  assert.deepEqual(openBelow(folder.path), [])
})

const isListingTrouble = (error: unknown) =>
  error instanceof Trouble && error.retryable && /ended before the listing did/.test(error.message)

test('a line that ends without a word is never taken for the end of the folder', async () => {
  using folder = temporaryFolder()
  makeFolders(folder.path, 400)
  for (const passed of [0, 1, 3]) {
    let end = () => {}
    const line = thread.openLine()
    let heard = 0
    const cut: WalkLine = {
      ...line,
      listen(on) {
        end = on.end
        line.listen({
          message(message) {
            heard += 1
            if (heard <= passed) on.message(message)
            else end()
          },
          end,
        })
      },
    }
    await assert.rejects(
      backUp(
        driverOver(() => cut),
        folder.path,
      ),
      isListingTrouble,
    )
  }
})

test('several readings are served side by side', async () => {
  using folder = temporaryFolder()
  makeFolders(folder.path, 100)
  const driver = driverOver(() => thread.openLine())
  const points = await Promise.all([1, 2, 3].map(() => backUp(driver, folder.path)))
  for (const { entries } of points) assert.equal(entries.length, 301)
})

test('the side thread of a server lists folders, and again after it died', async () => {
  using folder = temporaryFolder()
  makeFolders(folder.path, 3)
  const side = sideThread()
  const driver = driverOver(() => side.open('list'))
  const read = async () =>
    (await backUp(driver, folder.path)).entries.map(({ path }) => keyOf(path))
  const first = await read()
  assert.equal(first.length, 10)
  await side.stop()
  assert.deepEqual(await read(), first)
  await side.stop()
})
