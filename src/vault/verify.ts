// Verification: what a pack's bytes are against its name, which takes no key, and whether a
// recovery point's manifest opens and finds its entry list. Reads only; a pack goes through memory
// a piece at a time. What to do about damage is the jobs' business.

import type { PackName, PointId } from '../model/index.ts'
import {
  digestObject,
  NotAnObject,
  ObjectDamaged,
  ObjectMissing,
  ObjectTruncated,
  replaceObject,
} from '../store/index.ts'
import { isMediaError, VaultDamaged } from './damage.ts'
import { sameBytes } from './hashing.ts'
import type { EntryListCheck } from './list-check.ts'
import type { OpenVault } from './open-vault.ts'
import { fetchTable, namingLoss, type PackPlace } from './pack-fetch.ts'
import { PACK_BYTES_MAX, type PackedChunk } from './pack-format.ts'
import type { BlockRef, Manifest, PackRef } from './point-manifest.ts'
import { packObject } from './vault-files.ts'

/** What a pack in the store is. `reason` says what is wrong with one that is not whole. */
export type PackFound =
  | { readonly isWhole: true; readonly sizeBytes: number; readonly crc32: number }
  | { readonly isWhole: false; readonly reason: string }

/** Reads a pack through and compares its bytes with its name. Throws Trouble. */
export async function examinePack(
  { store, vaultId }: PackPlace,
  name: PackName,
  signal: AbortSignal,
): Promise<PackFound> {
  try {
    // What is larger than any pack is none, and is not read: a file may pretend to any size.
    const reading = { signal, bytesMax: PACK_BYTES_MAX }
    const found = await digestObject(store, packObject(vaultId, name), reading)
    if (found.blake3 === name) return { isWhole: true, ...found }
    return { isWhole: false, reason: 'its bytes do not have its name' }
  } catch (error) {
    if (error instanceof ObjectMissing) return { isWhole: false, reason: 'it is missing' }
    if (error instanceof NotAnObject) return { isWhole: false, reason: `it is ${error.found}` }
    if (error instanceof ObjectTruncated || isMediaError(error)) {
      return { isWhole: false, reason: 'it cannot be read' }
    }
    throw error
  }
}

/**
 * Opens a recovery point's manifest and the tables of the packs that hold its entry list, compares
 * them, and has `lists` prove the list. Throws VaultDamaged, naming a pack where it is one, and
 * FeatureUnknown.
 */
export async function examinePoint(
  vault: OpenVault,
  pointId: PointId,
  { lists, signal }: { readonly lists: EntryListCheck; readonly signal: AbortSignal },
): Promise<Manifest> {
  const manifest = await vault.readManifest(pointId)
  const blocks = Map.groupBy(manifest.entryBlocks, (block) => block.pack)
  for (const [number, inPack] of blocks) {
    signal.throwIfAborted()
    const pack = manifest.packs[number] as PackRef
    const rows = await namingLoss(vault, pack, () => fetchTable(vault, pack, signal))
    const wrong = inPack.find((block) => !isIn(rows, block))
    if (wrong === undefined) continue
    const reason = `its table has no chunk ${wrong.ordinal} as the manifest of ${pointId} says`
    throw new VaultDamaged(packObject(vault.vaultId, pack.name), reason, { pack: pack.name })
  }
  await lists.prove(manifest, signal)
  return manifest
}

function isIn(rows: readonly PackedChunk[], block: BlockRef): boolean {
  const row = rows[block.ordinal]
  return (
    row !== undefined &&
    sameBytes(row.id, block.chunk) &&
    row.offset === block.offset &&
    row.storedBytes === block.storedBytes &&
    row.plainBytes === block.plainBytes &&
    row.encoding === block.encoding
  )
}

/**
 * Puts a donor's pack in place of a damaged or missing one, its bytes proved against its name.
 * Durable when it resolves; harmless when the pack is whole. Whoever dies here leaves the old pack
 * or the new one. Throws VaultDamaged naming the donor's pack when that is damaged too.
 */
export async function replacePack(
  repair: { readonly from: PackPlace; readonly to: PackPlace; readonly name: PackName },
  signal: AbortSignal,
): Promise<void> {
  const { from, to, name } = repair
  const fromName = packObject(from.vaultId, name)
  const toName = packObject(to.vaultId, name)
  const head = await from.store.head(fromName)
  if (head === undefined) {
    throw new VaultDamaged(fromName, 'is missing', { pack: name, missing: true })
  }
  try {
    const whole = { blake3: name, sizeBytes: head.sizeBytes, signal }
    await replaceObject({ from: from.store, fromName, to: to.store, toName, ...whole })
  } catch (error) {
    if (!(error instanceof ObjectDamaged || error instanceof ObjectMissing)) throw error
    throw new VaultDamaged(fromName, 'its bytes do not have its name', { pack: name, cause: error })
  }
}
