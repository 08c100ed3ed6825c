// What is written comes back, whatever it is; what is there already is not put again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareEntryPaths } from '../model/index.ts'
import {
  assertHolds,
  entriesOf,
  job,
  makeVault,
  node,
  point,
  SMALL,
  seededRandom,
  sourceOf,
  type TreeNode,
  writePoint,
} from './vault-world.suite.ts'

const bytesOf = (seed: string, count: number) => seededRandom(seed).bytes(count)

test('a tree with every kind of entry comes back as it was', async () => {
  const made = await makeVault(1)
  const identity = { device: 2n ** 64n - 1n, inode: 7n, ctimeNs: -1_500_000_000n }
  const holey = new Uint8Array(100_000)
  holey.set(bytesOf('a', 5000), 0)
  holey.set(bytesOf('b', 5000), 50_000)
  const tree = [
    node('', 'directory'),
    node('a', 'directory'),
    node('a/empty', 'file', { content: new Uint8Array() }),
    node('a/small', 'file', { content: bytesOf('small', 700), identity }),
    node('a.large', 'file', { content: bytesOf('large', 200_000) }),
    node('b', 'hardlink', { target: 'a/small' }),
    node('c\xff', 'symlink', { target: '../../etc/passwd' }),
    node('holey', 'file', { content: holey }),
    node('text', 'file', { content: Buffer.from('all work and no play '.repeat(5000)) }),
    node('zeros', 'file', { content: new Uint8Array(300_000) }),
  ]
  const { manifest, written } = await writePoint(made, tree)
  await assertHolds(made.vault, manifest, tree)
  assert.equal(written.entries, tree.length)
  const sizes = tree.reduce((sum, one) => sum + one.facts.sizeBytes, 0)
  assert.equal(written.logicalBytes, sizes)
  assert.equal(written.bytesRead, sizes)
  const entries = await entriesOf(made.vault, manifest)
  assert.deepEqual(entries.at(-1)?.extents, [{ kind: 'hole', sizeBytes: 300_000 }])
})

test('an empty point has no entries and no packs', async () => {
  const made = await makeVault(1)
  const { manifest } = await writePoint(made, [])
  assert.deepEqual(await entriesOf(made.vault, manifest), [])
  assert.deepEqual(manifest.packs, [])
})

const contents = fc.oneof(
  fc.constant(new Uint8Array()),
  fc
    .tuple(fc.integer({ max: 20, min: 0 }), fc.integer({ min: 1, max: 3000 }))
    .map(([seed, size]) => {
      return bytesOf(`content ${seed}`, size)
    }),
  fc
    .tuple(fc.integer({ max: 5, min: 0 }), fc.integer({ min: 1, max: 90_000 }))
    .map(([seed, size]) => {
      return bytesOf(`content ${seed}`, size)
    }),
  // Data and zeros in turn, at odd places.
  fc
    .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30_000 })), { maxLength: 6 })
    .map((runs) =>
      Buffer.concat(runs.map(([zero, size]) => (zero ? Buffer.alloc(size) : bytesOf('run', size)))),
    ),
)

const trees = fc
  .uniqueArray(
    fc.tuple(
      fc.array(fc.constantFrom('a', 'b', 'b.c', 'ü', 'd d'), { minLength: 1, maxLength: 3 }),
      contents,
    ),
    { selector: ([path]) => path.join('/'), maxLength: 25 },
  )
  .map(soundTree)

/** Files below files are left out, folders are put in, all of it in order. */
function soundTree(files: [string[], Uint8Array][]): TreeNode[] {
  const nodes = new Map<string, TreeNode>()
  for (const [path, content] of files) {
    const folders = path.slice(0, -1).map((_, depth) => path.slice(0, depth + 1).join('/'))
    if (folders.some((folder) => nodes.get(folder)?.facts.kind === 'file')) continue
    if (nodes.has(path.join('/'))) continue
    for (const folder of folders) nodes.set(folder, node(folder, 'directory'))
    nodes.set(path.join('/'), node(path.join('/'), 'file', { content }))
  }
  return [...nodes.values()].sort((a, b) => compareEntryPaths(a.facts.path, b.facts.path))
}

