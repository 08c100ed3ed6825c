// Whatever is done to a vault's bytes, reading them ends in VaultDamaged naming the object, or in
// the right content: never in a hang, a crash, a huge allocation or a wrong byte.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Answer, type Entry } from '../model/index.ts'
import { type ObjectName, openMemoryStore } from '../store/index.ts'
import { ByteWriter } from './byte-writer.ts'
import { EntryList } from './entry-list.ts'
import {
  createVaultFiles,
  FeatureUnknown,
  ManifestTaken,
  manifestObject,
  openVault,
  packObject,
  VaultDamaged,
} from './index.ts'
import { readBody, splitManifest } from './manifest-codec.ts'
import { readTable } from './pack-format.ts'
import {
  altering,
  assertHolds,
  entriesOf,
  FACTS,
  job,
  makeVault,
  memoryKeys,
  node,
  permit,
  point,
  seededRandom,
  type TreeNode,
  vaultIdOf,
  writePoint,
} from './vault-world.suite.ts'

const tree: TreeNode[] = [
  node('a', 'directory'),
  node('a/one', 'file', { content: seededRandom('one').bytes(30_000) }),
  node('a/text', 'file', { content: Buffer.from('lorem ipsum dolor '.repeat(900)) }),
  node('b', 'symlink', { target: 'a/one' }),
]

/** One byte changed, the end cut off, or bytes put in. */
const mutations = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => (bytes: Uint8Array) => {
    const copy = new Uint8Array(bytes)
    copy[at % copy.length] = (copy[at % copy.length] as number) ^ bits
    return copy
  }),
  fc.nat().map((at) => (bytes: Uint8Array) => bytes.subarray(0, at % bytes.length)),
  fc
    .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([at, more]) => (bytes: Uint8Array) => {
      const cut = at % bytes.length
      return new Uint8Array(Buffer.concat([bytes.subarray(0, cut), more, bytes.subarray(cut)]))
    }),
)

test('a changed byte in any object of a vault is noticed and the object is named', async () => {
  const inner = openMemoryStore()
  const target: { name?: ObjectName; mutate?: (bytes: Uint8Array) => Uint8Array } = {}
  const store = altering(inner, (name, bytes) => {
    return name === target.name && target.mutate ? target.mutate(bytes) : bytes
  })
  const made = await makeVault(1, { store })
  await writePoint(made, tree)
  const names: ObjectName[] = []
  for await (const name of inner.list('')) names.push(name)
  assert.ok(names.length >= 4)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), mutations, async (name, mutate) => {
      target.name = name
      target.mutate = mutate
      try {
        const vault = await openVault({ ...made, vaultId: vaultIdOf(1) })
        await assertHolds(vault, await vault.readManifest(point(1)), tree)
        // Only bytes that nothing needs may differ; none of these objects has such.
        assert.ok(name.includes('/packs/'), `${name} was read as if it were whole`)
      } catch (error) {
        if (error instanceof Answer) return
        assert.ok(error instanceof VaultDamaged || error instanceof FeatureUnknown, String(error))
        assert.ok(error.object === name || name.includes('/vault/'), error.message)
      }
    }),
    { numRuns: 400 },
  )
})

test('every missing object is named', async () => {
  const made = await makeVault(1)
  const { manifest } = await writePoint(made, tree)
  for (const pack of manifest.packs) {
    const object = packObject(made.vault.vaultId, pack.name)
    const store = altering(made.store, (name, bytes) => (name === object ? undefined : bytes))
    const vault = await openVault({ ...made, store, vaultId: vaultIdOf(1) })
    await assert.rejects(vault.reader(manifest), (error) => {
      return error instanceof VaultDamaged && error.missing && error.pack === pack.name
    })
  }
  await assert.rejects(made.vault.readManifest(point(7)), (error) => {
    return error instanceof VaultDamaged && error.missing
  })
  const nowhere = openVault({ ...made, vaultId: vaultIdOf(8) })
  await assert.rejects(nowhere, (error) => error instanceof VaultDamaged && error.missing)
})

