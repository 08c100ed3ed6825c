// The disk store on a real folder and on a simulated disk, through the suite, and what only a disk
// can get wrong: modes, strays, failed syncs, folders that vanish, shared extents.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import { seededRandom } from '../../test/sim/dice.ts'
import { SimDisk } from '../../test/sim/disk.ts'
import { sideThread } from '../assembly/side.ts'
import { Trouble } from '../model/index.ts'
import { type PostedError, realDisk, systemRandom } from '../world/index.ts'
import type { FileHash } from './hash-aside.ts'
import {
  countingStore,
  type DiskStore,
  hashAside,
  independentMedia,
  moveObject,
  type ObjectName,
  type ObjectStore,
  objectName,
  openDiskStore,
  openMemoryStore,
  replaceObject,
  syncFoldersOf,
} from './index.ts'
import { FILE_SYSTEM } from './media.ts'
import { listed, testObjectStore } from './object-store.suite.ts'

const folder = fs.mkdtempSync(path.join(tmpdir(), 'copyhold-store-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))
let opened = 0
function next(): number {
  opened += 1
  return opened
}

function openReal(root = path.join(folder, 'some', String(next()))): Promise<DiskStore> {
  return openDiskStore({ root, disk: realDisk, random: systemRandom })
}

function openSimulated(disk: SimDisk, root = '/stores/a'): Promise<DiskStore> {
  return openDiskStore({ root, disk, random: seededRandom(next()) })
}

const pathOf = (store: ObjectStore, name: ObjectName) => (store as DiskStore).files.pathOf(name)

async function damageReal(store: ObjectStore, name: ObjectName): Promise<void> {
  const file = pathOf(store, name)
  const bytes = fs.readFileSync(file)
  bytes[1_234_567] = (bytes[1_234_567] ?? 0) ^ 1
  fs.chmodSync(file, 0o600)
  fs.writeFileSync(file, bytes)
}

testObjectStore('disk', { open: () => openReal(), damage: damageReal })

const side = sideThread()
after(() => side.stop())
const openAside = (open = () => side.open<string, FileHash | PostedError>('hash')) =>
  openDiskStore({
    root: path.join(folder, 'aside', String(next())),
    disk: realDisk,
    random: systemRandom,
    hashAside: hashAside(open),
  })

testObjectStore('disk that reads back on another thread', {
  open: () => openAside(),
  damage: damageReal,
})

const shared = new SimDisk()
testObjectStore('simulated disk', {
  open: () => openSimulated(shared, `/stores/${next()}`),
  damage: async (store, name) => shared.damage(pathOf(store, name)),
})

const NAME = objectName('v1/packs/ab/one')
const OTHER = objectName('v1/packs/cd/two')
const bytes = new Uint8Array(Buffer.from('some bytes'))
const facts = {
  blake3: blake3(bytes).toString('hex'),
  sizeBytes: bytes.byteLength,
  signal: new AbortController().signal,
}
const inside = (disk: SimDisk) => disk.tree().filter((each) => !each.endsWith('/'))

test('objects can be read and changed by nobody but their owner, and not by mistake', async () => {
  const store = await openReal()
  await store.put(NAME, bytes)
  await moveObject({ from: store, fromName: NAME, to: store, toName: OTHER, ...facts })
  const mode = (at: string) => fs.statSync(at).mode & 0o7777
  for (const name of [NAME, OTHER]) assert.equal(mode(pathOf(store, name)), 0o400)
  assert.equal(mode(path.dirname(pathOf(store, NAME))), 0o700)
  assert.notEqual(
    fs.statSync(pathOf(store, NAME)).ino,
    fs.statSync(pathOf(store, OTHER)).ino,
    'a moved object is a second file',
  )
})

test('what is finished leaves no temporary file, nor an empty folder', async () => {
  const disk = new SimDisk()
  const store = await openSimulated(disk)
  await store.put(NAME, bytes)
  await moveObject({ from: store, fromName: NAME, to: store, toName: OTHER, ...facts })
  assert.deepEqual(inside(disk), [`/stores/a/${NAME}`, `/stores/a/${OTHER}`])
  await store.delete(NAME)
  await store.delete(OTHER)
  assert.deepEqual(disk.tree(), ['/stores/', '/stores/a/', '/stores/a/.tmp/'])
})

test('strays of dead writers are removed, work in hand is not', async () => {
  const disk = new SimDisk()
  const dead = await openSimulated(disk)
  disk.dieAtCall(4)
  await Promise.race([dead.put(NAME, bytes), disk.died])
  const later = disk.afterKill()
  assert.equal(inside(later).length, 1)
  const store = await openSimulated(later)
  const put = store.put(OTHER, bytes)
  assert.equal(await store.removeStrays(), 1)
  assert.equal(await put, 'created')
  assert.deepEqual(inside(later), [`/stores/a/${OTHER}`])
})

test('names that are nobody’s objects are not listed', async () => {
  const store = await openReal()
  await store.put(NAME, bytes)
  const beside = (name: string) => path.join(path.dirname(pathOf(store, NAME)), name)
  fs.writeFileSync(beside('.DS_Store'), 'x')
  fs.writeFileSync(beside('not a name'), 'x')
  fs.symlinkSync('one', beside('link'))
  assert.deepEqual(await listed(store, ''), [NAME])
})

test('a batch of moves syncs each folder once', async () => {
  const disk = new SimDisk()
  const [from, to] = [await openSimulated(disk, '/a'), await openSimulated(disk, '/b')]
  const names = ['p/aa/1', 'p/aa/2', 'p/bb/3', 'p/bb/4'].map(objectName)
  for (const name of names) await from.put(name, bytes)
  const before = disk.calls.length
  for (const name of names) {
    await moveObject({ from, fromName: name, to, toName: name, ...facts })
  }
  await syncFoldersOf(to, names)
  const syncs = disk.calls.slice(before).filter((call) => call.startsWith('syncFolder'))
  assert.deepEqual(
    syncs.sort(),
    ['/b', '/b/p', '/b/p/aa', '/b/p/bb'].map((at) => `syncFolder ${at}`),
  )
})

for (const call of ['write', 'datasync', 'link', 'syncFolder'] as const) {
  test(`a put whose ${call} fails is a trouble, leaves nothing and may be repeated`, async () => {
    const disk = new SimDisk()
    const store = await openSimulated(disk)
    disk.failNext(call, 'ENOSPC')
    await assert.rejects(store.put(NAME, bytes), (error: unknown) => {
      assert.ok(error instanceof Trouble && error.retryable)
      assert.match(error.message, /cannot write v1\/packs\/ab\/one .*the file system is full/)
      return true
    })
    assert.deepEqual(inside(disk), [])
    assert.equal(await store.put(NAME, bytes), 'created')
    const later = await openSimulated(disk.afterPowerCut(1))
    assert.deepEqual(await later.get(NAME), bytes)
  })
}

for (const call of ['copyFile', 'datasync', 'read', 'link'] as const) {
  test(`a move whose ${call} fails is a trouble, leaves nothing and may be repeated`, async () => {
    const disk = new SimDisk()
    const store = await openSimulated(disk)
    await store.put(NAME, bytes)
    disk.failNext(call, 'EIO')
    const move = { from: store, fromName: NAME, to: store, toName: OTHER, ...facts }
    await assert.rejects(moveObject(move), Trouble)
    assert.deepEqual(inside(disk), [`/stores/a/${NAME}`])
    assert.deepEqual(await moveObject(move), { moved: true })
    await syncFoldersOf(store, [OTHER])
    const later = await openSimulated(disk.afterPowerCut(1))
    assert.deepEqual(await later.get(OTHER), bytes)
  })
}

test('a failed sync of folders takes the batch’s names back, and no others', async () => {
  const disk = new SimDisk()
  const store = await openSimulated(disk)
  const old = objectName('v1/packs/cd/old')
  await store.put(old, bytes)
  const move = { from: store, fromName: old, to: store, toName: OTHER, ...facts }
  await moveObject(move)
  disk.failNext('syncFolder', 'EIO')
  await assert.rejects(syncFoldersOf(store, [OTHER]), Trouble)
  assert.deepEqual(inside(disk), [`/stores/a/${old}`])
  assert.deepEqual(await moveObject(move), { moved: true })
})

test('a copy that reads back wrong from a whole source is a trouble, not its damage', async () => {
  const disk = new SimDisk()
  const store = await openSimulated(disk)
  await store.put(NAME, bytes)
  disk.miswriteNextCopy()
  const move = { from: store, fromName: NAME, to: store, toName: OTHER, ...facts }
  await assert.rejects(moveObject(move), /did not read back as it was written/)
  assert.deepEqual(inside(disk), [`/stores/a/${NAME}`])
})

test('a store whose folder is gone says so instead of calling its objects missing', async () => {
  const store = await openReal()
  await store.put(NAME, bytes)
  fs.renameSync(store.files.pathOf('' as ObjectName), path.join(folder, 'away'))
  const gone = /cannot use the store .*: its folder is gone/
  await assert.rejects(store.get(NAME), gone)
  await assert.rejects(store.head(NAME), gone)
  await assert.rejects(store.delete(NAME), gone)
  await assert.rejects(store.put(OTHER, bytes), Trouble)
  await assert.rejects(listed(store, ''), gone)
})

test('where file systems share blocks, bytes are read and written unless allowed', async () => {
  const used = async (type: number, options: { sharedExtents?: 'allow' }) => {
    const disk = new SimDisk({ fileSystemType: type })
    const random = seededRandom(1)
    const store = await openDiskStore({ root: '/s', disk, random, ...options })
    await store.put(NAME, bytes)
    await moveObject({ from: store, fromName: NAME, to: store, toName: OTHER, ...facts })
    return disk.calls.some((call) => call.startsWith('copyFile')) ? 'copyFile' : 'read and write'
  }
  assert.equal(await used(FILE_SYSTEM.ext, {}), 'copyFile')
  assert.equal(await used(FILE_SYSTEM.xfs, {}), 'read and write')
  assert.equal(await used(FILE_SYSTEM.btrfs, {}), 'read and write')
  assert.equal(await used(FILE_SYSTEM.btrfs, { sharedExtents: 'allow' }), 'copyFile')
  assert.equal(await used(12345, {}), 'read and write')
})

test('stores are on independent media when their devices differ for sure', async () => {
  const at = (device: number, fileSystemType: number) =>
    openSimulated(new SimDisk({ device, fileSystemType }))
  const ext = await at(1, FILE_SYSTEM.ext)
  assert.equal(await independentMedia(ext, await at(1, FILE_SYSTEM.ext)), false)
  assert.equal(await independentMedia(ext, await at(2, FILE_SYSTEM.ext)), true)
  assert.equal(await independentMedia(await at(1, FILE_SYSTEM.btrfs), ext), false)
  const subvolumes = [await at(1, FILE_SYSTEM.btrfs), await at(2, FILE_SYSTEM.btrfs)] as const
  assert.equal(await independentMedia(...subvolumes), false)
  assert.equal(await independentMedia(ext, openMemoryStore()), true)
  assert.equal(await independentMedia(openMemoryStore(), openMemoryStore()), false)
})

test('a counting store tells of what it created, and passes the rest on', async () => {
  const created: string[] = []
  const store = countingStore(await openReal(), (name) => void created.push(name))
  assert.equal(await store.put(NAME, bytes), 'created')
  assert.equal(await store.put(NAME, bytes), 'exists')
  const move = { from: store, fromName: NAME, to: store, toName: OTHER, ...facts }
  await moveObject(move)
  await moveObject(move)
  await syncFoldersOf(store, [OTHER])
  assert.deepEqual(created, [NAME, OTHER])
  assert.deepEqual(await listed(store, ''), [NAME, OTHER])
})

test('a thread that ends while it reads a copy back is a trouble, and the next one proves it', async () => {
  const content = seededRandom(7).bytes(3 * 1024 * 1024)
  const mortal = sideThread()
  let ends = true
  const to = await openAside(() => {
    const line = mortal.open<string, FileHash | PostedError>('hash')
    if (ends) void mortal.stop()
    return line
  })
  const from = openMemoryStore()
  await from.put(NAME, content)
  const move = {
    from,
    to,
    fromName: NAME,
    toName: OTHER,
    blake3: blake3(content).toString('hex'),
    sizeBytes: content.length,
    signal: facts.signal,
  }
  await assert.rejects(
    moveObject(move),
    (error) => error instanceof Trouble && error.retryable && /read/.test(error.message),
  )
  assert.equal(await to.head(OTHER), undefined)
  ends = false
  await moveObject(move)
  assert.deepEqual(await to.get(OTHER), content)
  await mortal.stop()
})

/** Everything but a regular file that can lie in an object's place, and what it is called. */
const FOREIGN: readonly [string, RegExp, (at: string) => void][] = [
  ['a named pipe', /a named pipe/, (at) => void execFileSync('mkfifo', [at])],
  ['a link to an endless device', /a symbolic link/, (at) => fs.symlinkSync('/dev/zero', at)],
  ['a link to another object', /a symbolic link/, (at) => fs.symlinkSync(`${at}-other`, at)],
  ['a folder', /a folder/, (at) => fs.mkdirSync(at)],
  ['a file of a tebibyte', /a file of 1099511627776 bytes/, vastFile],
]

function vastFile(at: string): void {
  fs.writeFileSync(at, '')
  fs.truncateSync(at, 2 ** 40)
}

for (const [what, called, make] of FOREIGN) {
  test(`${what} in an object's place is told, waited for by nobody, and replaced`, async () => {
    const [store, donor] = [await openReal(), await openReal()]
    const at = pathOf(store, NAME)
    await store.put(OTHER, bytes)
    await donor.put(NAME, bytes)
    fs.mkdirSync(path.dirname(at), { recursive: true })
    make(at)
    fs.writeFileSync(`${at}-other`, bytes)
    const { signal } = facts
    const foreign = { name: 'NotAnObject', message: called }
    await assert.rejects(store.get(NAME), foreign)
    await assert.rejects(store.digest(NAME, { signal, bytesMax: 2 ** 25 }), foreign)
    const move = { from: store, fromName: NAME, to: donor, toName: OTHER, ...facts }
    await assert.rejects(moveObject(move), /ObjectDamaged|damaged|no object/)
    const arrival = { from: donor, fromName: NAME, to: store, toName: NAME, ...facts }
    await assert.rejects(moveObject(arrival), { name: 'ObjectDamaged', side: 'destination' })
    assert.deepEqual(await replaceObject(arrival), { replaced: true })
    assert.deepEqual(await store.get(NAME), bytes)
    await store.delete(NAME)
    make(at)
    await store.delete(NAME)
    assert.equal(await store.head(NAME), undefined)
  })
}
