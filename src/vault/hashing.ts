// Every use of BLAKE3 in the vault, each with its own context so that no key serves two purposes.

import { Blake3Hasher, blake3 } from '@napi-rs/blake-hash'
import { type PackName, parsePackName } from '../model/index.ts'

const CONTEXT = 'copyhold 2026 format 1 '

export type KeyPurpose = 'domain' | 'gear table' | 'pack key commitment' | 'vault record mac'

/** BLAKE3's derive-key mode: 32 bytes that tell nothing of `key`. */
export function deriveKey(purpose: KeyPurpose, key: Uint8Array): Uint8Array {
  return Blake3Hasher.deriveKey(CONTEXT + purpose, key)
}

/** 32 bytes: BLAKE3 of `bytes` keyed with `key`. */
export function keyedHash(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return Blake3Hasher.newKeyed(asBuffer(key)).update(bytes).digestBuffer()
}

/** The 16 bytes that say whose chunk ids these are. */
export function domainOf(chunkingKey: Uint8Array): Uint8Array {
  return deriveKey('domain', chunkingKey).subarray(0, DOMAIN_BYTES)
}

/** The name a pack's bytes have. */
export function packNameOf(bytes: Uint8Array): PackName {
  return parsePackName(blake3(bytes).toString('hex'))
}

export function commitmentOf(dataKey: Uint8Array): Uint8Array {
  return deriveKey('pack key commitment', dataKey)
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A copy of its own: `slice` of a Buffer would share the memory. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

export const ID_BYTES = 32
export const DOMAIN_BYTES = 16
