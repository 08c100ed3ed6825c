// Proves that the packs of a copy can be opened at the destination.

import type { Random } from '../world/index.ts'
import type { OpenVault } from './open-vault.ts'
import type { PackRef } from './point-manifest.ts'

/**
 * Moved packs: table opened, commitment checked, one random chunk decrypted. Reused packs:
 * commitments checked. Throws VaultDamaged with the pack's name.
 */
export async function provePacks(_options: {
  destination: OpenVault
  moved: readonly PackRef[]
  reused: readonly PackRef[]
  random: Random
  signal?: AbortSignal
}): Promise<void> {
  throw new Error('being built')
}
