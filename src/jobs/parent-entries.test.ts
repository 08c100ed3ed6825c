// Which files a backup takes over from the newest recovery point without reading them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../model/index.ts'
import { ParentEntries } from './parent-entries.ts'

const CHUNK_BYTES = 1000
const identity = { device: 1n, inode: 7n, ctimeNs: 5n }

function file(name: string, options: { chunk?: number; sizeBytes?: number } = {}): Entry {
  const { chunk = 1, sizeBytes = 400 } = options
  return {
    path: Buffer.from(name),
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeNs: 9n,
    sizeBytes,
    identity,
    extents: [{ kind: 'data', chunk: Buffer.alloc(32, chunk), offset: 0, sizeBytes }],
  }
}

function parentOf(entries: readonly Entry[]): ParentEntries {
  // In groups of two, as the blocks of a list come.
  async function* all() {
    for (let at = 0; at < entries.length; at += 2) yield entries.slice(at, at + 2)
  }
  return new ParentEntries(all(), () => CHUNK_BYTES)
}

test('a file that is the same keeps its extents under the facts of today', async () => {
  const parent = parentOf([file('a'), file('b')])
  const { extents: _, ...today } = { ...file('b'), mode: 0o600 }
  assert.deepEqual(await parent.unchanged(today), { ...file('b'), mode: 0o600 })
})

for (const [what, change] of Object.entries({
  'another size': { sizeBytes: 401 },
  'another modification time': { mtimeNs: 10n },
  'another inode': { identity: { ...identity, inode: 8n } },
  'another change time': { identity: { ...identity, ctimeNs: 6n } },
  'another device': { identity: { ...identity, device: 2n } },
})) {
  test(`a file with ${what} is read again`, async () => {
    assert.equal(await parentOf([file('a')]).unchanged({ ...file('a'), ...change }), undefined)
  })
}

test('a file that had not settled, then or now, is read again', async () => {
  const { identity: _, ...unsettled } = file('a')
  assert.equal(await parentOf([unsettled]).unchanged(file('a')), undefined)
  assert.equal(await parentOf([file('a')]).unchanged(unsettled), undefined)
})

test('a file that is new is read, and the files after it are still found', async () => {
  const parent = parentOf([file('a'), file('c')])
  assert.equal(await parent.unchanged(file('b')), undefined)
  assert.notEqual(await parent.unchanged(file('c')), undefined)
})

test('files that use under a quarter of their chunk are read again and bundled anew', async () => {
  const thin = [file('a', { sizeBytes: 100 }), file('b', { sizeBytes: 100 })]
  const parent = parentOf([...thin, file('c', { chunk: 2 })])
  assert.equal(await parent.unchanged(file('a', { sizeBytes: 100 })), undefined)
  assert.equal(await parent.unchanged(file('b', { sizeBytes: 100 })), undefined)
  assert.notEqual(await parent.unchanged(file('c', { chunk: 2 })), undefined)
})

test('files that use a quarter of their chunk together are taken over', async () => {
  const names = ['a', 'b', 'c']
  const parent = parentOf(names.map((name) => file(name, { sizeBytes: 100 })))
  for (const name of names) {
    assert.notEqual(await parent.unchanged(file(name, { sizeBytes: 100 })), undefined)
  }
})
