// A far store keeps the promises of a near one, and moving an object from it costs few round
// trips.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3 } from '@napi-rs/blake-hash'
import { latentStore, moveObject, objectName, openMemoryStore } from './index.ts'
import { testObjectStore } from './object-store.suite.ts'
import { VirtualClock } from './virtual-clock.suite.ts'

const MIB = 1024 * 1024
const instant = { now: () => 0, monotonicMs: () => 0, sleep: async () => {} }

testObjectStore('far', {
  open: async () => latentStore(openMemoryStore(), instant, { roundTripMs: 50 }),
})

test('an object of 16 MiB moves in three round trips and the time of its bytes', async () => {
  const clock = new VirtualClock()
  const near = openMemoryStore()
  const distance = { roundTripMs: 100, bytesPerSecond: 16 * MIB }
  const from = latentStore(near, clock, distance)
  const to = latentStore(openMemoryStore(), clock, distance)
  const bytes = Buffer.alloc(16 * MIB, 7)
  const name = objectName('packs/large')
  await near.put(name, bytes)
  const move = {
    ...{ from, fromName: name, to, toName: name },
    blake3: blake3(bytes).toString('hex'),
    sizeBytes: bytes.length,
    signal: new AbortController().signal,
  }
  const tookMs = await clock.timeOf(() => moveObject(move))
  assert.ok(tookMs <= 2000 + 3 * 100, `it took ${tookMs} ms`)
})
