// Puts one whole pack that was made in memory: claimed, put and reported, in that order. Nothing
// is put that the ledger does not ask for.

import type { PackName, VaultId } from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import type { FinishedPack } from './pack-builder.ts'
import type { PackLedger } from './pack-ledger.ts'
import { packObject } from './vault-files.ts'

export interface PackTarget {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly ledger: PackLedger
  readonly signal?: AbortSignal | undefined
  readonly sealKey: (dataKey: Uint8Array) => Uint8Array
  /** Set by who ends with a report of nothing: packs are then reported with the next claim. */
  readonly report?: 'later'
}

/**
 * Durable and reported (see `PackTarget.report`) when it resolves; false when the pack was there
 * already. `from` is the pack it is a re-encryption of.
 */
export async function putPack(
  target: PackTarget,
  { ref, bytes }: FinishedPack,
  from?: PackName,
): Promise<boolean> {
  const { store, vaultId, ledger, signal, sealKey, report } = target
  const { name, sizeBytes, crc32 } = ref
  for (;;) {
    signal?.throwIfAborted()
    const answer = (await ledger.claim([{ name, sizeBytes }])).get(name)
    if (answer === 'live') return false
    if (answer === 'put') break
    await ledger.wait()
  }
  await store.put(packObject(vaultId, name), bytes, signal)
  const sealedKey = sealKey(ref.dataKey)
  await ledger.arrived([{ name, sizeBytes, crc32, sealedKey, ...(from && { from }) }], report)
  return true
}
