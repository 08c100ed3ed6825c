// What every packing promises, run by each of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChunkPlace } from './chunk-table.ts'
import { blakeId, packOpener } from './opened-pack.suite.ts'
import type { MadePack, OpenPacking, PackingTarget, PackSupply } from './packing.ts'
import { seededRandom } from './vault-world.suite.ts'

const PACK_BYTES = 256 * 1024
const CHUNK_BYTES_MAX = 64 * 1024
const DOMAIN = seededRandom('domain').bytes(16)

/** A target that keeps all it is told, and gives out supplies as long as `supplies` allows. */
function listener(options: { supplies?: number; refusal?: Error } = {}) {
  const told: string[] = []
  const places = new Map<number, ChunkPlace>()
  const packs: MadePack[] = []
  const failures: unknown[] = []
  const random = seededRandom('keys')
  let supplies = 0
  const target: PackingTarget = {
    domain: DOMAIN,
    async supply(): Promise<PackSupply> {
      told.push('supply')
      const pack = supplies++
      if (pack >= (options.supplies ?? Number.POSITIVE_INFINITY)) throw options.refusal
      return { pack, buffer: new Uint8Array(PACK_BYTES), dataKey: random.bytes(32) }
    },
    placed(row, place) {
      told.push(`placed ${row} in ${place.pack}`)
      places.set(row, place)
    },
    made(made) {
      told.push(`made ${made.pack}`)
      packs[made.pack] = made
    },
    spent: (buffer) => void told.push(`spent ${buffer.length}`),
    failed: (error) => void failures.push(error),
  }
  return { target, told, places, packs, failures }
}

/** Half of them compressible, all different. */
function contentsOf(sizes: readonly number[]): Uint8Array[] {
  return sizes.map((size, number) =>
    number % 2 === 0
      ? seededRandom(`content ${number}`).bytes(size)
      : Buffer.alloc(size, `line ${number} of a text that says much the same; `),
  )
}

function take(packing: ReturnType<OpenPacking>, contents: readonly Uint8Array[]): void {
  for (const [row, plain] of contents.entries()) {
    const buffer = new Uint8Array(plain.length + 32)
    buffer.set(plain)
    buffer.set(blakeId(plain), plain.length)
    packing.take({ row, buffer, plainBytes: plain.length })
  }
}

/** Registers the tests under `name`. */
export function packingSuite(name: string, open: OpenPacking): void {
  test(`${name}: every chunk opens from the pack it was placed in, in the order taken`, async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: CHUNK_BYTES_MAX }), { maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const contents = contentsOf(lengths)
        const { target, places, packs, failures } = listener()
        const packing = open(target)
        take(packing, contents)
        await packing.finish()
        assert.deepEqual(failures, [])
        assert.deepEqual([...places.keys()], [...contents.keys()])
        const opened = packs.map(packOpener)
        for (const [row, plain] of contents.entries()) {
          const place = places.get(row) as ChunkPlace
          assert.ok(Buffer.from(plain).equals(opened[place.pack]?.(plain, place) ?? Buffer.of()))
        }
      }),
      { numRuns: 20 },
    )
  })

  test(`${name}: a chunk is placed before its pack is made, and its memory comes back`, async () => {
    const contents = contentsOf(Array.from({ length: 12 }, () => CHUNK_BYTES_MAX))
    const { target, told, places, packs } = listener()
    const packing = open(target)
    take(packing, contents)
    await packing.finish()
    assert.ok(packs.length > 1)
    assert.equal(told.filter((line) => line === 'supply').length, packs.length)
    assert.equal(told.filter((line) => line.startsWith('spent')).length, contents.length)
    for (const [row, { pack }] of places) {
      const placed = told.indexOf(`placed ${row} in ${pack}`)
      assert.ok(placed >= 0 && placed < told.indexOf(`made ${pack}`), `row ${row}`)
    }
  })

  test(`${name}: what a supply is refused with ends it, told once and by finish`, async () => {
    const refusal = new Error('the disk is full')
    const { target, told, packs, failures } = listener({ supplies: 1, refusal })
    const packing = open(target)
    take(packing, contentsOf(Array.from({ length: 20 }, () => CHUNK_BYTES_MAX)))
    await assert.rejects(packing.finish(), refusal)
    assert.deepEqual(failures, [refusal])
    assert.equal(packs.length, 1)
    const before = told.length
    await packing.abandon()
    assert.equal(told.length, before)
  })

  test(`${name}: one that is abandoned tells nothing any more`, async () => {
    const { target, told, packs, failures } = listener()
    const packing = open(target)
    take(packing, contentsOf([1000, 2000, 3000]))
    await packing.abandon()
    const before = told.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual([told.length, packs, failures], [before, [], []])
  })

  test(`${name}: packings at the same time do not mix`, async () => {
    const all = [listener(), listener(), listener()]
    const packings = all.map(({ target }) => open(target))
    const contents = contentsOf(Array.from({ length: 9 }, () => CHUNK_BYTES_MAX))
    for (const packing of packings) take(packing, contents)
    await Promise.all(packings.map((packing) => packing.finish()))
    const [first, ...others] = all.map(({ packs }) => packs.map(({ ref }) => ref.name))
    for (const names of others) assert.deepEqual(names, first)
  })
}
