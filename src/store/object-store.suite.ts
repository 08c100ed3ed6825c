// The suite every object store passes. A store's test hands it a factory; what is special to one
// kind of store is tested beside that kind.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { blake3 } from '@napi-rs/blake-hash'
import fc from 'fast-check'
import {
  digestObject,
  moveObject,
  NotAnObject,
  ObjectDamaged,
  ObjectDiffers,
  ObjectMissing,
  type ObjectName,
  type ObjectStore,
  ObjectTruncated,
  objectName,
  openMemoryStore,
  replaceObject,
  syncFoldersOf,
} from './index.ts'

export interface SuiteSubject {
  /** A new, empty store; several may be open at once. */
  open(): Promise<ObjectStore>
  /** Changes a byte of an object behind the store's back. */
  damage?(store: ObjectStore, name: ObjectName): Promise<void>
}

/** All names a listing gives. */
export async function listed(
  store: ObjectStore,
  prefix: string,
  after?: ObjectName,
): Promise<ObjectName[]> {
  const names: ObjectName[] = []
  for await (const name of store.list(prefix, after)) names.push(name)
  return names
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
const hashOf = (bytes: Uint8Array) => blake3(bytes).toString('hex')
const NAME = objectName('v1/packs/ab/one')
const OTHER = objectName('v1/packs/cd/two')
const never = new AbortController().signal

export function testObjectStore(kind: string, subject: SuiteSubject): void {
  testPutAndGet(kind, subject)
  testListAndDelete(kind, subject)
  testMoves(kind, subject)
  testReplacing(kind, subject)
}

function testReplacing(kind: string, { open, damage }: SuiteSubject): void {
  test(`${kind}: an object is read through and told by its hash, sum and size`, async () => {
    const store = await open()
    const bytes = new Uint8Array(randomBytes(2_500_000))
    await store.put(NAME, bytes)
    const digest = await digestObject(store, NAME, { signal: never })
    assert.deepEqual(digest, { blake3: hashOf(bytes), crc32: crc32(bytes), sizeBytes: 2_500_000 })
    await assert.rejects(digestObject(store, OTHER, { signal: never }), ObjectMissing)
    const small = { signal: never, bytesMax: 2_499_999 }
    await assert.rejects(digestObject(store, NAME, small), NotAnObject)
  })

  test(`${kind}: a missing object is put in place from a donor, a whole one stays`, async () => {
    const [from, to] = [await open(), await open()]
    const bytes = bytesOf('what it must be')
    await from.put(OTHER, bytes)
    const agreed = { blake3: hashOf(bytes), sizeBytes: bytes.byteLength, signal: never }
    const repair = { from, fromName: OTHER, to, toName: NAME, ...agreed }
    assert.deepEqual(await replaceObject(repair), { replaced: true })
    assert.deepEqual(await to.get(NAME), bytes)
    assert.deepEqual(await replaceObject(repair), { replaced: false })
    assert.deepEqual(await listed(to, ''), [NAME])
  })

  if (damage === undefined) return
  test(`${kind}: a damaged object is replaced, but not from a damaged donor`, async () => {
    const [from, to] = [await open(), await open()]
    const bytes = new Uint8Array(randomBytes(1_500_000))
    for (const store of [from, to]) await store.put(NAME, bytes)
    await damage(to, NAME)
    const damaged = await to.get(NAME)
    const agreed = { blake3: hashOf(bytes), sizeBytes: bytes.byteLength, signal: never }
    const repair = { from, fromName: NAME, to, toName: NAME, ...agreed }
    await damage(from, NAME)
    await assert.rejects(replaceObject(repair), ObjectDamaged)
    assert.deepEqual(await to.get(NAME), damaged, 'it is left as it was')
    const donor = await open()
    await donor.put(NAME, bytes)
    assert.deepEqual(await replaceObject({ ...repair, from: donor }), { replaced: true })
    assert.deepEqual(await to.get(NAME), bytes)
  })
}

function testPutAndGet(kind: string, { open }: SuiteSubject): void {
  test(`${kind}: what was put is there, whole and in ranges`, async () => {
    const store = await open()
    const bytes = new Uint8Array(randomBytes(100_000))
    assert.equal(await store.put(NAME, bytes), 'created')
    assert.deepEqual(await store.get(NAME), bytes)
    assert.deepEqual(await store.head(NAME), { sizeBytes: 100_000 })
    const range = await store.get(NAME, { offset: 70_001, sizeBytes: 29_999 })
    assert.deepEqual(range, bytes.slice(70_001))
    assert.deepEqual(await store.get(NAME, { offset: 5, sizeBytes: 0 }), new Uint8Array(0))
  })

  test(`${kind}: an object may be empty`, async () => {
    const store = await open()
    assert.equal(await store.put(NAME, new Uint8Array(0)), 'created')
    assert.deepEqual(await store.get(NAME), new Uint8Array(0))
  })

  test(`${kind}: the same bytes put again are found, other bytes are refused`, async () => {
    const store = await open()
    await store.put(NAME, bytesOf('first'))
    assert.equal(await store.put(NAME, bytesOf('first')), 'exists')
    await assert.rejects(store.put(NAME, bytesOf('other')), ObjectDiffers)
    await assert.rejects(store.put(NAME, bytesOf('first and more')), ObjectDiffers)
    assert.deepEqual(await store.get(NAME), bytesOf('first'))
  })

  test(`${kind}: of many that put one object at once, one creates it`, async () => {
    const store = await open()
    const puts = Array.from({ length: 8 }, () => store.put(NAME, bytesOf('same')))
    const results = await Promise.all(puts)
    assert.equal(results.filter((result) => result === 'created').length, 1)
  })

  test(`${kind}: what is not there is missing, and what is too short never answers`, async () => {
    const store = await open()
    assert.equal(await store.head(NAME), undefined)
    await assert.rejects(store.get(NAME), ObjectMissing)
    await store.put(NAME, bytesOf('twelve bytes'))
    await assert.rejects(store.get(NAME, { offset: 6, sizeBytes: 7 }), ObjectTruncated)
    await assert.rejects(store.get(NAME, { offset: 13, sizeBytes: 0 }), ObjectTruncated)
  })

  test(`${kind}: bytes changed by their owner after put or get change nothing`, async () => {
    const store = await open()
    const bytes = bytesOf('mine')
    await store.put(NAME, bytes)
    bytes[0] = 0
    const read = await store.get(NAME)
    read[1] = 0
    assert.deepEqual(await store.get(NAME), bytesOf('mine'))
  })

  test(`${kind}: an aborted put stores nothing`, async () => {
    const store = await open()
    const reason = new Error('stopped')
    await assert.rejects(store.put(NAME, bytesOf('x'), AbortSignal.abort(reason)), reason)
    assert.equal(await store.head(NAME), undefined)
  })
}

function testListAndDelete(kind: string, { open }: SuiteSubject): void {
  test(`${kind}: listing is complete, in order, by any prefix and from anywhere`, async () => {
    const segment = fc.stringMatching(/^[a-c0_-][a-c0._-]{0,3}$/)
    const paths = fc.array(segment, { minLength: 1, maxLength: 4 })
    const sets = fc.uniqueArray(paths, { maxLength: 12, selector: (parts) => parts.join('/') })
    await fc.assert(
      fc.asyncProperty(sets, fc.nat(), fc.nat(), async (found, pick, length) => {
        const store = await open()
        const names = withoutFolders(found.map((parts) => parts.join('/'))).map(objectName)
        for (const name of names) await store.put(name, bytesOf(name))
        const prefix = (names[pick % (names.length || 1)] ?? '').slice(0, length % 8)
        const wanted = names.filter((name) => name.startsWith(prefix)).sort()
        assert.deepEqual(await listed(store, prefix), wanted)
        for (const after of names) {
          const behind = wanted.filter((name) => name > after)
          assert.deepEqual(await listed(store, prefix, after), behind)
        }
      }),
      { numRuns: 40 },
    )
  })

  test(`${kind}: a prefix that no name can have is refused`, async () => {
    const store = await open()
    for (const prefix of ['..', '../x', '/', 'a//b', '.tmp']) {
      await assert.rejects(listed(store, prefix), { name: 'BadObjectName' })
    }
  })

  test(`${kind}: a deleted object is gone, and may be put again`, async () => {
    const store = await open()
    await store.put(NAME, bytesOf('one'))
    await store.put(OTHER, bytesOf('two'))
    await store.delete(NAME)
    await store.delete(NAME)
    assert.equal(await store.head(NAME), undefined)
    assert.deepEqual(await listed(store, ''), [OTHER])
    assert.equal(await store.put(NAME, bytesOf('another')), 'created')
  })

  test(`${kind}: puts and deletes of neighbours at once do not disturb each other`, async () => {
    const store = await open()
    const names = Array.from({ length: 12 }, (_, index) => objectName(`v/p/q/${index}`))
    for (let round = 0; round < 4; round += 1) {
      const even = names.filter((_, index) => index % 2 === round % 2)
      const odd = names.filter((_, index) => index % 2 !== round % 2)
      const put = even.map((name) => store.put(name, bytesOf(name)))
      await Promise.all([...put, ...odd.map((name) => store.delete(name))])
      assert.deepEqual(await listed(store, 'v/'), [...even].sort())
    }
  })
}

function testMoves(kind: string, { open, damage }: SuiteSubject): void {
  const bytes = new Uint8Array(randomBytes(2_500_000))
  const facts = { blake3: hashOf(bytes), sizeBytes: bytes.byteLength, signal: never }
  const routes: [string, () => Promise<[ObjectStore, ObjectStore]>][] = [
    [`${kind} to ${kind}`, async () => [await open(), await open()]],
    [`${kind} to memory`, async () => [await open(), openMemoryStore()]],
    [`memory to ${kind}`, async () => [openMemoryStore(), await open()]],
  ]
  for (const [route, both] of routes) {
    test(`${route}: a moved object is the same bytes under its new name`, async () => {
      const [from, to] = await both()
      await from.put(NAME, bytes)
      const move = { from, fromName: NAME, to, toName: OTHER, ...facts }
      assert.deepEqual(await moveObject(move), { moved: true })
      await syncFoldersOf(to, [OTHER])
      assert.deepEqual(await to.get(OTHER), bytes)
      assert.deepEqual(await moveObject(move), { moved: false })
      assert.deepEqual(await from.get(NAME), bytes)
    })

    test(`${route}: a source that is not as agreed is damage, and nothing comes`, async () => {
      const [from, to] = await both()
      await from.put(NAME, bytes)
      const move = { from, fromName: NAME, to, toName: OTHER, ...facts }
      const source = { name: 'ObjectDamaged', side: 'source', objectName: NAME }
      await assert.rejects(moveObject({ ...move, blake3: hashOf(bytesOf('x')) }), source)
      await assert.rejects(moveObject({ ...move, sizeBytes: bytes.byteLength - 1 }), source)
      await assert.rejects(moveObject({ ...move, sizeBytes: bytes.byteLength + 1 }), source)
      await assert.rejects(moveObject({ ...move, fromName: OTHER }), ObjectMissing)
      assert.deepEqual(await listed(to, ''), [])
    })

    test(`${route}: an aborted move throws the reason and leaves nothing`, async () => {
      const [from, to] = await both()
      await from.put(NAME, bytes)
      const reason = new Error('stopped')
      const signal = AbortSignal.abort(reason)
      const move = { from, fromName: NAME, to, toName: OTHER, ...facts, signal }
      await assert.rejects(moveObject(move), reason)
      assert.deepEqual(await listed(to, ''), [])
    })
  }

  if (damage === undefined) return
  test(`${kind}: an object damaged where it was to go is the destination's damage`, async () => {
    const [from, to] = [await open(), await open()]
    await from.put(NAME, bytes)
    await to.put(OTHER, bytes)
    await damage(to, OTHER)
    const move = { from, fromName: NAME, to, toName: OTHER, ...facts }
    await assert.rejects(moveObject(move), (error: unknown) => {
      return error instanceof ObjectDamaged && error.side === 'destination'
    })
  })
}

/** Leaves out names that are folders of others: no disk can hold both. */
function withoutFolders(names: string[]): string[] {
  return names.filter((name) => !names.some((other) => other.startsWith(`${name}/`)))
}
