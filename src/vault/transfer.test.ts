// Packs move between vaults as they are, once each, and open at the destination with its key alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ObjectName, type ObjectStore, openMemoryStore } from '../store/index.ts'
import { type PackLedger, packObject, provePacks, transferPacks, VaultDamaged } from './index.ts'
import {
  altering,
  assertHolds,
  FACTS,
  job,
  makeVault,
  node,
  point,
  seededRandom,
  type TreeNode,
  writePoint,
} from './vault-world.suite.ts'

const tree: TreeNode[] = Array.from({ length: 40 }, (_, n) =>
  node(`f${String(n).padStart(2, '0')}`, 'file', {
    content: seededRandom(`file ${n}`).bytes(12_000),
  }),
)

async function twoVaults(options: { sourceStore?: ObjectStore } = {}) {
  const store = options.sourceStore ?? openMemoryStore()
  const source = await makeVault(1, { store, keyArn: 'arn:source' })
  const destination = await makeVault(2, { keyArn: 'arn:destination' })
  const { manifest } = await writePoint(source, tree)
  assert.ok(manifest.packs.length >= 8)
  return { source, destination, manifest }
}

test('a copy moves every pack once and is read without the source or its key', async () => {
  const { source, destination, manifest } = await twoVaults()
  const { packs, entryBlocks } = manifest
  const { ledger, random } = destination
  let told = 0
  const result = await transferPacks({
    source: source.vault,
    destination: destination.vault,
    packs,
    ledger: ledger.ledger,
    random,
    onProgress: (delta) => {
      told += delta.bytesStored
    },
  })
  assert.equal(told, result.movedBytes)
  assert.equal(result.moved.length, packs.length)
  const { vault } = destination
  const draft = { pointId: point(9), jobId: job(9), fence: 1, facts: FACTS, packs, entryBlocks }
  await vault.sealManifest(draft, random)

  source.keys.revoke('arn:source')
  for await (const name of source.store.list('')) await source.store.delete(name)
  await assertHolds(vault, await vault.readManifest(point(9)), tree)

  const again = await transferPacks({
    source: source.vault,
    destination: vault,
    packs,
    ledger: ledger.ledger,
    random,
  })
  assert.equal(again.moved.length, 0)
  assert.equal(again.reusedBytes, result.movedBytes)
  assert.equal(new Set(ledger.put).size, ledger.put.length)
  await provePacks({ destination: vault, moved: [], reused: again.reused, random })
})

test('packs that another job puts are waited for after the own ones are durable', async () => {
  const { source, destination, manifest } = await twoVaults()
  const { packs } = manifest
  const theirs = new Set(packs.slice(0, 3).map((pack) => pack.name))
  const inner = destination.ledger.ledger
  let waits = 0
  const ledger: PackLedger = {
    ...inner,
    claim: async (asked) => {
      const free = asked.filter(({ name }) => !theirs.has(name) || waits > 1)
      const answers = await inner.claim(free)
      for (const { name } of asked) if (!answers.has(name)) answers.set(name, 'wait')
      return answers
    },
    wait: async () => {
      assert.equal(destination.ledger.live.size, packs.length - theirs.size)
      waits++
    },
  }
  const places = { source: source.vault, destination: destination.vault }
  const { random } = destination
  const result = await transferPacks({ ...places, packs, ledger, random })
  assert.equal(result.moved.length, packs.length)
  assert.equal(waits, 2)
})

test('a source pack that is altered, cut short or missing is named', async () => {
  for (const alter of [flip, (bytes: Uint8Array) => bytes.subarray(1), undefined]) {
    const target: { name?: ObjectName } = {}
    const sourceStore = altering(openMemoryStore(), (name, bytes) => {
      if (name !== target.name) return bytes
      return alter?.(bytes)
    })
    const { source, destination, manifest } = await twoVaults({ sourceStore })
    const { packs } = manifest
    const bad = packs[4]
    assert.ok(bad)
    target.name = packObject(source.vault.vaultId, bad.name)
    const places = { source: source.vault, destination: destination.vault }
    const { ledger, live } = destination.ledger
    const { random } = destination
    const transfer = transferPacks({ ...places, packs, ledger, random })
    await assert.rejects(transfer, (error) => {
      assert.ok(error instanceof VaultDamaged)
      assert.equal(error.pack, bad.name)
      assert.equal(error.missing, alter === undefined)
      return true
    })
    assert.equal(live.size, 0)
    const there = await destination.store.head(packObject(destination.vault.vaultId, bad.name))
    assert.equal(there, undefined)
  }
})

test("a pack that the manifest's key does not open is not reported", async () => {
  const { source, destination, manifest } = await twoVaults()
  const [first, second] = manifest.packs
  assert.ok(first && second)
  const packs = manifest.packs.with(1, { ...second, dataKey: first.dataKey })
  const { random } = destination
  const { ledger, live } = destination.ledger
  const places = { source: source.vault, destination: destination.vault, random }
  await assert.rejects(transferPacks({ ...places, packs, ledger }), (error) => {
    return error instanceof VaultDamaged && error.pack === second.name
  })
  assert.equal(live.size, 0)
})

test("a pack that the manifest's key does not open fails the proof", async () => {
  const { source, destination, manifest } = await twoVaults()
  const { packs } = manifest
  const { random } = destination
  const places = { source: source.vault, destination: destination.vault, random }
  await transferPacks({ ...places, packs, ledger: destination.ledger.ledger })
  const [first, second] = packs
  assert.ok(first && second)
  const wrong = { ...first, dataKey: second.dataKey }
  for (const parts of [
    { moved: [wrong], reused: [] },
    { moved: [], reused: [wrong] },
  ]) {
    const proof = provePacks({ destination: destination.vault, random, ...parts })
    await assert.rejects(proof, (error) => {
      return error instanceof VaultDamaged && error.pack === first.name
    })
  }
})

test('an aborted transfer ends with the reason of its signal', async () => {
  const { source, destination, manifest } = await twoVaults()
  const { packs } = manifest
  const stop = new AbortController()
  const transfer = transferPacks({
    source: source.vault,
    destination: destination.vault,
    packs,
    ledger: destination.ledger.ledger,
    random: destination.random,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('stopped by the user')),
  })
  await assert.rejects(transfer, /stopped by the user/)
})

function flip(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 1
  return copy
}
