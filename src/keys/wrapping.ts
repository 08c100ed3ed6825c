// One key wrapped under another: version 1 (one byte), nonce (12), AES-256-GCM of the key, tag
// (16). The context is the associated data, as JSON with sorted names, so any JSON library and
// any AES can open what we wrote.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { KEY_BYTES, type KeyContext } from './key-service.ts'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const WRAPPED_BYTES = 1 + NONCE_BYTES + KEY_BYTES + TAG_BYTES
const CIPHER = 'aes-256-gcm'

export interface Binding {
  readonly wrappingKey: Uint8Array
  readonly context: KeyContext
}

/** Wraps `key` with a nonce never used before under the wrapping key. */
export function wrapKey(key: Uint8Array, nonce: Uint8Array, binding: Binding): Uint8Array {
  if (key.byteLength !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`)
  if (nonce.byteLength !== NONCE_BYTES) throw new RangeError(`a nonce has ${NONCE_BYTES} bytes`)
  const cipher = createCipheriv(CIPHER, binding.wrappingKey, nonce)
  cipher.setAAD(associatedData(binding.context))
  const sealed = Buffer.concat([cipher.update(key), cipher.final()])
  return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, sealed, cipher.getAuthTag()]))
}

/** The key inside, or why it does not open. */
export function unwrapKey(wrapped: Uint8Array, binding: Binding): Uint8Array | { refused: string } {
  if (wrapped[0] !== VERSION) return { refused: `it is of an unknown version, ${wrapped[0]}` }
  if (wrapped.byteLength !== WRAPPED_BYTES) return { refused: 'it has the wrong length' }
  const tagAt = WRAPPED_BYTES - TAG_BYTES
  const nonce = wrapped.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, binding.wrappingKey, nonce, {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(associatedData(binding.context))
  decipher.setAuthTag(wrapped.subarray(tagAt))
  try {
    const opened = decipher.update(wrapped.subarray(1 + NONCE_BYTES, tagAt))
    return new Uint8Array(Buffer.concat([opened, decipher.final()]))
  } catch {
    // The cipher says no more than that; its error carries nothing to keep.
    return { refused: 'it was wrapped by another key or for another context, or it is damaged' }
  }
}

function associatedData(context: KeyContext): Uint8Array {
  const sorted = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(Object.fromEntries(sorted)))
}
