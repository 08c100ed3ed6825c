// Objects of a vault by name: what the sweep and the purge see.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectName } from '../store/index.ts'
import { deletePack, deleteVaultFiles, listPacks, listPoints } from './index.ts'
import {
  makeVault,
  node,
  point,
  seededRandom,
  vaultIdOf,
  vaultPermit,
  writePoint,
} from './vault-world.suite.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

test('packs and points are listed by their ids, strangers left out', async () => {
  const made = await makeVault(1)
  const place = { store: made.store, vaultId: vaultIdOf(1) }
  const content = seededRandom('listed').bytes(150_000)
  const { manifest } = await writePoint(made, [node('f', 'file', { content })])
  await made.store.put(objectName(`${vaultIdOf(1)}/packs/zz/stranger`), content)
  await made.store.put(objectName(`${vaultIdOf(1)}/points/stranger`), content)
  const names = manifest.packs.map((pack) => pack.name).sort()
  assert.deepEqual(await all(listPacks(place)), names)
  assert.deepEqual(await all(listPoints(place)), [point(1)])
  const [first] = names
  assert.ok(first)
  await deletePack(place, first)
  await deletePack(place, first)
  assert.deepEqual(await all(listPacks(place)), names.slice(1))
})

test('deleting a vault leaves nothing of it and everything of its neighbour', async () => {
  const made = await makeVault(1)
  const { store } = made
  const neighbour = await makeVault(2, { store })
  const tree = [node('f', 'file', { content: seededRandom('f').bytes(10_000) })]
  await writePoint(made, tree)
  await writePoint(neighbour, tree)
  const before = await all(store.list(`${vaultIdOf(2)}/`))
  await deleteVaultFiles({ store, permit: vaultPermit(vaultIdOf(1)) })
  await deleteVaultFiles({ store, permit: vaultPermit(vaultIdOf(1)) })
  assert.deepEqual(await all(store.list('')), before)
})

test('manifests go before packs, and the record goes last', async () => {
  const made = await makeVault(1)
  await writePoint(made, [node('f', 'file', { content: seededRandom('f').bytes(10_000) })])
  const gone: string[] = []
  const store = {
    ...made.store,
    delete: async (name: Parameters<typeof made.store.delete>[0]) => {
      gone.push(name.split('/')[1] ?? '')
      await made.store.delete(name)
    },
  }
  await deleteVaultFiles({ store, permit: vaultPermit(vaultIdOf(1)) })
  assert.deepEqual([...new Set(gone)], ['points', 'packs', 'vault'])
})
