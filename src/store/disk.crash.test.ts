// Goal: whatever call the process dies at, the next one finds each object whole under its name or
// not at all, and what was promised is kept. Method: everyCrash over the simulated disk.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import { seededRandom } from '../../test/sim/dice.ts'
import type { SimDisk } from '../../test/sim/disk.ts'
import { everyCrash } from '../../test/sim/every-crash.ts'
import {
  type DiskStore,
  moveObject,
  objectName,
  openDiskStore,
  replaceObject,
  syncFoldersOf,
} from './index.ts'
import { listed } from './object-store.suite.ts'

const ONE = objectName('v/packs/ab/one')
const TWO = objectName('v/packs/cd/two')
const THREE = objectName('v/points/three')
const bytes = (name: string) => new Uint8Array(Buffer.from(`the bytes of ${name}`.repeat(9)))

function open(disk: SimDisk, root: string): Promise<DiskStore> {
  return openDiskStore({
    root,
    disk,
    random: seededRandom(disk.processes * 1000 + disk.calls.length),
  })
}

/** What must hold in any later process: whole or absent, promises kept, strays gone, puts work. */
async function checkStore(disk: SimDisk, told: readonly string[]): Promise<void> {
  const store = await open(disk, '/b')
  const names = await listed(store, '')
  for (const name of names) assert.deepEqual(await store.get(name), bytes(name), name)
  for (const promise of told) {
    const [what, name = ''] = promise.split(' ')
    const there = names.includes(objectName(name))
    assert.equal(there, what === 'stored', promise)
  }
  await store.removeStrays()
  const files = disk.tree().filter((each) => each.startsWith('/b/') && !each.endsWith('/'))
  assert.deepEqual(files, names.map((name) => `/b/${name}`).sort(), 'no stray is left')
  const again = objectName('v/packs/ab/again')
  await store.put(again, bytes(again))
  await store.delete(again)
}

test('a put that dies anywhere leaves the whole object or none', async () => {
  const calls = await everyCrash({
    async run(disk, told) {
      const store = await open(disk, '/b')
      for (const name of [ONE, TWO, THREE]) {
        await store.put(name, bytes(name))
        told.push(`stored ${name}`)
      }
    },
    check: checkStore,
  })
  assert.ok(calls > 30, `${calls} calls were interrupted`)
})

test('puts at the same time that die anywhere leave whole objects or none', async () => {
  await everyCrash({
    async run(disk, told) {
      const store = await open(disk, '/b')
      const put = async (name: typeof ONE) => {
        await store.put(name, bytes(name))
        told.push(`stored ${name}`)
      }
      await Promise.all([put(ONE), put(objectName('v/packs/ab/beside')), put(TWO), put(ONE)])
    },
    check: checkStore,
  })
})

test('a put done again after any death is durable, also when it finds the object', async () => {
  await everyCrash({
    async run(disk) {
      await (await open(disk, '/b')).put(ONE, bytes(ONE))
    },
    async check(disk) {
      await (await open(disk, '/b')).put(ONE, bytes(ONE))
      for (const seed of [0, 1, 2, 3]) {
        const store = await open(disk.afterPowerCut(seed), '/b')
        assert.deepEqual(await store.get(ONE), bytes(ONE))
      }
    },
  })
})

test('a delete that dies anywhere leaves the whole object or none, and its neighbour', async () => {
  await everyCrash({
    async prepare(disk) {
      const store = await open(disk, '/b')
      for (const name of [ONE, TWO, THREE]) await store.put(name, bytes(name))
    },
    async run(disk, told) {
      told.push(`stored ${THREE}`)
      const store = await open(disk, '/b')
      await store.delete(ONE)
      told.push(`deleted ${ONE}`)
      await store.delete(TWO)
      told.push(`deleted ${TWO}`)
    },
    check: checkStore,
  })
})

test('a delete at the same time as a put beside it, dying anywhere, harms neither', async () => {
  await everyCrash({
    prepare: async (disk) => void (await (await open(disk, '/b')).put(ONE, bytes(ONE))),
    async run(disk, told) {
      const store = await open(disk, '/b')
      const beside = objectName('v/packs/ab/beside')
      const removed = store.delete(ONE).then(() => told.push(`deleted ${ONE}`))
      const stored = store.put(beside, bytes(beside)).then(() => told.push(`stored ${beside}`))
      await Promise.all([removed, stored])
    },
    check: checkStore,
  })
})

test('a batch of moves that dies anywhere leaves whole objects or none', async () => {
  const names = [ONE, TWO, THREE]
  const calls = await everyCrash({
    async prepare(disk) {
      const from = await open(disk, '/a')
      for (const name of names) await from.put(name, bytes(name))
    },
    async run(disk, told) {
      const [from, to] = [await open(disk, '/a'), await open(disk, '/b')]
      const signal = new AbortController().signal
      const move = (name: typeof ONE) => {
        const { byteLength: sizeBytes } = bytes(name)
        const hash = blake3(bytes(name)).toString('hex')
        const agreed = { fromName: name, toName: name, blake3: hash, sizeBytes, signal }
        return moveObject({ from, to, ...agreed })
      }
      await Promise.all(names.map(move))
      await syncFoldersOf(to, names)
      for (const name of names) told.push(`stored ${name}`)
    },
    check: checkStore,
  })
  assert.ok(calls > 30, `${calls} calls were interrupted`)
})

test('a repair that dies anywhere leaves the damaged object or the whole one', async () => {
  const path = `/b/${ONE}`
  const rotten = bytes(ONE)
  rotten[7] = (rotten[7] ?? 0) ^ 1
  const calls = await everyCrash({
    async prepare(disk) {
      const donor = await open(disk, '/a')
      await donor.put(ONE, bytes(ONE))
      await (await open(disk, '/b')).put(ONE, bytes(ONE))
      disk.damage(path, 7)
    },
    async run(disk, told) {
      const [from, to] = [await open(disk, '/a'), await open(disk, '/b')]
      const signal = new AbortController().signal
      const whole = { blake3: blake3(bytes(ONE)).toString('hex'), sizeBytes: bytes(ONE).length }
      const found = await replaceObject({ from, fromName: ONE, to, toName: ONE, ...whole, signal })
      if (found.replaced) told.push(`stored ${ONE}`)
    },
    async check(disk, told) {
      const found = disk.bytesOf(path)
      const isWhole = Buffer.compare(found, bytes(ONE)) === 0
      assert.ok(isWhole || Buffer.compare(found, rotten) === 0, 'half of it')
      if (told.length > 0) assert.ok(isWhole, 'what was told is not so')
      const store = await open(disk, '/b')
      await store.removeStrays()
      const files = disk.tree().filter((each) => each.startsWith('/b/') && !each.endsWith('/'))
      assert.deepEqual(files, [path], 'no stray is left')
    },
  })
  assert.ok(calls > 15, `${calls} calls were interrupted`)
})
