// Finds the manifest that an earlier attempt of the same job sealed before it died. Such an attempt
// had done everything but tell the catalog, so the job goes straight to recording.

import type { PointId } from '../model/index.ts'
import type { Manifest, OpenVault } from '../vault/index.ts'
import { VaultDamaged } from '../vault/index.ts'

/** The point's manifest if there is one; damage in it is an error like any other. */
export async function sealedBefore(
  vault: OpenVault,
  pointId: PointId,
): Promise<Manifest | undefined> {
  try {
    return await vault.readManifest(pointId)
  } catch (error) {
    if (error instanceof VaultDamaged && error.missing) return undefined
    throw error
  }
}
