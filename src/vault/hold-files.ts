// Has the files of a vault held by its store, where that can: what is in the vault is then removed
// or replaced only through the store, not by another program. A part of the vault at a time.

import type { HoldingStore, ObjectName, ObjectStore } from '../store/index.ts'
import type { PackPlace } from './pack-fetch.ts'

/** Objects of one call. */
const OBJECTS_AT_ONCE = 2_000
/** Objects that one program is started for. */
const BATCH_OBJECTS = 250

/** How far the vault's objects are held now, or why none can be. */
export type FilesHeld =
  | { readonly heldUpTo: ObjectName | 'the end' }
  | { readonly unsupported: string }

/** Holds the next 2,000 objects behind `after`. Repeating is harmless. Throws Trouble. */
export async function holdFiles(
  { store, vaultId }: PackPlace,
  after?: ObjectName,
): Promise<FilesHeld> {
  if (!isHolding(store)) return { unsupported: 'its store is not a folder' }
  const names: ObjectName[] = []
  for await (const name of store.list(`${vaultId}/`, after)) {
    names.push(name)
    if (names.length === OBJECTS_AT_ONCE) break
  }
  for (let at = 0; at < names.length; at += BATCH_OBJECTS) {
    const held = await store.hold(names.slice(at, at + BATCH_OBJECTS))
    if (held !== 'set') return held
  }
  const last = names.length === OBJECTS_AT_ONCE ? names.at(-1) : undefined
  return { heldUpTo: last ?? 'the end' }
}

function isHolding(store: ObjectStore): store is HoldingStore {
  return 'hold' in store
}
