// Maps come back as they were written; what is missing or damaged is told and costs nothing else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type PackName, parsePackName } from '../model/index.ts'
import { type ObjectName, openMemoryStore } from '../store/index.ts'
import { VaultDamaged } from './damage.ts'
import { packNameOf } from './hashing.ts'
import { type PackMapping, readMap, writeMap } from './pack-map.ts'
import { packRefOf } from './pack-ref.ts'
import { sealObject } from './sealed-object.ts'
import { mapObject } from './vault-files.ts'
import { openRecord } from './vault-record.ts'
import { altering, makeVault, seededRandom, vaultIdOf } from './vault-world.suite.ts'

const random = seededRandom('maps')
const nameOf = (): PackName => parsePackName(Buffer.from(random.bytes(32)).toString('hex'))
const packOf = (sizeBytes: number) => {
  return packRefOf({ name: nameOf(), sizeBytes, crc32: sizeBytes }, random.bytes(32))
}
const [one, two, three] = [packOf(1000), packOf(2000), packOf(33_554_432)]
const MAPPINGS: PackMapping[] = [
  { from: { name: nameOf(), sizeBytes: 1000 }, isWhole: true, to: [one] },
  { from: { name: two.name, sizeBytes: 2000, ref: two }, isWhole: false, to: [one, three] },
  { from: { name: nameOf(), sizeBytes: 500 }, isWhole: false, to: [two] },
]

async function twoMaps(options: { store?: ReturnType<typeof openMemoryStore> } = {}) {
  const made = await makeVault(1, options)
  await made.vault.maps.write(MAPPINGS.slice(0, 2), made.random)
  await made.vault.maps.write(MAPPINGS.slice(2), made.random)
  const objects: ObjectName[] = []
  for await (const object of made.store.list(`${vaultIdOf(1)}/maps/`)) objects.push(object)
  assert.equal(objects.length, 2)
  return { ...made, objects }
}

test('maps come back as they were written, from an object named by its bytes', async () => {
  const { vault, objects } = await twoMaps()
  const { maps, findings } = await vault.maps.read()
  assert.deepEqual(findings, [])
  assert.deepEqual(maps.map(({ object }) => object).toSorted(), objects.toSorted())
  const read = maps.flatMap(({ mappings }) => mappings)
  const byName = (mappings: PackMapping[]) => {
    return mappings.toSorted((a, b) => (a.from.name < b.from.name ? -1 : 1))
  }
  assert.deepEqual(byName(read), byName(MAPPINGS))
  await vault.maps.delete(objects[0] as ObjectName)
  assert.equal((await vault.maps.read()).maps.length, 1)
})

test('a map that is altered or of another vault is told, and the others count', async () => {
  const target: { name?: ObjectName; bytes?: Uint8Array } = {}
  const store = altering(openMemoryStore(), (name, bytes) => {
    return name === target.name ? target.bytes : bytes
  })
  const { vault, objects } = await twoMaps({ store })
  const [bad] = objects as [ObjectName]
  const whole = await store.get(bad)
  const flipped = new Uint8Array(whole)
  flipped[whole.length - 1] = (whole.at(-1) as number) ^ 1
  for (const bytes of [flipped, whole.subarray(0, 20), new Uint8Array()]) {
    target.name = bad
    target.bytes = bytes
    const { maps, findings } = await vault.maps.read()
    assert.deepEqual([maps.length, findings.map(({ object }) => object)], [1, [bad]])
  }
  delete target.name
  await store.put(mapObject(vaultIdOf(2), bad.slice(-64)), whole)
  const stranger = await makeVault(2, { store })
  assert.equal((await stranger.vault.maps.read()).findings[0]?.reason, 'is of another vault')
})

test('a map under its own name that needs a newer version is told by the feature', async () => {
  const { vault, store, keys } = await makeVault(1)
  const vaultId = vaultIdOf(1)
  const bytes = sealObject({
    magic: 'CHREMAP1',
    about: {},
    incompatible: ['from tomorrow'],
    plain: writeMap(MAPPINGS),
    sealing: { vaultId, ...(await openRecord({ store, vaultId, keys })) },
    keyMember: 'wrappedMapKey',
    key: random.bytes(32),
  })
  await store.put(mapObject(vaultId, packNameOf(bytes)), bytes)
  const { maps, findings } = await vault.maps.read()
  assert.equal(maps.length, 0)
  assert.match(findings[0]?.reason ?? '', /from tomorrow/)
})

test('a store that fails while maps are read is trouble, not damage', async () => {
  const inner = openMemoryStore()
  const failing = { ...inner, get: inner.get }
  const { vault } = await twoMaps({ store: failing })
  failing.get = async (name, range) => {
    if (name.includes('/maps/')) throw new Error('the network is down')
    return inner.get(name, range)
  }
  await assert.rejects(vault.maps.read(), /the network is down/)
})

test('a map decoder given any bytes answers or says VaultDamaged', () => {
  const written = writeMap(MAPPINGS)
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff), { maxLength: 60 })
      .map((all) => Uint8Array.from(all)),
    fc.tuple(fc.nat(written.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const copy = new Uint8Array(written)
      copy[at] = (copy[at] as number) ^ bits
      return copy
    }),
    fc.nat(written.length - 1).map((length) => written.subarray(0, length)),
  )
  fc.assert(
    fc.property(some, (bytes) => {
      try {
        readMap(bytes, 'x')
      } catch (error) {
        assert.ok(error instanceof VaultDamaged, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
