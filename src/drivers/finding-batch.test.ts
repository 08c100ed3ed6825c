// Findings come out of a batch as they went in, whatever their numbers and names.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ranges } from '../model/index.ts'
import type { Finding } from './finding.ts'
import { FindingBatch, readBatch } from './finding-batch.ts'
import { SKIP_REASONS } from './skip-tally.ts'

const path = fc.uint8Array({ maxLength: 300 })
/** Of nanoseconds, and of seconds of 64 bits. */
const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const time = fc.oneof(
  signed,
  signed.map((seconds) => seconds * 1_000_000_000n),
)
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const word = fc.nat({ max: 0xffff_ffff })

const PLAIN = { noNullPrototype: true }
const stat = <Kind extends string>(kind: fc.Arbitrary<Kind>) =>
  fc.record(
    {
      ...{ kind, mode: fc.nat({ max: 0o7777 }), uid: word, gid: word, links: word },
      ...{ sizeBytes: fc.maxSafeNat(), mtimeNs: time, ctimeNs: time, device: id, inode: id },
    },
    PLAIN,
  )

const finding: fc.Arbitrary<Finding> = fc.oneof(
  fc.record({
    ...{ path, reach: path, settledBeforeNs: signed },
    stat: stat(fc.constantFrom('directory' as const, 'file' as const)),
  }),
  fc.record({
    ...{ path, reach: path, settledBeforeNs: signed, target: path },
    stat: stat(fc.constant('symlink' as const)),
  }),
  fc.record({ path, skipped: fc.constantFrom(...SKIP_REASONS) }),
)

function passed(findings: readonly Finding[]): Finding[] {
  const batch = new FindingBatch()
  for (const one of findings) batch.add(one)
  return [...readBatch(batch.take())]
}

test('findings come out of a batch as they went in', () => {
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 40 }), (findings) => {
      const plain = findings.map((one) => ({ ...one }))
      assert.deepEqual(passed(findings), plain)
    }),
    { numRuns: 100 },
  )
})

test('a batch takes paths of any length, and is full after so many findings or bytes', () => {
  const long = (length: number): Finding => ({
    path: new Uint8Array(length).fill(0x61),
    skipped: 'too-deep',
  })
  const batch = new FindingBatch()
  batch.add(long(ranges.PATH_BYTES_MAX - 100))
  assert.equal(batch.isFull, false)
  batch.add(long(ranges.PATH_BYTES_MAX + 300))
  assert.equal(batch.isFull, true)
  const lengths = [...readBatch(batch.take())].map((one) => one.path.length)
  assert.deepEqual(lengths, [ranges.PATH_BYTES_MAX - 100, ranges.PATH_BYTES_MAX + 300])
  for (let i = 0; i < 256; i++) {
    assert.equal(batch.isFull, false)
    batch.add(long(3))
  }
  assert.equal(batch.isFull, true)
  assert.equal([...readBatch(batch.take())].length, 256)
  assert.deepEqual([...readBatch(batch.take())], [])
})
