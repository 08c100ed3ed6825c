// Property: whatever can be said of an entry is read again as it was written, up to the very ends
// of what the model allows; and the writer takes nothing beyond.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EntryFacts, ranges } from '../model/index.ts'
import { assertHolds, makeVault, node, writePoint } from './vault-world.suite.ts'

const U64_MAX = 2n ** 64n - 1n
/** Around the ends of doubles, of 32 and 64 bits, and of what can be kept. */
const time = fc
  .oneof(
    fc.constantFrom(
      ranges.TIME_NS_MIN,
      ranges.TIME_NS_MAX,
      -1n,
      0n,
      2n ** 53n,
      -(2n ** 63n),
      2n ** 63n,
    ),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((s) => s * 1_000_000_000n + 7n),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  )
  .map(ranges.nearestTime)
const id = fc.oneof(fc.constantFrom(0, ranges.OWNER_MAX - 1, ranges.OWNER_MAX), fc.nat())
const number = fc.oneof(
  fc.constantFrom(0n, U64_MAX, 2n ** 63n),
  fc.bigInt({ min: 0n, max: U64_MAX }),
)
const bytes = (maxLength: number) =>
  fc
    .uint8Array({ minLength: 1, maxLength, size: 'max' })
    .map((some) => some.map((byte) => (byte === 0 || byte === 0x2f || byte === 0x2e ? 0xff : byte)))

const facts = fc.record({
  name: fc.oneof(bytes(255), bytes(4)),
  depth: fc.constantFrom(0, 0, 1, 60),
  kind: fc.constantFrom('directory', 'file', 'symlink'),
  mode: fc.integer({ min: 0, max: ranges.MODE_MAX }),
  uid: id,
  gid: id,
  mtimeNs: time,
  target: fc.oneof(bytes(40), bytes(ranges.LINK_BYTES_MAX)),
  identity: fc.record({ device: number, inode: number, ctimeNs: time }, { noNullPrototype: true }),
})
type Odd = typeof facts extends fc.Arbitrary<infer Value> ? Value : never

function entryOf({ name, depth, kind, target, identity, ...rest }: Odd): EntryFacts[] {
  const folder = (end: number) =>
    Buffer.from(Array.from({ length: end }, () => 'd'.repeat(255)).join('/'))
  const above = Array.from(
    { length: depth },
    (_, i) => node(folder(i + 1).toString(), 'directory').facts,
  )
  const path = depth === 0 ? name : Buffer.concat([folder(depth), Buffer.from('/'), name])
  const entry = { ...rest, path: new Uint8Array(path), sizeBytes: 0 }
  if (kind === 'symlink') return [...above, { ...entry, kind, target }]
  if (kind === 'directory') return [...above, { ...entry, kind }]
  return [...above, { ...entry, kind: 'file', identity }]
}

test('what is sealed is read again, at every end of what can be said', async () => {
  await fc.assert(
    fc.asyncProperty(facts, async (odd) => {
      const entries = entryOf(odd)
      const tree = entries.map((each) =>
        each.kind === 'file' ? { facts: each, content: new Uint8Array() } : { facts: each },
      )
      const world = await makeVault(1)
      const { manifest } = await writePoint(world, tree)
      await assertHolds(world.vault, manifest, tree)
    }),
    { numRuns: 60 },
  )
})

test('the writer takes nothing that would not be read', async () => {
  const beyond: Partial<EntryFacts>[] = [
    { path: Buffer.alloc(ranges.PATH_BYTES_MAX + 1, 'p') },
    { kind: 'symlink', target: new Uint8Array() },
    { kind: 'symlink', target: Buffer.alloc(ranges.LINK_BYTES_MAX + 1, 't') },
    { mtimeNs: ranges.TIME_NS_MAX + 1n },
    { mtimeNs: ranges.TIME_NS_MIN - 1n },
  ]
  for (const odd of beyond) {
    const world = await makeVault(1)
    const { facts } = node('plain', 'directory')
    await assert.rejects(writePoint(world, [{ facts: { ...facts, ...odd } }]))
  }
})
