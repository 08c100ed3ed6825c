// Proves that the packs of a copy can be opened at the destination, with the keys its manifest
// will hold. A proof by sample: `verify` is the proof of every byte.

import { isFileStore, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { SPARE_BYTES } from './compression.ts'
import { eachInFlight } from './in-flight.ts'
import type { OpenVault } from './open-vault.ts'
import { fetchRange, fetchTable, fetchTrailer, openChunk } from './pack-fetch.ts'
import type { PackedChunk } from './pack-format.ts'
import type { PackRef } from './point-manifest.ts'
import { free } from './sealing.ts'

/**
 * Of reused packs this many, drawn at random, have their trailer read as well: enough to notice a
 * store that lost them, few enough that a copy of nothing new stays a matter of milliseconds.
 */
const REUSED_READ_MAX = 64
/** Packs looked at together: reading them is mostly waiting. A chunk of each is in memory. */
const NEAR_PROOFS = 4
const FAR_PROOFS = 24
/** Trailers read together: they are small. */
const TRAILERS = 24

export interface Proof {
  readonly destination: OpenVault
  readonly moved: readonly PackRef[]
  readonly reused: readonly PackRef[]
  readonly random: Random
  readonly signal?: AbortSignal
}

/**
 * Moved packs: table opened, commitment compared, one random chunk decrypted. Reused packs, or as
 * many as are read: commitment compared. Throws VaultDamaged with the pack's name.
 */
export async function provePacks(proof: Proof): Promise<void> {
  const { destination, moved, reused, random, signal } = proof
  const atOnce = proofsAtOnce(destination.store)
  await eachInFlight(moved, atOnce, (pack) => provePack(proof, pack))
  await eachInFlight(sample(reused, random), TRAILERS, (pack) =>
    fetchTrailer(destination, pack, signal),
  )
}

/** How many packs of a vault in that store are looked at together. */
export function proofsAtOnce(store: ObjectStore): number {
  return isFileStore(store) ? NEAR_PROOFS : FAR_PROOFS
}

/** One that was moved, as above. */
export async function provePack(
  { destination, random, signal }: Pick<Proof, 'destination' | 'random' | 'signal'>,
  pack: PackRef,
): Promise<void> {
  signal?.throwIfAborted()
  const rows = await fetchTable(destination, pack, signal)
  const chunk = rows[draw(random, rows.length)] as PackedChunk
  const { offset, storedBytes: sizeBytes } = chunk
  const sealed = await fetchRange(destination, pack, { offset, sizeBytes, signal })
  free(openChunk(destination.vaultId, pack, chunk, sealed), SPARE_BYTES)
  // A disk's answer is nobody else's; a store in memory may have lent its own bytes.
  if (isFileStore(destination.store)) free(sealed)
}

function sample(packs: readonly PackRef[], random: Random): readonly PackRef[] {
  if (packs.length <= REUSED_READ_MAX) return packs
  return Array.from({ length: REUSED_READ_MAX }, () => {
    return packs[draw(random, packs.length)] as PackRef
  })
}

/** A number below `limit`; the slight unevenness does no harm in a sample. */
function draw(random: Random, limit: number): number {
  const bytes = random.bytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) % limit
}
