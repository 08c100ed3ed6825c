// What distance costs a copy: packs of one vault are moved into another and proved, both behind a
// link of 100 MB/s each way, with and without a round trip. In this process, in memory and in real
// time, so that nothing but waiting is measured. `npm run bench -- --latency 50,150 --size-mb 512`

import { createCipheriv } from 'node:crypto'
import { latentStore, openMemoryStore } from '../src/store/index.ts'
import { type Manifest, openVault, type SourceContent, transferPacks } from '../src/vault/index.ts'
import { makeVault, node, type TestVault, writePoint } from '../src/vault/vault-world.suite.ts'
import { systemClock } from '../src/world/index.ts'
import { MEGABYTE, median } from './figures.ts'

const LINK_BYTES_PER_SECOND = 100_000_000

/** Prints a row for each round trip; a share is of the throughput without any. */
export async function measureLatency(options: {
  readonly roundTripsMs: readonly number[]
  readonly sizeMb: number
  readonly rounds: number
}): Promise<void> {
  const from = await makeVault(1)
  const manifest = await randomPoint(from, options.sizeMb)
  const megabytes = manifest.packs.reduce((sum, pack) => sum + pack.sizeBytes, 0) / MEGABYTE
  const walls = new Map([0, ...options.roundTripsMs].map((ms) => [ms, [] as number[]]))
  for (let round = 0; round < options.rounds; round++) {
    for (const [ms, wallsS] of walls) wallsS.push(await copyWallS(from, manifest, ms))
  }
  const packs = `${manifest.packs.length} packs, ${megabytes.toFixed(0)} MB`
  process.stdout.write(`| round trip | ${packs} | throughput | share |\n`)
  process.stdout.write('| ---: | ---: | ---: | ---: |\n')
  const near = walls.get(0) ?? []
  for (const [ms, wallsS] of walls) {
    const share = median(wallsS.map((wallS, round) => (near[round] ?? Number.NaN) / wallS))
    const rate = megabytes / median(wallsS)
    const cells = [`${ms} ms`, `${median(wallsS).toFixed(2)} s`, `${rate.toFixed(0)} MB/s`]
    process.stdout.write(`| ${cells.join(' | ')} | ${(share * 100).toFixed(0)} % |\n`)
  }
}

/** Packs as a backup makes them, of bytes that do not shrink. */
async function randomPoint(vault: TestVault, sizeMb: number): Promise<Manifest> {
  await using writer = await vault.vault.writer({
    known: [],
    ledger: vault.ledger.ledger,
    random: vault.random,
  })
  await writer.add(node('', 'directory').facts)
  const { facts } = node('random', 'file')
  await writer.add({ ...facts, sizeBytes: sizeMb * MEGABYTE }, randomContent(sizeMb * MEGABYTE))
  const { packs, entryBlocks } = await writer.finish()
  const { manifest } = await writePoint(vault, [])
  return { ...manifest, packs, entryBlocks }
}

function randomContent(sizeBytes: number): SourceContent {
  const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16))
  let left = sizeBytes
  return {
    read(into) {
      const bytes = stream.update(Buffer.alloc(Math.min(into.length, left)))
      into.set(bytes)
      left -= bytes.length
      return bytes.length
    },
    close: () => ({ sizeBytes, mtimeNs: 0n }),
  }
}

async function copyWallS(from: TestVault, manifest: Manifest, roundTripMs: number) {
  const to = await makeVault(2, { store: openMemoryStore() })
  const far = ({ store, vault: { vaultId }, keys }: TestVault) => {
    const distance = { roundTripMs, bytesPerSecond: LINK_BYTES_PER_SECOND }
    return openVault({ store: latentStore(store, systemClock, distance), vaultId, keys })
  }
  const startMs = performance.now()
  const [source, destination] = await Promise.all([far(from), far(to)])
  const { ledger, random } = to
  const { packs } = manifest
  await transferPacks({ source, destination, packs, ledger: ledger.ledger, random })
  return (performance.now() - startMs) / 1000
}
