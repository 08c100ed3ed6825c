// Reading a small object of a vault at once: nothing larger than its kind may be is taken in.

import { NotAnObject, ObjectMissing, type ObjectName, type ObjectStore } from '../store/index.ts'
import { VaultDamaged } from './damage.ts'

/** What an object is, for what is said of it, and how large it may be. */
export interface ObjectKind {
  /** Such as `a manifest`. */
  readonly what: string
  readonly bytesMax: number
}

/** All bytes of the object. Throws VaultDamaged when it is too large or missing. */
export async function wholeObject(
  store: ObjectStore,
  object: ObjectName,
  { what, bytesMax }: ObjectKind,
): Promise<Uint8Array> {
  const head = await store.head(object)
  if (head !== undefined && head.sizeBytes > bytesMax) {
    throw new VaultDamaged(object, `is too large for ${what}`)
  }
  try {
    return await store.get(object)
  } catch (error) {
    if (error instanceof NotAnObject) {
      throw new VaultDamaged(object, `is ${error.found}`, { cause: error })
    }
    if (!(error instanceof ObjectMissing)) throw error
    throw new VaultDamaged(object, 'is missing', { missing: true, cause: error })
  }
}
