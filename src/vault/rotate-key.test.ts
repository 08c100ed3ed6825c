// A vault whose key is changed: what was sealed before and after opens, whoever opened the vault
// when, and nothing that is in the vault is touched.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answer } from '../model/index.ts'
import { type ObjectName, type ObjectStore, openMemoryStore } from '../store/index.ts'
import { openVault, rotateVaultKey } from './index.ts'
import { openRecord } from './vault-record.ts'
import {
  altering,
  assertHolds,
  FACTS,
  job,
  makeVault,
  node,
  point,
  seededRandom,
  type TestVault,
  vaultIdOf,
  writePoint,
} from './vault-world.suite.ts'

const TREE = [node('a', 'file', { content: seededRandom('tree').bytes(60_000) })]
const OTHER_KEY = 'arn:aws:kms:eu-west-1:000000000000:key/other'

async function rotate({ store, keys }: TestVault, keyArn?: string) {
  const random = seededRandom(`rotation ${keyArn}`)
  return rotateVaultKey({ store, vaultId: vaultIdOf(1), keys, random, keyArn })
}

async function reopened(made: TestVault): Promise<TestVault> {
  const { store, keys } = made
  return { ...made, vault: await openVault({ store, vaultId: vaultIdOf(1), keys }) }
}

async function contents(store: ObjectStore): Promise<Map<ObjectName, string>> {
  const all = new Map<ObjectName, string>()
  for await (const name of store.list('')) {
    all.set(name, Buffer.from(await store.get(name)).toString('base64'))
  }
  return all
}

test('points from before and after a rotation open, and no object is touched', async () => {
  const made = await makeVault(1)
  const before = await writePoint(made, TREE, { n: 1 })
  const there = await contents(made.store)
  const { keyVersion } = await rotate(made)
  assert.equal(keyVersion, 2)
  const after = await contents(made.store)
  assert.deepEqual(
    [...after.keys()].filter((name) => !there.has(name)),
    [`${vaultIdOf(1)}/vault/00000002`],
  )
  for (const [name, bytes] of there) assert.equal(after.get(name), bytes)
  const now = await reopened(made)
  assert.deepEqual(now.vault.chunkingKey, made.vault.chunkingKey)
  assert.equal((await now.vault.readManifest(point(1))).keyVersion, 1)
  await assertHolds(now.vault, before.manifest, TREE)
  const known = { n: 2, known: before.manifest.packs }
  const { manifest } = await writePoint(now, TREE, known)
  assert.equal(manifest.keyVersion, 2)
  assert.deepEqual(manifest.packs[0]?.name, before.manifest.packs[0]?.name)
  await assertHolds(now.vault, manifest, TREE)
})

test('who opened the vault before a rotation goes on, and reads what comes after it', async () => {
  const early = await makeVault(1)
  const sealed = early.vault.sealKey(seededRandom('data key').bytes(32))
  await rotate(early)
  await rotate(early)
  const late = await reopened(early)
  assert.equal(late.vault.keyVersion, 3)
  await writePoint(early, TREE, { n: 1 })
  await writePoint({ ...late, random: seededRandom('late') }, TREE, { n: 2 })
  assert.equal((await early.vault.readManifest(point(2))).keyVersion, 3)
  assert.equal((await late.vault.readManifest(point(1))).keyVersion, 1)
  assert.deepEqual(await late.vault.openKey(sealed), seededRandom('data key').bytes(32))
  const facts = [{ kind: 'vault deleted' } as const]
  await early.vault.facts.write({ number: 1, replaces: 0, facts }, seededRandom('1'))
  await late.vault.facts.write({ number: 2, replaces: 0, facts }, seededRandom('2'))
  for (const { vault } of [early, late]) {
    assert.deepEqual((await vault.facts.read()).findings, [])
  }
})

test('rotations at once end under one of their keys, and lose no version', async () => {
  const made = await makeVault(1)
  const store = openMemoryStore()
  for (const [name, bytes] of await contents(made.store)) {
    await store.put(name, Buffer.from(bytes, 'base64'))
  }
  const { keys } = made
  const vaultId = vaultIdOf(1)
  const wanted = [undefined, undefined, OTHER_KEY, undefined]
  const ends = await Promise.all(
    wanted.map((keyArn, at) =>
      rotateVaultKey({ store, vaultId, keys, random: seededRandom(`${at}`), keyArn }),
    ),
  )
  assert.equal(ends[2]?.keyArn, OTHER_KEY)
  const { wrappedVaultKeys, number } = await openRecord({ store, vaultId, keys })
  const versions = wrappedVaultKeys.map(({ version }) => version)
  assert.deepEqual(
    versions,
    versions.map((_, at) => at + 1),
  )
  assert.equal(number, versions.length)
})

test('under another key of the key service the one before is needed no more', async () => {
  const made = await makeVault(1)
  await writePoint(made, TREE, { n: 1 })
  await rotate(made)
  await writePoint(await reopened(made), TREE, { n: 2 })
  assert.equal((await rotate(made, OTHER_KEY)).keyArn, OTHER_KEY)
  made.keys.revoke(made.vault.keyArn)
  const { vault } = await reopened(made)
  for (const n of [1, 2]) await assertHolds(vault, await vault.readManifest(point(n)), TREE)
})

test('a key that cannot be used changes nothing, and the vault goes on when it can', async () => {
  const made = await makeVault(1)
  const before = await contents(made.store)
  const unusable = (error: unknown) =>
    error instanceof Answer && error.failure.code === 'KeyUnusable'
  made.keys.revoke(OTHER_KEY)
  await assert.rejects(rotate(made, OTHER_KEY), unusable)
  assert.deepEqual(await contents(made.store), before)
  made.keys.revoke(made.vault.keyArn)
  await assert.rejects(rotate(made), unusable)
  assert.deepEqual(await contents(made.store), before)
})

test('a record that is put damaged is refused by its name, not passed over', async () => {
  const made = await makeVault(1)
  await rotate(made)
  const store = altering(made.store, (name, bytes) => {
    if (!name.endsWith('/vault/00000002')) return bytes
    const changed = bytes.slice()
    changed[40] = (changed[40] ?? 0) ^ 1
    return changed
  })
  const { keys } = made
  await assert.rejects(openVault({ store, vaultId: vaultIdOf(1), keys }), /vault\/00000002/)
})

test('a manifest begun before a rotation and sealed again after it is adopted', async () => {
  const made = await makeVault(1)
  const { written } = await writePoint(made, TREE, { n: 1 })
  await rotate(made)
  const { vault, random } = await reopened(made)
  const { packs, entryBlocks } = written
  const draft = { pointId: point(1), jobId: job(1), fence: 2, facts: FACTS, packs, entryBlocks }
  assert.equal((await vault.sealManifest(draft, random)).fence, 1, 'adopted')
})
