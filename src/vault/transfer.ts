// Moves packs from vault to vault as they are: every byte is verified against the pack's name, and
// each pack is seen to open at its destination while the disks are at work on the next. Promises
// that what it reports to the ledger is durable, bytes and names.

import type { PackName } from '../model/index.ts'
import {
  isFileStore,
  moveObject,
  ObjectDamaged,
  ObjectMissing,
  syncFoldersOf,
  Turns,
} from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { mending, VaultDamaged } from './damage.ts'
import { eachInFlight } from './in-flight.ts'
import type { OpenVault } from './open-vault.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { PackRef } from './point-manifest.ts'
import { proofsAtOnce, provePack } from './prove.ts'
import { packObject } from './vault-files.ts'

/** Packs claimed, synced and reported together. */
const BATCH_PACKS = 64
/**
 * Packs being moved at the same time between disks. One is copied while the others are synced and
 * read back: were all copied at once, the disk would have nothing to do meanwhile.
 */
const NEAR_MOVES = 4
const NEAR_COPIES = 1
/** To or from a far store most of a move is waiting: as many as fit into this memory. */
const FAR_MOVES_MAX = 8
const FAR_BYTES_MAX = 96 * 1024 * 1024

export interface TransferProgress {
  readonly bytesStored: number
  readonly bytesReused: number
  readonly packsStored: number
  readonly packsReused: number
}

export interface Transfer {
  readonly source: OpenVault
  readonly destination: OpenVault
  /** What the destination lacks, as far as its catalog knows. */
  readonly packs: readonly PackRef[]
  readonly ledger: PackLedger
  readonly random: Random
  readonly signal?: AbortSignal
  readonly onProgress?: (delta: TransferProgress) => void
  /** Asked about a damaged or missing pack, of either side: true when it can be tried again. */
  readonly mend?: (damage: VaultDamaged) => Promise<boolean>
}

export interface TransferResult {
  /** Put by this job, and proved. */
  readonly moved: PackRef[]
  readonly movedBytes: number
  /** Put by somebody else meanwhile. */
  readonly reused: PackRef[]
  readonly reusedBytes: number
}

/**
 * Brings `packs` into the destination. Durable and reported to the ledger when it resolves.
 * A pack that is missing, not whole or does not open, and is not mended, throws VaultDamaged.
 * Repeating is harmless; when it throws, nothing is being moved any more.
 */
export async function transferPacks(transfer: Transfer): Promise<TransferResult> {
  const moved: PackRef[] = []
  const reused: PackRef[] = []
  const later: PackRef[] = []
  // Own packs first, so that two jobs that wait for each other's packs both finish theirs.
  for (let at = 0; at < transfer.packs.length; at += BATCH_PACKS) {
    const batch = await settleBatch(transfer, transfer.packs.slice(at, at + BATCH_PACKS))
    moved.push(...batch.moved)
    reused.push(...batch.reused)
    later.push(...batch.waiting)
  }
  let waiting = later
  while (waiting.length > 0) {
    await transfer.ledger.wait()
    const still: PackRef[] = []
    for (let at = 0; at < waiting.length; at += BATCH_PACKS) {
      const batch = await settleBatch(transfer, waiting.slice(at, at + BATCH_PACKS))
      moved.push(...batch.moved)
      reused.push(...batch.reused)
      still.push(...batch.waiting)
    }
    waiting = still
  }
  return { moved, movedBytes: sizeOf(moved), reused, reusedBytes: sizeOf(reused) }
}

interface SettledBatch {
  readonly moved: PackRef[]
  readonly reused: PackRef[]
  readonly waiting: PackRef[]
}

async function settleBatch(transfer: Transfer, batch: readonly PackRef[]): Promise<SettledBatch> {
  transfer.signal?.throwIfAborted()
  const answers = await transfer.ledger.claim(
    batch.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
  )
  const answered = (word: 'put' | 'live' | 'wait') =>
    batch.filter((pack) => answerFor(answers, pack.name) === word)
  const moved = answered('put')
  const reused = answered('live')
  if (reused.length > 0) {
    transfer.onProgress?.({ ...NOTHING, bytesReused: sizeOf(reused), packsReused: reused.length })
  }
  if (moved.length > 0) {
    const { destination, ledger } = transfer
    const most = movesAtOnce(transfer, moved)
    const turns = { moving: new Turns(most), copying: new Turns(NEAR_COPIES) }
    await eachInFlight(moved, most + proofsAtOnce(destination.store), async (pack) => {
      await turns.moving.during(() => moveOne(transfer, pack, turns.copying))
      await mending(transfer, () => provePack(transfer, pack))
    })
    const names = moved.map((pack) => packObject(destination.vaultId, pack.name))
    await syncFoldersOf(destination.store, names)
    await ledger.arrived(moved.map(({ name, sizeBytes, crc32 }) => ({ name, sizeBytes, crc32 })))
  }
  return { moved, reused, waiting: answered('wait') }
}

function movesAtOnce({ source, destination }: Transfer, packs: readonly PackRef[]): number {
  if (isFileStore(source.store) && isFileStore(destination.store)) return NEAR_MOVES
  const largestBytes = Math.max(...packs.map((pack) => pack.sizeBytes))
  const fitting = Math.floor(FAR_BYTES_MAX / largestBytes)
  return Math.max(NEAR_MOVES, Math.min(fitting, FAR_MOVES_MAX))
}

async function moveOne(transfer: Transfer, pack: PackRef, copying: Turns): Promise<void> {
  await mending(transfer, () => moveVerbatim(transfer, pack, copying))
  transfer.onProgress?.({ ...NOTHING, bytesStored: pack.sizeBytes, packsStored: 1 })
}

async function moveVerbatim(transfer: Transfer, pack: PackRef, copying: Turns): Promise<void> {
  const { source, destination } = transfer
  const signal = transfer.signal ?? new AbortController().signal
  signal.throwIfAborted()
  const { name, sizeBytes } = pack
  const fromName = packObject(source.vaultId, name)
  const toName = packObject(destination.vaultId, name)
  try {
    const { store: from } = source
    const { store: to } = destination
    await moveObject({ from, fromName, to, toName, blake3: name, sizeBytes, signal, copying })
  } catch (error) {
    if (error instanceof ObjectMissing) {
      throw new VaultDamaged(fromName, 'is missing', { pack: name, missing: true, cause: error })
    }
    if (!(error instanceof ObjectDamaged)) throw error
    const object = error.side === 'source' ? fromName : toName
    throw new VaultDamaged(object, 'its bytes do not have its name', { pack: name, cause: error })
  }
}

function answerFor(answers: Map<PackName, 'put' | 'live' | 'wait'>, name: PackName) {
  const answer = answers.get(name)
  if (answer === undefined) throw new Error(`the ledger has no answer for pack ${name}`)
  return answer
}

function sizeOf(packs: readonly PackRef[]): number {
  return packs.reduce((sum, pack) => sum + pack.sizeBytes, 0)
}

/** Nothing done, to be overwritten in part. */
export const NOTHING: TransferProgress = {
  bytesStored: 0,
  bytesReused: 0,
  packsStored: 0,
  packsReused: 0,
}
