// Puts chunks of packs anew into packs of a vault, under data keys of their own: packs wanted whole
// become packs of the same layout, parts of others are brought together. Chunks stay stored as
// they are and keep their ids; every one is proved by its seal. Leaves manifests to its callers.

import { Slabs } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { mending, type VaultDamaged } from './damage.ts'
import { eachInFlight } from './in-flight.ts'
import type { OpenVault } from './open-vault.ts'
import { fetchContents, fetchRange, fetchWhole, type PackPlace } from './pack-fetch.ts'
import { type PackedChunk, unsealChunk } from './pack-format.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { MappedPack, PackMapping } from './pack-map.ts'
import { putPack } from './pack-put.ts'
import { resealPack } from './pack-reseal.ts'
import { PartLanes } from './part-lanes.ts'
import type { PackRef } from './point-manifest.ts'
import { NOTHING, type TransferProgress } from './transfer.ts'
import { packObject } from './vault-files.ts'

const MIB = 1024 * 1024
/** Packs being read, sealed and put at the same time, and the memory they may take. */
const AT_ONCE_MAX = 3
const BYTES_MAX = 64 * MIB
/** Wanted chunks this near to one another are read at once, up to so many bytes. */
const GAP_BYTES_MAX = 64 * 1024
const RUN_BYTES_MAX = 4 * MIB

/** A pack of which chunks are wanted. */
export interface RepackOrder {
  readonly pack: PackRef
  /** Whether a chunk is wanted; all are when it is left out, which spares reading the table. */
  readonly wants?: (chunk: PackedChunk) => boolean
  /** Entry blocks are kept apart from data. */
  readonly holds: 'data' | 'entries'
}

export interface Repack {
  /** Where the packs ordered lie: the destination itself, too. */
  readonly source: PackPlace
  readonly destination: OpenVault
  readonly orders: readonly RepackOrder[]
  readonly ledger: PackLedger
  readonly random: Random
  readonly signal?: AbortSignal
  readonly onProgress?: (delta: TransferProgress) => void
  /** Asked about a damaged or missing pack of the source: true when it can be tried again. */
  readonly mend?: (damage: VaultDamaged) => Promise<boolean>
}

/**
 * Where the wanted chunks of each order went, in the orders' order; an order that wants nothing has
 * no mapping. Everything named is durable and reported to the ledger when it resolves. Throws
 * VaultDamaged naming a source pack that is not whole and was not mended; what was put until then
 * stays. Repeating it puts chunks again, under other names: who goes on after a crash leaves out
 * what was put.
 */
export async function repack(work: Repack): Promise<PackMapping[]> {
  const { destination, ledger, random, signal } = work
  const moved: Moved[] = []
  const onStored = (sizeBytes: number) =>
    work.onProgress?.({ ...NOTHING, bytesStored: sizeBytes, packsStored: 1 })
  // Each of a size that fits every pack: memory is used again, for new memory costs time.
  const slabs = new Slabs(largestOf(work))
  const lanes = new PartLanes(destination, { ledger, random, signal, onStored })
  try {
    await eachInFlight(work.orders.entries(), atOnce(work), async ([index, order]) => {
      signal?.throwIfAborted()
      moved[index] = await move({ ...work, onStored, slabs }, lanes, order)
    })
    await lanes.finish()
  } catch (error) {
    await lanes.abandon()
    throw error
  }
  return moved.flatMap(({ from, whole, parts }) => {
    const to = whole ? [whole] : [...parts].map((part) => lanes.refOf(part))
    return to.length === 0 ? [] : [{ from, isWhole: whole !== undefined, to }]
  })
}

interface Moved {
  readonly from: MappedPack
  /** The one pack that it became, or the numbers of those its chunks are in. */
  readonly whole?: PackRef
  readonly parts: ReadonlySet<number>
}

interface Work extends Repack {
  readonly onStored: (sizeBytes: number) => void
  readonly slabs: Slabs
}

async function move(work: Work, lanes: PartLanes, order: RepackOrder): Promise<Moved> {
  const { pack, wants, holds } = order
  const { source, destination, signal } = work
  // What this vault had under its own key it may say how to open; others' keys it is not to know.
  const isOwn = source.vaultId === destination.vaultId
  const from = { name: pack.name, sizeBytes: pack.sizeBytes, ...(isOwn && { ref: pack }) }
  const parts = new Set<number>()
  if (wants === undefined) return { from, whole: await moveWhole(work, pack), parts }
  const { domain, rows } = await mending(work, () => fetchContents(source, pack, signal))
  const wanted = rows.filter(wants)
  if (wanted.length === rows.length) return { from, whole: await moveWhole(work, pack), parts }
  for (const run of runsOf(wanted)) {
    const chunks = await mending(work, () => readRun(work, pack, run))
    for (const part of await lanes.append({ holds, domain }, chunks)) parts.add(part)
  }
  return { from, parts }
}

async function moveWhole(work: Work, pack: PackRef): Promise<PackRef> {
  const { source, destination, ledger, random, signal, slabs } = work
  const object = packObject(source.vaultId, pack.name)
  const slab = slabs.take()
  try {
    const made = await mending(work, async () => {
      const bytes = slab.subarray(0, pack.sizeBytes)
      await fetchWhole(source, pack, { bytes, signal })
      return resealPack(bytes, pack, { object, random })
    })
    const { store, vaultId } = destination
    const sealKey = (dataKey: Uint8Array) => destination.sealKey(dataKey)
    if (await putPack({ store, vaultId, ledger, signal, sealKey }, made, pack.name)) {
      work.onStored(pack.sizeBytes)
    }
    return made.ref
  } finally {
    slabs.giveBack(slab)
  }
}

/** Chunks in their order, those that lie near one another together. */
function* runsOf(chunks: readonly PackedChunk[]): Generator<readonly PackedChunk[]> {
  let run: PackedChunk[] = []
  for (const chunk of chunks) {
    const [first, last] = [run[0], run.at(-1)]
    if (first !== undefined && last !== undefined) {
      const gap = chunk.offset - last.offset - last.storedBytes
      const sizeBytes = chunk.offset + chunk.storedBytes - first.offset
      if (gap > GAP_BYTES_MAX || sizeBytes > RUN_BYTES_MAX) {
        yield run
        run = []
      }
    }
    run.push(chunk)
  }
  if (run.length > 0) yield run
}

async function readRun(work: Work, pack: PackRef, run: readonly PackedChunk[]) {
  const { source, signal } = work
  const [first, last] = [run[0] as PackedChunk, run.at(-1) as PackedChunk]
  const { offset } = first
  const sizeBytes = last.offset + last.storedBytes - offset
  const bytes = await fetchRange(source, pack, { offset, sizeBytes, signal })
  const object = packObject(source.vaultId, pack.name)
  return run.map((chunk) => {
    const start = chunk.offset - offset
    const sealed = bytes.subarray(start, start + chunk.storedBytes)
    return { chunk, stored: unsealChunk(sealed, chunk, { ...pack, object }) }
  })
}

function atOnce(work: Repack): number {
  return Math.max(1, Math.min(AT_ONCE_MAX, Math.floor(BYTES_MAX / largestOf(work))))
}

function largestOf({ orders }: Repack): number {
  return orders.reduce((most, { pack }) => Math.max(most, pack.sizeBytes), 1)
}
