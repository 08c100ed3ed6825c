// Moves packs from vault to vault as they are: no key is used, every byte is verified against the
// pack's name. Promises that what it reports to the ledger is durable, bytes and names.

import type { PackName } from '../model/index.ts'
import {
  isFileStore,
  moveObject,
  ObjectDamaged,
  ObjectMissing,
  syncFoldersOf,
} from '../store/index.ts'
import { VaultDamaged } from './damage.ts'
import { eachInFlight } from './in-flight.ts'
import type { OpenVault } from './open-vault.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { PackRef } from './point-manifest.ts'
import { packObject } from './vault-files.ts'

/** Packs claimed, synced and reported together. */
const BATCH_PACKS = 64
/** Packs being moved at the same time between disks; measured best between 2 and 4. */
const NEAR_MOVES = 3
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
  readonly signal?: AbortSignal
  readonly onProgress?: (delta: TransferProgress) => void
  /** Asked about a damaged or missing pack, of either side: true when it can be tried again. */
  readonly mend?: (damage: VaultDamaged) => Promise<boolean>
}

export interface TransferResult {
  /** Put by this job. */
  readonly moved: PackRef[]
  readonly movedBytes: number
  /** Put by somebody else meanwhile. */
  readonly reused: PackRef[]
  readonly reusedBytes: number
}

/**
 * Brings `packs` into the destination. Durable and reported to the ledger when it resolves.
 * A source pack that is missing or not whole, and not mended, throws VaultDamaged. Repeating is
 * harmless; when it throws, nothing is being moved any more.
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
    await eachInFlight(moved, movesAtOnce(transfer, moved), (pack) => moveOne(transfer, pack))
    const { destination, ledger } = transfer
    const names = moved.map((pack) => packObject(destination.vaultId, pack.name))
    await syncFoldersOf(destination.store, names)
    await ledger.arrived(
      moved.map(({ name, sizeBytes, crc32, dataKey }) => {
        return { name, sizeBytes, crc32, sealedKey: destination.sealKey(dataKey) }
      }),
    )
  }
  return { moved, reused, waiting: answered('wait') }
}

function movesAtOnce({ source, destination }: Transfer, packs: readonly PackRef[]): number {
  if (isFileStore(source.store) && isFileStore(destination.store)) return NEAR_MOVES
  const largestBytes = Math.max(...packs.map((pack) => pack.sizeBytes))
  const fitting = Math.floor(FAR_BYTES_MAX / largestBytes)
  return Math.max(NEAR_MOVES, Math.min(fitting, FAR_MOVES_MAX))
}

async function moveOne(transfer: Transfer, pack: PackRef): Promise<void> {
  for (;;) {
    try {
      await moveVerbatim(transfer, pack)
      const { sizeBytes } = pack
      transfer.onProgress?.({ ...NOTHING, bytesStored: sizeBytes, packsStored: 1 })
      return
    } catch (error) {
      if (!(error instanceof VaultDamaged) || !(await transfer.mend?.(error))) throw error
    }
  }
}

async function moveVerbatim(transfer: Transfer, pack: PackRef): Promise<void> {
  const { source, destination } = transfer
  const signal = transfer.signal ?? new AbortController().signal
  signal.throwIfAborted()
  const { name, sizeBytes } = pack
  const fromName = packObject(source.vaultId, name)
  const toName = packObject(destination.vaultId, name)
  try {
    const { store: from } = source
    const { store: to } = destination
    await moveObject({ from, fromName, to, toName, blake3: name, sizeBytes, signal })
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
