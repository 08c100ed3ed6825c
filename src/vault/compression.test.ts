// What is compressed and what is not, and that every compressed chunk is a frame of its own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Compressor, decompress, seemsCompressible } from './compression.ts'
import { copyOf } from './hashing.ts'
import { seededRandom } from './vault-world.suite.ts'

const MIB = 1024 * 1024

test('one compressor makes frames that open by themselves, several at a time', async () => {
  const text = (length: number, seed: number) =>
    Buffer.alloc(length, `chunk ${seed}, with some words that come again; `)
  const lengths = fc.integer({ min: 1, max: 3 * MIB })
  await fc.assert(
    fc.asyncProperty(fc.array(lengths, { minLength: 1, maxLength: 6 }), async (sizes) => {
      using compressor = new Compressor()
      const plains = sizes.map((length, seed) => text(length, seed))
      const stored = await Promise.all(plains.map((plain) => compressor.compress(copyOf(plain))))
      const again = await compressor.compress(copyOf(plains[0] as Buffer))
      assert.deepEqual(again, stored[0])
      for (const [at, { bytes, encoding }] of stored.entries()) {
        const plain = plains[at] as Buffer
        if (encoding === 'raw') assert.ok(plain.equals(bytes))
        else assert.ok(plain.equals(decompress(bytes, plain.length) as Uint8Array))
      }
    }),
    { numRuns: 15 },
  )
})

test('bytes that do not shrink are kept as they are', async () => {
  using compressor = new Compressor()
  const random = seededRandom('noise').bytes(3 * MIB)
  const plain = copyOf(random)
  const { bytes, encoding } = await compressor.compress(plain)
  assert.equal(encoding, 'raw')
  assert.equal(bytes, plain)
  assert.deepEqual(bytes, random)
})

test('what shrinks a little comes whole through many pieces, one chunk after another', async () => {
  using compressor = new Compressor()
  for (let seed = 0; seed < 4; seed++) {
    const plain = seededRandom(`shrinks ${seed}`)
      .bytes(3 * MIB)
      .fill(7, 0, MIB)
    const { bytes, encoding } = await compressor.compress(copyOf(plain))
    assert.equal(encoding, 'zstd')
    assert.ok(Buffer.from(plain).equals(decompress(bytes, plain.length) as Uint8Array))
  }
})

test('random and compressed data are told from text, tables and counters', () => {
  const random = seededRandom('noise').bytes(MIB)
  const counter = Uint8Array.from({ length: MIB }, (_, at) => at)
  const wide = new Uint8Array(Float64Array.from({ length: MIB / 8 }, (_, at) => at / 3).buffer)
  const words = Array.from(random, (byte) => `word ${byte}`).join(' ')
  assert.equal(seemsCompressible(random), false)
  assert.equal(seemsCompressible(gzipSync(words).subarray(0, MIB)), false)
  for (const plain of [counter, wide, Buffer.from(words)]) assert.ok(seemsCompressible(plain))
})
