// Packs put anew under other keys hold the same chunks, open with the destination's key alone, and
// share no data key with their sources; a source pack that is not whole is named.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ObjectName, openMemoryStore } from '../store/index.ts'
import { type PackRef, packObject, provePacks, relocate, repack, VaultDamaged } from './index.ts'
import { fetchContents, fetchTable } from './pack-fetch.ts'
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
  type TreeNode,
  writePoint,
} from './vault-world.suite.ts'

const tree: TreeNode[] = Array.from({ length: 60 }, (_, n) =>
  node(`f${String(n).padStart(2, '0')}`, 'file', {
    content:
      n % 3 === 0
        ? Buffer.from(`line ${n} of a text that shrinks\n`.repeat(500))
        : seededRandom(`file ${n}`).bytes(9_000),
  }),
)

async function world(options: { sourceStore?: ReturnType<typeof openMemoryStore> } = {}) {
  const store = options.sourceStore ?? openMemoryStore()
  const chunkingKey = seededRandom('of another account').bytes(32)
  const source = await makeVault(1, { store, keyArn: 'arn:source', chunkingKey })
  const destination = await makeVault(2, { keyArn: 'arn:destination' })
  const { manifest } = await writePoint(source, tree)
  assert.ok(manifest.packs.length >= 6)
  const blockPacks = new Set(manifest.entryBlocks.map((block) => block.pack))
  const orders = manifest.packs.map((pack, number) => {
    return { pack, holds: blockPacks.has(number) ? ('entries' as const) : ('data' as const) }
  })
  return { source, destination, manifest, orders }
}

function repackInto(destination: TestVault, source: TestVault) {
  const { ledger, random } = destination
  return {
    source: source.vault,
    destination: destination.vault,
    ledger: ledger.ledger,
    random,
  }
}

const keyOf = ({ dataKey }: PackRef) => Buffer.from(dataKey).toString('hex')

test('whole packs keep their layout under keys of their own, and open without the source', async () => {
  const { source, destination, manifest, orders } = await world()
  let told = 0
  const mappings = await repack({
    ...repackInto(destination, source),
    orders,
    onProgress: (delta) => {
      told += delta.bytesStored
    },
  })
  const { vault, random } = destination
  assert.deepEqual(
    mappings.map(({ from, isWhole }) => [from.name, isWhole, from.ref]),
    manifest.packs.map(({ name }) => [name, true, undefined]),
  )
  const standIns = mappings.map(({ to }) => to)
  const contents = await relocate(vault, manifest, standIns)
  assert.deepEqual(contents.entryBlocks, manifest.entryBlocks)
  for (const [number, pack] of contents.packs.entries()) {
    const from = manifest.packs[number] as PackRef
    assert.deepEqual([pack.sizeBytes, pack.usedBytes], [from.sizeBytes, from.usedBytes])
    assert.deepEqual(await fetchContents(vault, pack), await fetchContents(source.vault, from))
    assert.ok(destination.ledger.live.get(pack.name))
  }
  assert.equal(
    told,
    manifest.packs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  )
  const secrets = new Set(manifest.packs.map(keyOf))
  assert.ok(contents.packs.every((pack) => !secrets.has(keyOf(pack))))
  await provePacks({ destination: vault, moved: contents.packs, reused: [], random })
  const draft = { pointId: point(9), jobId: job(9), fence: 1, facts: FACTS, ...contents }
  await vault.sealManifest(draft, random)
  source.keys.revoke('arn:source')
  for await (const name of source.store.list('')) await source.store.delete(name)
  await assertHolds(vault, await vault.readManifest(point(9)), tree)
})

test('parts of packs come together, entry blocks apart from data, each in its domain', async () => {
  const { source, destination, manifest, orders } = await world()
  const mappings = await repack({
    ...repackInto(destination, source),
    orders: orders.map((order) => ({ ...order, wants: ({ ordinal }) => ordinal % 4 !== 1 })),
  })
  const { vault } = destination
  const targets = new Map(mappings.flatMap(({ to }) => to).map((ref) => [ref.name, ref]))
  assert.ok(targets.size < manifest.packs.length)
  const there = new Map<string, unknown>()
  for (const ref of targets.values()) {
    const { domain, rows } = await fetchContents(vault, ref)
    assert.deepEqual([...domain], [...source.vault.domain])
    for (const { id, plainBytes, encoding } of rows) {
      there.set(Buffer.from(id).toString('hex'), { plainBytes, encoding })
    }
  }
  const wanted = new Map<string, unknown>()
  for (const pack of manifest.packs) {
    for (const { id, ordinal, plainBytes, encoding } of await fetchTable(source.vault, pack)) {
      if (ordinal % 4 === 1) continue
      wanted.set(Buffer.from(id).toString('hex'), { plainBytes, encoding })
    }
  }
  assert.deepEqual(there, wanted)
  const dataTargets = new Set<string>()
  const entryTargets = new Set<string>()
  for (const mapping of mappings) {
    const order = orders.find(({ pack }) => pack.name === mapping.from.name)
    for (const { name } of mapping.to) {
      ;(order?.holds === 'data' ? dataTargets : entryTargets).add(name)
    }
  }
  assert.ok([...dataTargets].every((name) => !entryTargets.has(name)))
})

test('an order that wants nothing has no mapping, one that wants all stays one pack', async () => {
  const { source, destination, orders } = await world()
  const [first, second] = orders
  assert.ok(first && second)
  const mappings = await repack({
    ...repackInto(destination, source),
    orders: [
      { ...first, wants: () => false },
      { ...second, wants: () => true },
    ],
  })
  const [only] = mappings
  assert.equal(mappings.length, 1)
  assert.deepEqual([only?.from.name, only?.isWhole], [second.pack.name, true])
})

test('what a vault had itself is mapped with its key', async () => {
  const { source, orders } = await world()
  const [mapping] = await repack({ ...repackInto(source, source), orders: orders.slice(0, 1) })
  assert.deepEqual(mapping?.from.ref, orders[0]?.pack)
})

test('a source pack that is altered, cut short or missing is named, and mended when it can be', async () => {
  const part = { wants: ({ ordinal }: { ordinal: number }) => ordinal !== 0 }
  for (const alter of [flip, (bytes: Uint8Array) => bytes.subarray(0, 900), undefined]) {
    for (const wish of [{}, part]) {
      const target: { name?: ObjectName } = {}
      const sourceStore = altering(openMemoryStore(), (name, bytes) => {
        return name === target.name ? alter?.(bytes) : bytes
      })
      const { source, destination, orders } = await world({ sourceStore })
      const bad = orders[2]?.pack as PackRef
      target.name = packObject(source.vault.vaultId, bad.name)
      const work = {
        ...repackInto(destination, source),
        orders: orders.map((order) => ({ ...order, ...wish })),
      }
      await assert.rejects(repack(work), (error) => {
        assert.ok(error instanceof VaultDamaged)
        assert.deepEqual([error.pack, error.object], [bad.name, target.name])
        return true
      })
      const mend = async () => {
        delete target.name
        return true
      }
      const mappings = await repack({ ...work, mend })
      assert.ok(mappings.some(({ from }) => from.name === bad.name))
    }
  }
})

function flip(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 1
  return copy
}