test('any tree and any second tree against its packs come back; nothing is put twice', async () => {
  await fc.assert(
    fc.asyncProperty(trees, trees, async (first, second) => {
      const made = await makeVault(1)
      const one = await writePoint(made, first, { n: 1 })
      await assertHolds(made.vault, one.manifest, first)
      const known = one.manifest.packs
      const two = await writePoint(made, second, { n: 2, known })
      await assertHolds(made.vault, two.manifest, second)
      await assertHolds(made.vault, one.manifest, first)
      assert.equal(new Set(made.ledger.put).size, made.ledger.put.length)
      for (const { packs } of [one.manifest, two.manifest]) {
        for (const pack of packs) assert.ok(pack.usedBytes > 0 && pack.usedBytes < pack.sizeBytes)
      }
    }),
    { numRuns: 60 },
  )
})

test('the same tree written again puts nothing and names the same packs', async () => {
  const made = await makeVault(1)
  const tree = soundTree(
    Array.from({ length: 200 }, (_, n) => [['a', `f${n}`], bytesOf(`f${n}`, n * 50)]),
  )
  const first = await writePoint(made, tree, { n: 1 })
  const putBefore = made.ledger.put.length
  const again = await writePoint(made, tree, { n: 2, known: first.manifest.packs })
  assert.equal(made.ledger.put.length, putBefore)
  assert.equal(again.written.bytesStored, 0)
  assert.equal(again.written.bytesReused, again.written.bytesRead)
  assert.deepEqual(again.manifest.packs, first.manifest.packs)
})

test('unchanged entries keep their extents and are not read', async () => {
  const made = await makeVault(1)
  const tree = soundTree(
    Array.from({ length: 50 }, (_, n) => [[`f${n}`], bytesOf(`f${n}`, 100 + n * 300)]),
  )
  const first = await writePoint(made, tree, { n: 1 })
  const { vault, random, ledger } = made
  const known = first.manifest.packs
  await using writer = await vault.writer({ known, ledger: ledger.ledger, random, limits: SMALL })
  const entries = await entriesOf(vault, first.manifest)
  const changed = node('f7', 'file', { content: bytesOf('new', 5000) })
  const expected = tree.map((one) =>
    one.facts.path.length === 2 && Buffer.from(one.facts.path).toString() === 'f7' ? changed : one,
  )
  for (const entry of entries) {
    if (Buffer.from(entry.path).toString() === 'f7')
      await writer.add(changed.facts, sourceOf(changed))
    else await writer.addUnchanged(entry)
  }
  const written = await writer.finish()
  assert.equal(written.bytesRead, 5000)
  const draft = { pointId: point(2), jobId: job(2), fence: 1, facts: first.manifest.facts }
  await vault.sealManifest({ ...draft, ...written }, random)
  const second = await vault.readManifest(point(2))
  await assertHolds(vault, second, expected)
  const after = await entriesOf(vault, second)
  const unchanged = (list: typeof after) =>
    list.filter((e) => Buffer.from(e.path).toString() !== 'f7')
  assert.deepEqual(unchanged(after), unchanged(entries))
})

test('an unchanged entry whose chunk is in no known pack is refused', async () => {
  const made = await makeVault(1)
  const tree = [node('f', 'file', { content: bytesOf('f', 500) })]
  const { manifest } = await writePoint(made, tree)
  const [entry] = await entriesOf(made.vault, manifest)
  assert.ok(entry)
  const { vault, random, ledger } = made
  await using writer = await vault.writer({ known: [], ledger: ledger.ledger, random })
  assert.equal(writer.reusable(entry), false)
  await assert.rejects(writer.addUnchanged(entry), /no known pack/)
})

