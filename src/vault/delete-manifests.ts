// Deletes the manifests of a recovery point without any key: whoever may delete it need not be
// able to read it.

import type { DeletionPermit, VaultId } from '../model/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { deleteGenerations } from './vault-files.ts'

/** All of the point's manifests are gone when it resolves, the oldest first; absent is fine. */
export async function deleteManifests(
  place: { readonly store: ObjectStore; readonly vaultId: VaultId },
  { pointId }: DeletionPermit,
): Promise<void> {
  await deleteGenerations(place, pointId)
}
