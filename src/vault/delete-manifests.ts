// Deletes the manifests of a recovery point without any key: whoever may delete it need not be
// able to read it.

import type { DeletionPermit, VaultId } from '../model/index.ts'
import type { ObjectName, ObjectStore } from '../store/index.ts'
import { manifestObject } from './vault-files.ts'

/** All of the point's manifests are gone when it resolves, the oldest first; absent is fine. */
export async function deleteManifests(
  { store, vaultId }: { readonly store: ObjectStore; readonly vaultId: VaultId },
  permit: DeletionPermit,
): Promise<void> {
  const { pointId } = permit
  const names: ObjectName[] = []
  for await (const name of store.list(manifestObject(vaultId, pointId))) names.push(name)
  for (const name of names) await store.delete(name)
}
