// Generations of a manifest: sealed again when its chunks lie elsewhere, found by whoever reads.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectStore } from '../store/index.ts'
import { listPoints, type Manifest, manifestObject, openVault, VaultDamaged } from './index.ts'
import {
  makeVault,
  node,
  permit,
  point,
  seededRandom,
  type TestVault,
  vaultIdOf,
  writePoint,
} from './vault-world.suite.ts'

const tree = [node('f', 'file', { content: seededRandom('generations').bytes(50_000) })]
const first = manifestObject(vaultIdOf(1), point(1))
const second = manifestObject(vaultIdOf(1), point(1), 2)

async function resealed(made: TestVault): Promise<Manifest> {
  const { manifest } = await writePoint(made, tree)
  const { packs, entryBlocks } = manifest
  const marked = packs.map((pack, at) => (at === 0 ? { ...pack, usedBytes: 1 } : pack))
  const places = { generation: 2, packs: marked, entryBlocks }
  return made.vault.resealManifest(manifest, places, made.random)
}

async function ids(made: TestVault) {
  const found: string[] = []
  for await (const id of listPoints({ store: made.store, vaultId: vaultIdOf(1) })) found.push(id)
  return found
}

test('a manifest that was sealed again is read in its highest generation, and listed once', async () => {
  const made = await makeVault(1)
  assert.equal((await writePoint(made, tree)).manifest.generation, 1)
  const again = await resealed(await makeVault(1))
  assert.equal(again.generation, 2)
  const both = await makeVault(1)
  await resealed(both)
  assert.deepEqual(await both.vault.readManifest(point(1)), again)
  assert.deepEqual(await ids(both), [point(1)])
  await both.vault.dropOlderManifests(point(1), 2)
  assert.equal(await both.store.head(first), undefined)
  assert.deepEqual(await both.vault.readManifest(point(1)), again)
  assert.deepEqual(await ids(both), [point(1)])
  await both.vault.deleteManifest(permit(point(1)))
  assert.deepEqual(await ids(both), [])
})

test('a later generation that is damaged leaves the one before in force', async () => {
  const made = await makeVault(1)
  await resealed(made)
  const bytes = (await made.store.get(second)).slice()
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
  await made.store.delete(second)
  await made.store.put(second, bytes)
  assert.equal((await made.vault.readManifest(point(1))).generation, 1)
  await made.vault.dropOlderManifests(point(1), 2)
  await assert.rejects(made.vault.readManifest(point(1)), (error) => {
    return error instanceof VaultDamaged && error.object === second && !error.missing
  })
})

test('a generation under the name of another is refused', async () => {
  const made = await makeVault(1)
  await writePoint(made, tree)
  await made.store.put(second, await made.store.get(first))
  assert.equal((await made.vault.readManifest(point(1))).generation, 1)
  await made.store.delete(first)
  await assert.rejects(made.vault.readManifest(point(1)), /is generation 1/)
})

test('of two attempts at the same generation the first one counts', async () => {
  const made = await makeVault(1)
  const there = await resealed(made)
  const late = { generation: 2, packs: there.packs.slice(), entryBlocks: [] }
  assert.deepEqual(await made.vault.resealManifest(there, late, made.random), there)
})

test('a reader that is overtaken by a newer generation finds that one', async () => {
  const made = await makeVault(1)
  await resealed(made)
  let isOvertaken = false
  const store: ObjectStore = {
    ...made.store,
    // The newer generation comes between the first look and the read.
    list: (prefix) => {
      const isPoints = prefix.includes('/points/')
      return made.store.list(isPoints && !isOvertaken ? 'nothing/' : prefix)
    },
    get: async (name, range, signal) => {
      if (name === first) {
        isOvertaken = true
        await made.store.delete(first)
      }
      return made.store.get(name, range, signal)
    },
  }
  const vault = await openVault({ store, vaultId: vaultIdOf(1), keys: made.keys })
  assert.equal((await vault.readManifest(point(1))).generation, 2)
})
