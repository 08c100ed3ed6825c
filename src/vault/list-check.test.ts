// A verification proves entry lists as a restore reads them, and each block once however many
// points share it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore } from '../store/index.ts'
import { EntryListCheck } from './list-check.ts'
import { makeVault, node, type TreeNode, writePoint } from './vault-world.suite.ts'

const never = new AbortController().signal

/** Folders in folders, of so many files that the list has many blocks. */
function tree(changed?: number): TreeNode[] {
  const nodes = [node('', 'directory')]
  for (let i = 100; i < 130; i++) {
    nodes.push(node(`d${i}`, 'directory'), node(`d${i}/below`, 'directory'))
    for (let j = 10; j < 40; j++) {
      const content = Buffer.from('x')
      const { facts } = node(`d${i}/below/f${j}`, 'file', { content })
      nodes.push({ facts: i === changed ? { ...facts, mode: 0o600 } : facts, content })
    }
  }
  return nodes
}

/** A vault whose reads of packs are counted. */
async function countedVault() {
  const inner = openMemoryStore()
  const reads = { count: 0 }
  const get: typeof inner.get = (name, range, signal) => {
    if (name.includes('/packs/')) reads.count += 1
    return inner.get(name, range, signal)
  }
  return { world: await makeVault(1, { store: { ...inner, get } }), reads }
}

test('blocks that points share are read once, and only what is new behind them', async () => {
  const { world, reads } = await countedVault()
  const first = await writePoint(world, tree(), { n: 1 })
  const options = { known: first.manifest.packs }
  const second = await writePoint(world, tree(120), { ...options, n: 2 })
  const blocks = first.manifest.entryBlocks.length
  assert.ok(blocks > 5, `${blocks} blocks`)
  const check = new EntryListCheck(world.vault)
  reads.count = 0
  await check.prove(first.manifest, never)
  assert.equal(reads.count, blocks)
  await check.prove(first.manifest, never)
  assert.equal(reads.count, blocks)
  await check.prove(second.manifest, never)
  const more = reads.count - blocks
  assert.ok(more > 0 && more < 4, `${more} more blocks`)
})

test('a list out of order is damage of its point, also where its blocks are known', async () => {
  const { world } = await countedVault()
  const { manifest } = await writePoint(world, tree())
  const check = new EntryListCheck(world.vault)
  await check.prove(manifest, never)
  const twice = manifest.entryBlocks.flatMap((block, i) => (i === 3 ? [block, block] : [block]))
  for (const entryBlocks of [twice, manifest.entryBlocks.toReversed()]) {
    const names = /\/points\/.*: its list of entries has entries out of order/
    for (const either of [check, new EntryListCheck(world.vault)]) {
      await assert.rejects(either.prove({ ...manifest, entryBlocks }, never), names)
    }
  }
})