test('decoders given any bytes answer or say VaultDamaged', () => {
  const decoders: ((bytes: Uint8Array) => unknown)[] = [
    (bytes) => readBody(bytes, 'x'),
    (bytes) => splitManifest(bytes, 'x'),
    (bytes) => readTable(bytes, 1000, 'x'),
    (bytes) => [...new EntryList().block(bytes, 'x')],
  ]
  const seeds = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // Numbers that promise much and deliver nothing.
    fc
      .array(fc.constantFrom(0, 1, 4, 0x7f, 0x80, 0xff), { maxLength: 60 })
      .map((all) => Uint8Array.from(all)),
    fc.uint8Array({ maxLength: 200 }).map((rest) => {
      return Buffer.concat([Buffer.from('CHPOINT1'), Uint8Array.of(0, 1, 0, 0), rest])
    }),
  )
  fc.assert(
    fc.property(seeds, fc.constantFrom(...decoders), (bytes, decode) => {
      damagedOrFine(() => decode(bytes))
    }),
    { numRuns: 3000 },
  )
})

test('an altered entry block gives entries or VaultDamaged, never a bad path', async () => {
  const made = await makeVault(1)
  const { manifest } = await writePoint(made, tree)
  const reader = await made.vault.reader(manifest)
  const blocks = await Promise.all(manifest.entryBlocks.map((b) => reader.chunk(b.chunk)))
  const [block] = blocks
  assert.ok(block)
  fc.assert(
    fc.property(fc.array(mutations, { minLength: 1, maxLength: 3 }), (several) => {
      const altered = several.reduce(
        (bytes, mutate) => (bytes.length ? mutate(bytes) : bytes),
        block,
      )
      const entries: Entry[] = []
      damagedOrFine(() => entries.push(...new EntryList().block(altered, 'x')))
      for (const { path, sizeBytes, extents } of entries) {
        const parts = Buffer.from(path).toString('latin1').split('/')
        const isPlain = parts.every((part) => !['', '.', '..'].includes(part))
        assert.ok(path.length === 0 || (isPlain && !path.includes(0)))
        assert.equal(
          sizeBytes,
          [...extents].reduce((sum, extent) => sum + extent.sizeBytes, 0),
        )
      }
    }),
    { numRuns: 3000 },
  )
})

test('paths that lead out of a target, or are out of order, are refused by name', () => {
  const wrong: [string[], RegExp][] = [
    [['..'], /\.\./],
    [['a', 'a/..'], /\.\./],
    [['a', 'a/../b'], /\.\./],
    [['.'], /\. or \.\./],
    [['/etc'], /empty component/],
    [['a', 'a//b'], /empty component/],
    [['a', 'a/'], /empty component/],
    [['a\0b'], /NUL/],
    [['b', 'a'], /out of order/],
    [['a', 'a'], /out of order/],
    [['a/b'], /folder does not come before/],
    [['a', 'ab/c'], /folder does not come before/],
    [['a', ''], /second root/],
    [['x'.repeat(40_000)], /above|too long/],
  ]
  for (const [paths, reason] of wrong) {
    const read = () => [...new EntryList().block(blockOf(paths), 'the block')]
    assert.throws(read, (error) => {
      return (
        error instanceof VaultDamaged && error.object === 'the block' && reason.test(error.reason)
      )
    })
  }
  // A name with dots in it is only a name.
  assert.equal([...new EntryList().block(blockOf(['...', '..a', '.a']), 'x')].length, 3)
})

/** A block of folders, written without any of the writer's checks. */
function blockOf(paths: string[]): Uint8Array {
  const to = new ByteWriter()
  to.uvarint(0)
  for (const path of paths) {
    to.u8(0)
    to.uvarint(0)
    to.sized(Buffer.from(path))
    for (let number = 0; number < 5; number++) to.uvarint(0)
  }
  return to.bytes()
}

