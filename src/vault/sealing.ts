// AES-256-GCM and AES key wrap as format 1 uses them. Callers choose nonces and associated data;
// docs/format.md argues why no nonce repeats under one key.

import { createCipheriv, createDecipheriv } from 'node:crypto'

export const TAG_BYTES = 16
export const KEY_BYTES = 32
/** A 32-byte key under AES key wrap. */
export const WRAPPED_KEY_BYTES = 40

/**
 * Node allocates each answer of `update`. One of this size comes from memory that was just freed
 * and is still in the core's own cache; larger ones (128 KiB and more) are mapped anew each time.
 */
const SLICE_BYTES = 64 * 1024
const NONCE_BYTES = 12
const KEY_WRAP_IV = new Uint8Array(8).fill(0xa6)

/** 4 zero bytes and the ordinal. */
export function nonceOf(ordinal: bigint): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES)
  new DataView(nonce.buffer).setBigUint64(4, ordinal, true)
  return nonce
}

export interface Seal {
  readonly key: Uint8Array
  readonly ordinal: bigint
  readonly associated: Uint8Array
}

/** Writes the ciphertext and its tag to `into` at `at`; says how many bytes that was. */
export function sealInto(into: Uint8Array, at: number, plain: Uint8Array, seal: Seal): number {
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonceOf(seal.ordinal))
  cipher.setAAD(seal.associated)
  let end = at
  for (let start = 0; start < plain.length; start += SLICE_BYTES) {
    const slice = cipher.update(plain.subarray(start, start + SLICE_BYTES))
    into.set(slice, end)
    end += slice.length
    free(slice)
  }
  cipher.final()
  into.set(cipher.getAuthTag(), end)
  return end + TAG_BYTES - at
}

/** The plaintext, or undefined when key, ordinal, associated data or any byte is wrong. */
export function openSealed(sealed: Uint8Array, seal: Seal): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', seal.key, nonceOf(seal.ordinal))
  decipher.setAAD(seal.associated)
  decipher.setAuthTag(sealed.subarray(end))
  // In one piece: what `update` allocates is what is returned, and nothing is copied.
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    // The one thing `final` checks is the tag.
    return undefined
  }
  return plain
}

/**
 * Out of one seal into another, in place: `sealed` has the same length and content afterwards,
 * under the other key. False when it fails the first seal; then its bytes are good for nothing.
 */
export function resealInPlace(sealed: Uint8Array, from: Seal, to: Seal): boolean {
  const end = sealed.length - TAG_BYTES
  if (end < 0) return false
  const decipher = createDecipheriv('aes-256-gcm', from.key, nonceOf(from.ordinal))
  decipher.setAAD(from.associated)
  decipher.setAuthTag(sealed.subarray(end))
  const cipher = createCipheriv('aes-256-gcm', to.key, nonceOf(to.ordinal))
  cipher.setAAD(to.associated)
  for (let start = 0; start < end; start += SLICE_BYTES) {
    const slice = sealed.subarray(start, Math.min(start + SLICE_BYTES, end))
    const plain = decipher.update(slice)
    const other = cipher.update(plain)
    slice.set(other)
    free(plain)
    free(other)
  }
  try {
    decipher.final()
  } catch {
    // The one thing `final` checks is the tag.
    return false
  }
  cipher.final()
  sealed.set(cipher.getAuthTag(), end)
  return true
}

/**
 * Gives the memory of bytes that nobody will look at any more back at once: left to the garbage
 * collector, a gigabyte of slices makes it run a hundred times. Parts of buffers that are larger by
 * more than `spareBytes` stay.
 */
export function free(slice: Uint8Array | Uint32Array, spareBytes = 0): void {
  const { byteLength, buffer } = slice
  if (byteLength + spareBytes >= buffer.byteLength) (buffer as ArrayBuffer).transfer(0)
}

/** RFC 3394: 40 bytes for a 32-byte key. */
export function wrapKey(wrapping: Uint8Array, key: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes, not ${key.length}`)
  const cipher = createCipheriv('id-aes256-wrap', wrapping, KEY_WRAP_IV)
  return new Uint8Array(Buffer.concat([cipher.update(key), cipher.final()]))
}

/** The key, or undefined when it was not wrapped under `wrapping`. */
export function unwrapKey(wrapping: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  if (wrapped.length !== WRAPPED_KEY_BYTES) return undefined
  const decipher = createDecipheriv('id-aes256-wrap', wrapping, KEY_WRAP_IV)
  try {
    return new Uint8Array(Buffer.concat([decipher.update(wrapped), decipher.final()]))
  } catch {
    // Key wrap has one check, and it failed.
    return undefined
  }
}
