// Copies between far stores. Goal: a round trip of 50 or 150 ms costs less than a quarter of the
// throughput of none. Method: the stores lie behind links of 100 MB/s (of which a 256th is taken,
// in packs of a 256th of their size), time is simulated, and so is exact.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latentStore, openMemoryStore } from '../store/index.ts'
import { VirtualClock } from '../store/virtual-clock.suite.ts'
import { openVault, transferPacks } from './index.ts'
import {
  makeVault,
  node,
  SMALL,
  seededRandom,
  type TestVault,
  writePoint,
} from './vault-world.suite.ts'

const PACKS = 80
/** Packs of 64 KiB for 16 MiB. */
const PACK_BYTES = SMALL.packBytes ?? 0
const BYTES_PER_SECOND = 400_000

test('a round trip of 50 or 150 ms costs a copy less than a quarter of its throughput', async () => {
  const from = await makeVault(1)
  const tree = Array.from({ length: PACKS }, (_, number) => {
    const content = seededRandom(`${number}`).bytes(PACK_BYTES)
    const folder = `d${String(number).padStart(4, '0')}`
    return [node(folder, 'directory'), node(`${folder}/file`, 'file', { content })]
  })
  const { manifest } = await writePoint(from, tree.flat())

  /** Simulated milliseconds that moving and proving some 1.3 GiB takes. */
  async function copyTimeMs(roundTripMs: number): Promise<number> {
    const clock = new VirtualClock()
    const to = await makeVault(2, { store: openMemoryStore() })
    const far = ({ store, vault: { vaultId }, keys }: TestVault) => {
      const distance = { roundTripMs, bytesPerSecond: BYTES_PER_SECOND }
      return openVault({ store: latentStore(store, clock, distance), vaultId, keys })
    }
    return clock.timeOf(async () => {
      const [source, destination] = await Promise.all([far(from), far(to)])
      const { ledger, random } = to
      const { packs } = manifest
      const places = { source, destination }
      const { moved } = await transferPacks({ ...places, packs, ledger: ledger.ledger, random })
      assert.equal(moved.length, packs.length)
    })
  }

  const nearMs = await copyTimeMs(0)
  for (const roundTripMs of [50, 150]) {
    const share = nearMs / (await copyTimeMs(roundTripMs))
    assert.ok(share > 0.75, `at ${roundTripMs} ms it has ${share} of its throughput`)
  }
})