test('an incompatible feature and a later format are refused by their names', async () => {
  const made = await makeVault(1)
  await writePoint(made, tree)
  const edit = (from: string, to: string) => {
    const store = altering(made.store, (_, bytes) => {
      const text = Buffer.from(bytes).toString('latin1').replace(from, to)
      return Buffer.from(text, 'latin1')
    })
    return openVault({ ...made, store, vaultId: vaultIdOf(1) })
  }
  await assert.rejects(edit('"incompatible":[]', '"incompatible":["tapes"]'), (error) => {
    return error instanceof FeatureUnknown && error.feature === 'tapes'
  })
  await assert.rejects(edit('"format":1', '"format":2'), /format 2/)
  const object = manifestObject(made.vault.vaultId, point(1))
  const bytes = Buffer.from(await made.store.get(object)).toString('latin1')
  const altered = bytes.replace('"incompatible":[]', '"incompatible":["x"]')
  const resized = Buffer.from(altered, 'latin1')
  resized.writeUInt32LE(resized.readUInt32LE(8) + 3, 8)
  assert.throws(() => splitManifest(resized, object), /needs the feature "x"/)
})

test('a vault whose key is revoked or is another one does not open', async () => {
  const made = await makeVault(1, { keyArn: 'arn:one' })
  await writePoint(made, tree)
  made.keys.revoke('arn:one')
  await assert.rejects(openVault({ ...made, vaultId: vaultIdOf(1) }), (error) => {
    return error instanceof Answer && error.failure.code === 'KeyUnusable'
  })
  const keys = { ...memoryKeys(), unwrap: async () => seededRandom('other').bytes(32) }
  const other = openVault({ ...made, keys, vaultId: vaultIdOf(1) })
  await assert.rejects(other, (error) => error instanceof VaultDamaged)
})

test('a manifest lent to another vault or another point does not open', async () => {
  const made = await makeVault(1)
  await writePoint(made, tree)
  const bytes = await made.store.get(manifestObject(vaultIdOf(1), point(1)))
  await made.store.put(manifestObject(vaultIdOf(1), point(2)), bytes)
  await assert.rejects(made.vault.readManifest(point(2)), /another vault or point/)
})

test('a manifest of this job is adopted, of another job refused', async () => {
  const made = await makeVault(1)
  const { manifest } = await writePoint(made, tree)
  const { packs, entryBlocks } = manifest
  const draft = { pointId: point(1), jobId: job(1), fence: 2, facts: FACTS, packs, entryBlocks }
  assert.equal((await made.vault.sealManifest(draft, made.random)).fence, 1, 'adopted')
  assert.equal((await made.vault.readManifest(point(1))).fence, 1)
  const foreign = made.vault.sealManifest({ ...draft, jobId: job(2) }, made.random)
  await assert.rejects(foreign, (error) => error instanceof ManifestTaken)
  await made.vault.deleteManifest(permit(point(1)))
  await made.vault.deleteManifest(permit(point(1)))
  const anew = await made.vault.sealManifest({ ...draft, jobId: job(2) }, made.random)
  assert.equal(anew.jobId, job(2))
  assert.deepEqual(anew, await made.vault.readManifest(point(1)))
})

test('a vault made twice is one vault; made with other keys it is refused', async () => {
  const made = await makeVault(1)
  const { store, keys, random, vault } = made
  const { vaultId, keyArn, chunkingKey } = vault
  const same = { store, vaultId, keys, keyArn, chunkingKey, random }
  await createVaultFiles(same)
  assert.deepEqual(
    (await openVault(made.vault.store === store ? { ...made, vaultId } : same)).domain,
    vault.domain,
  )
  const other = createVaultFiles({ ...same, chunkingKey: random.bytes(32) })
  await assert.rejects(other, /another chunking key/)
  await assert.rejects(createVaultFiles({ ...same, keyArn: 'arn:x' }), /another key/)
})

test('entries that are read and altered packs that are not needed stay apart', async () => {
  const made = await makeVault(1)
  const { manifest } = await writePoint(made, tree)
  const blocks = new Set(manifest.entryBlocks.map((block) => manifest.packs[block.pack]?.name))
  const store = altering(made.store, (name, bytes) => {
    const isNeeded = [...blocks].some((pack) => name.endsWith(pack ?? '?'))
    return name.includes('/packs/') && !isNeeded ? undefined : bytes
  })
  const vault = await openVault({ ...made, store, vaultId: vaultIdOf(1) })
  assert.equal((await entriesOf(vault, manifest)).length, tree.length)
})

function damagedOrFine(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (error instanceof FeatureUnknown) return
    assert.ok(error instanceof VaultDamaged, String(error))
    assert.ok(error.object.length > 0 && error.reason.length > 0)
  }
}
