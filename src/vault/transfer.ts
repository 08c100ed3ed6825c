// Moves packs from vault to vault as they are.

import type { OpenVault } from './open-vault.ts'
import type { PackLedger } from './pack-ledger.ts'
import type { PackRef } from './point-manifest.ts'

export interface TransferProgress {
  readonly bytesStored: number
  readonly bytesReused: number
  readonly packsStored: number
  readonly packsReused: number
}

/**
 * Brings `packs` into the destination. Durable and reported to the ledger when it resolves.
 * A source pack that is missing or not whole throws VaultDamaged with its name.
 */
export async function transferPacks(_options: {
  source: OpenVault
  destination: OpenVault
  packs: readonly PackRef[]
  ledger: PackLedger
  signal?: AbortSignal
  onProgress?: (delta: TransferProgress) => void
}): Promise<{ moved: PackRef[]; movedBytes: number; reused: PackRef[]; reusedBytes: number }> {
  throw new Error('being built')
}
