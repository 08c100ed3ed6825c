// Bringing together what is used of sparse packs. Method: points that share packs, some of them
// deleted; what is left is moved, sealed again, and read back with the old packs gone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deletePack, listPacks, type Manifest, type PackRef, SparseSurvey } from './index.ts'
import {
  assertHolds,
  makeVault,
  node,
  seededRandom,
  type TestVault,
  type TreeNode,
  vaultIdOf,
  writePoint,
} from './vault-world.suite.ts'

const { signal } = new AbortController()
const FILES = 12

/** A tree of those of the files whose numbers are given: each is several chunks of its own. */
const treeOf = (numbers: readonly number[]): TreeNode[] =>
  numbers.map((n) => {
    const content = seededRandom(`sparse ${n}`).bytes(20_000)
    return node(`file-${String(n).padStart(2, '0')}`, 'file', { content })
  })

async function writeAll(made: TestVault, trees: readonly (readonly number[])[]) {
  const points: { manifest: Manifest; tree: TreeNode[] }[] = []
  const known: PackRef[] = []
  for (const [index, numbers] of trees.entries()) {
    const tree = treeOf(numbers)
    const { manifest } = await writePoint(made, tree, { n: index + 1, known })
    known.push(...manifest.packs)
    points.push({ manifest, tree })
  }
  return points
}

/** Compacts packs under a part of their bytes for the points left; answers what was chosen. */
async function compact(
  made: TestVault,
  left: readonly { manifest: Manifest }[],
  options: { below: number },
) {
  const refs = new Map(left.flatMap(({ manifest }) => manifest.packs.map((p) => [p.name, p])))
  const survey = await SparseSurvey.open(made.vault, [...refs.values()], signal)
  for (const { manifest } of left) await survey.look(manifest, signal)
  const sparse = survey.used().filter((p) => p.usedBytes < p.sizeBytes * options.below)
  const chosen = new Set(sparse.map(({ name }) => name))
  let bytesStored = 0
  const compacted = await survey.gather([...chosen], {
    destination: made.vault,
    there: [],
    ledger: made.ledger.ledger,
    random: made.random,
    signal,
    onProgress: (delta) => {
      bytesStored += delta.bytesStored
    },
  })
  await made.vault.maps.write(compacted.mappings, made.random)
  const sealed: Manifest[] = []
  for (const { manifest } of left) {
    const places = compacted.placesOf(manifest)
    const generation = manifest.generation + 1
    sealed.push(
      places
        ? await made.vault.resealManifest(manifest, { ...places, generation }, made.random)
        : manifest,
    )
  }
  for (const name of chosen) await deletePack({ store: made.store, vaultId: vaultIdOf(1) }, name)
  return { chosen, sealed, sparse, bytesStored }
}

test('what is used of sparse packs is brought together, and points hold without the old packs', async () => {
  const made = await makeVault(1)
  const all = Array.from({ length: FILES }, (_, n) => n)
  const [, ...left] = await writeAll(made, [all, [0, 5], [5, 9]])
  const { chosen, sealed, sparse, bytesStored } = await compact(made, left, { below: 0.5 })
  assert.ok(chosen.size > 1)
  const usedBytes = sparse.reduce((sum, pack) => sum + pack.usedBytes, 0)
  assert.ok(bytesStored < usedBytes * 1.1 + 1000, `${bytesStored} bytes put for ${usedBytes}`)
  for (const [at, { tree }] of left.entries()) {
    const manifest = sealed[at] as Manifest
    assert.equal(manifest.generation, 2)
    await assertHolds(made.vault, manifest, tree)
    await assertHolds(made.vault, await made.vault.readManifest(manifest.pointId), tree)
    assert.ok(manifest.packs.every((pack) => pack.usedBytes > 0 && !chosen.has(pack.name)))
  }
})

test('used bytes after a compaction are those of the chunks a point uses', async () => {
  const made = await makeVault(1)
  const all = Array.from({ length: FILES }, (_, n) => n)
  const [, ...left] = await writeAll(made, [all, [1, 7], [7]])
  const before = left.map(({ manifest }) => manifest.packs.reduce((s, p) => s + p.usedBytes, 0))
  const { sealed } = await compact(made, left, { below: 0.5 })
  const after = sealed.map(({ packs }) => packs.reduce((sum, pack) => sum + pack.usedBytes, 0))
  assert.deepEqual(after, before)
})

test('a map tells which packs hold what was in those that are gone, and how those were opened', async () => {
  const made = await makeVault(1)
  const all = Array.from({ length: FILES }, (_, n) => n)
  const [, ...left] = await writeAll(made, [all, [2]])
  const { chosen, sealed } = await compact(made, left, { below: 0.5 })
  const { maps, findings } = await made.vault.maps.read()
  assert.deepEqual(findings, [])
  const mappings = maps.flatMap((map) => map.mappings)
  assert.deepEqual(new Set(mappings.map(({ from }) => from.name)), chosen)
  const named = new Set(sealed.flatMap(({ packs }) => packs.map(({ name }) => name)))
  for (const { from, to } of mappings) {
    assert.ok(from.ref)
    assert.ok(to.every(({ name }) => named.has(name)))
  }
})

test('any points hold after any of them were deleted and the rest was compacted, again and again', async () => {
  const some = fc.subarray(
    Array.from({ length: FILES }, (_, n) => n),
    { minLength: 1 },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(some, fc.boolean()), { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom(0.3, 0.6, 1), { minLength: 1, maxLength: 2 }),
      async (trees, rounds) => {
        const made = await makeVault(1)
        const points = await writeAll(
          made,
          trees.map(([numbers]) => numbers),
        )
        let left = points.filter((_, at) => trees[at]?.[1])
        for (const below of rounds) {
          const { sealed } = await compact(made, left, { below })
          left = left.map(({ tree }, at) => ({ tree, manifest: sealed[at] as Manifest }))
        }
        const there = new Set<string>()
        for await (const name of listPacks({ store: made.store, vaultId: vaultIdOf(1) })) {
          there.add(name)
        }
        for (const { manifest, tree } of left) {
          assert.ok(manifest.packs.every(({ name }) => there.has(name)))
          await assertHolds(made.vault, manifest, tree)
        }
      },
    ),
    { numRuns: 25 },
  )
})
