// A store in memory, for tests and simulations: keeps every promise of the interface but
// surviving its process.

import { checkPrefix } from './object-name.ts'
import type { ByteRange, ObjectName, ObjectStore, PutResult } from './object-store.ts'
import { ObjectDiffers, ObjectMissing, ObjectTruncated } from './object-store.ts'

export function openMemoryStore(): ObjectStore {
  const objects = new Map<ObjectName, Uint8Array>()
  return {
    async put(name, bytes, signal): Promise<PutResult> {
      signal?.throwIfAborted()
      const existing = objects.get(name)
      if (existing === undefined) {
        objects.set(name, new Uint8Array(bytes))
        return 'created'
      }
      if (Buffer.compare(existing, bytes) !== 0) throw new ObjectDiffers(name)
      return 'exists'
    },

    async get(name, range, signal) {
      signal?.throwIfAborted()
      const bytes = objects.get(name)
      if (bytes === undefined) throw new ObjectMissing(name)
      return cut(name, bytes, range)
    },

    async head(name) {
      const bytes = objects.get(name)
      return bytes && { sizeBytes: bytes.byteLength }
    },

    async *list(prefix, after) {
      checkPrefix(prefix)
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix))
      yield* names.filter((name) => after === undefined || name > after).sort()
    },

    async delete(name) {
      objects.delete(name)
    },
  }
}

function cut(name: ObjectName, bytes: Uint8Array, range: ByteRange | undefined): Uint8Array {
  if (range === undefined) return new Uint8Array(bytes)
  const end = range.offset + range.sizeBytes
  if (end > bytes.byteLength) {
    throw new ObjectTruncated(name, { wantedBytes: end, sizeBytes: bytes.byteLength })
  }
  return bytes.slice(range.offset, end)
}