test('a writer begun again after a kill puts none of the packs put before', async () => {
  const made = await makeVault(1)
  const { vault, random, ledger } = made
  const tree = soundTree(Array.from({ length: 60 }, (_, n) => [[`f${n}`], bytesOf(`f${n}`, 9000)]))
  {
    const limits = { ...SMALL, putsMax: 1 }
    await using writer = await vault.writer({ known: [], ledger: ledger.ledger, random, limits })
    for (const one of tree.slice(0, 40)) await writer.add(one.facts, sourceOf(one))
  }
  const earlier = [...ledger.put]
  assert.ok(earlier.length > 2)
  // What a job finds in its catalog: names, sizes and sealed keys.
  const known = await Promise.all(
    earlier.map(async (name) => {
      const sealed = ledger.live.get(name)
      assert.ok(sealed)
      const object = `${vault.vaultId}/packs/${name.slice(0, 2)}/${name}` as never
      const bytes = await vault.store.get(object)
      const dataKey = await vault.openKey(sealed)
      return { name, sizeBytes: bytes.length, crc32: 0, dataKey, usedBytes: 0 }
    }),
  )
  const again = await writePoint(made, tree, { known })
  await assertHolds(vault, again.manifest, tree)
  assert.equal(new Set(ledger.put).size, ledger.put.length)
  assert.ok(again.written.bytesReused >= earlier.length * 30_000)
})

test('a content that fails is left out and the writer goes on', async () => {
  const made = await makeVault(1)
  const { vault, random, ledger } = made
  await using writer = await vault.writer({
    known: [],
    ledger: ledger.ledger,
    random,
    limits: SMALL,
  })
  const good = [
    node('a', 'file', { content: bytesOf('a', 20_000) }),
    node('c', 'file', { content: bytesOf('c', 20_000) }),
  ]
  const bad = node('b', 'file', { content: bytesOf('b', 2_500_000) })
  let closed = 0
  let reads = 0
  const source = sourceOf(bad)
  const failing = {
    read: (into: Uint8Array) => {
      if (++reads > 20) throw new Error('input/output error')
      return source.read(into)
    },
    close: () => {
      closed++
      return source.close()
    },
  }
  await writer.add(good[0]?.facts as never, sourceOf(good[0] as TreeNode))
  await assert.rejects(writer.add(bad.facts, failing), /input\/output error/)
  assert.equal(closed, 1)
  await writer.add(good[1]?.facts as never, sourceOf(good[1] as TreeNode))
  const written = await writer.finish()
  await vault.sealManifest(
    {
      pointId: point(1),
      jobId: job(1),
      fence: 1,
      facts: {
        resourceArn: 'a',
        resourceType: 'EFS',
        createdAt: 0,
        backupSizeBytes: 0,
        driver: 'directory',
        entries: 2,
        logicalBytes: 0,
      },
      ...written,
    },
    random,
  )
  await assertHolds(vault, await vault.readManifest(point(1)), good)
})

test('a file that grew or shrank while it was read is stored as it was read', async () => {
  const made = await makeVault(1)
  const { vault, random, ledger } = made
  await using writer = await vault.writer({
    known: [],
    ledger: ledger.ledger,
    random,
    limits: SMALL,
  })
  const identity = { device: 1n, inode: 2n, ctimeNs: 3n }
  const content = bytesOf('grown', 30_000)
  const grown = node('grown', 'file', { content, identity })
  const source = sourceOf(grown)
  const close = () => ({ ...source.close(), mtimeNs: 5n, sizeBytes: 31_000 })
  await writer.add({ ...grown.facts, sizeBytes: 10 }, { ...source, close })
  const written = await writer.finish()
  const facts = {
    resourceArn: 'a',
    resourceType: 'EFS',
    createdAt: 0,
    backupSizeBytes: 0,
    driver: 'd',
    entries: 1,
    logicalBytes: 0,
  }
  await vault.sealManifest(
    { pointId: point(1), jobId: job(1), fence: 1, facts, ...written },
    random,
  )
  const [entry] = await entriesOf(vault, await vault.readManifest(point(1)))
  assert.equal(entry?.sizeBytes, 30_000)
  assert.equal(entry?.mtimeNs, 5n)
  assert.equal(entry?.identity, undefined)
})

test('entries out of order, or below no folder, are refused by the writer', async () => {
  const made = await makeVault(1)
  const { vault, random, ledger } = made
  await using writer = await vault.writer({ known: [], ledger: ledger.ledger, random })
  await writer.add(node('b', 'directory').facts)
  await assert.rejects(writer.add(node('a', 'directory').facts), /out of order/)
  await assert.rejects(writer.add(node('c/d', 'directory').facts), /folder does not come before/)
  await assert.rejects(writer.add(node('../x', 'directory').facts), /\.\./)
})
