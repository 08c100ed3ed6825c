// Files that are held: nobody removes or replaces them but their store, which does all it did
// before. On a simulated disk, and on the real one where the system can make files immutable.

import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import { seededRandom } from '../../test/sim/dice.ts'
import { SimDisk } from '../../test/sim/disk.ts'
import { diskWithHeldFiles, type HeldFiles, simulatedFlag } from '../../test/sim/held-files.ts'
import { holdingDisk, realDisk, systemImmutability, systemRandom } from '../world/index.ts'
import type { DiskStore } from './disk.ts'
import { objectName, openDiskStore, openMemoryStore } from './index.ts'
import { testObjectStore } from './object-store.suite.ts'

const NAME = objectName('v1/packs/ab/one')
const OTHER = objectName('v1/packs/cd/two')
const BYTES = new Uint8Array(Buffer.from('some bytes'))

let roots = 0
const nextRoot = () => {
  roots += 1
  return `/stores/${roots}`
}

const shared = new SimDisk()
const sharedHeld: HeldFiles = new Set()
testObjectStore('disk whose every file is held at once', {
  open: () =>
    openDiskStore({
      root: nextRoot(),
      disk: diskWithHeldFiles(shared, sharedHeld, { every: true }),
      random: seededRandom(roots),
    }),
  damage: async (store, name) => shared.damage((store as DiskStore).files.pathOf(name)),
})

/** A store with one object that is held. */
async function heldObject(options: { unsupported?: string } = {}) {
  const disk = new SimDisk()
  const held: HeldFiles = new Set()
  const root = '/stores/a'
  const random = seededRandom(1)
  const store = await openDiskStore({
    root,
    disk: diskWithHeldFiles(disk, held, options),
    random,
  })
  await store.put(NAME, BYTES)
  return { disk, held, root, random, store, file: store.files.pathOf(NAME) }
}

test('a held object goes when its store deletes it, and is gone for good', async () => {
  const { held, store, disk, file } = await heldObject()
  assert.equal(await store.hold([NAME]), 'set')
  assert.deepEqual([...held], [file])
  await store.delete(NAME)
  assert.equal(await store.head(NAME), undefined)
  assert.deepEqual([...held], [])
  assert.ok(!disk.tree().includes(file))
})

test('what takes the place of a held object is held as well', async () => {
  const { disk, held, store, file } = await heldObject()
  await store.hold([NAME])
  disk.damage(file)
  const from = openMemoryStore()
  await from.put(OTHER, BYTES)
  const facts = { blake3: blake3(BYTES).toString('hex'), sizeBytes: BYTES.byteLength }
  const signal = new AbortController().signal
  await store.replace({ from, fromName: OTHER, toName: NAME, ...facts, signal })
  assert.deepEqual(await store.get(NAME), BYTES)
  assert.deepEqual([...held], [file])
})

test('who dies between letting an object go and deleting it leaves it whole', async () => {
  const { disk, held, random, root, store } = await heldObject()
  await store.hold([NAME])
  disk.dieAtCall(0)
  await Promise.race([store.delete(NAME), disk.died])
  assert.equal(held.size, 0, 'the flag was cleared, and the next call was the last')
  const later = disk.afterKill()
  const next = await openDiskStore({ root, disk: diskWithHeldFiles(later, held), random })
  assert.deepEqual(await next.get(NAME), BYTES)
  assert.equal(await next.hold([NAME]), 'set')
})

test('where files cannot be immutable, the store says why and works as ever', async () => {
  const reason = 'the file system has no immutable flag'
  const { store, root, random } = await heldObject({ unsupported: reason })
  assert.deepEqual(await store.hold([NAME]), { unsupported: reason })
  await store.delete(NAME)
  const plain = await openDiskStore({ root, disk: new SimDisk(), random })
  assert.notEqual(await plain.hold([]), 'set')
})

test('a file that may not be removed for another reason is told as before', async () => {
  const disk = new SimDisk()
  await disk.mkdir('/a')
  disk.failNext('unlink', 'EPERM')
  disk.failNext('unlink', 'EPERM', 1)
  const strict = holdingDisk(disk, simulatedFlag(new Set(), 'not root'))
  await (await disk.open('/a/file', 'create')).close()
  await assert.rejects(strict.unlink('/a/file'), { code: 'EPERM' })
})

test('on a real disk, not even root removes a held object by hand', async (t) => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'copyhold-held-'))
  t.after(async () => {
    await systemImmutability.clear(filesBelow(folder))
    fs.rmSync(folder, { recursive: true })
  })
  const disk = holdingDisk(realDisk, systemImmutability)
  const root = path.join(folder, 'store')
  const store = await openDiskStore({ root, disk, random: systemRandom })
  await store.put(NAME, BYTES)
  await store.put(OTHER, BYTES)
  const gone = objectName('v1/packs/ef/gone')
  const held = await store.hold([NAME, gone, OTHER])
  if (held !== 'set') return t.skip(held.unsupported)
  const file = store.files.pathOf(NAME)
  assert.throws(() => fs.rmSync(file), { code: 'EPERM' })
  assert.throws(() => fs.renameSync(file, `${file}-away`), { code: 'EPERM' })
  assert.throws(() => fs.chmodSync(file, 0o600), { code: 'EPERM' })
  assert.throws(() => fs.writeFileSync(file, 'others'))
  assert.throws(() => fs.rmSync(root, { recursive: true }), { code: 'EPERM' })
  assert.deepEqual(await store.get(NAME), BYTES)
  assert.equal(await store.hold([NAME]), 'set', 'twice is harmless')
  await store.delete(NAME)
  assert.equal(fs.existsSync(file), false)
  assert.equal(await store.put(NAME, BYTES), 'created')
})

function filesBelow(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return names.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name))
}
