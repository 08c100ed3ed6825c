// An object of a vault that says in plain which key opens it and keeps the rest sealed: magic,
// header length, header (JSON), body. The header is believed only after the body's seal has proved
// it, for it is what the body is bound to. Manifests and fact records are such objects.

import type { VaultId } from '../model/index.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, sameBytes } from './hashing.ts'
import { checkFormat, type JsonObject, readJson } from './json-record.ts'
import { openSealed, sealInto, TAG_BYTES, unwrapKey, wrapKey } from './sealing.ts'

const HEADER_BYTES_MAX = 64 * 1024

/** The vault key that wraps the key of an object. */
export interface SealingKey {
  readonly vaultId: VaultId
  readonly keyVersion: number
  readonly keyArn: string
  readonly vaultKey: Uint8Array
  readonly wrappedVaultKey: Uint8Array
}

/** Which vault key opens an object, as its header says. */
export interface ObjectKey {
  readonly vaultId: string
  readonly keyVersion: number
  readonly keyArn: string
  readonly wrappedVaultKey: Uint8Array
}

/** An object taken apart; nothing is proved yet. */
export interface SplitObject {
  readonly json: JsonObject
  readonly key: ObjectKey
  /** Everything before the body: what the body is bound to. */
  readonly associated: Uint8Array
  readonly body: Uint8Array
}

export interface ObjectToSeal {
  /** 8 ASCII characters. */
  readonly magic: string
  /** Members of the header that tell what the object is. */
  readonly about: Readonly<Record<string, string | number>>
  /** Features without which it cannot be understood; none when left out. */
  readonly incompatible?: readonly string[]
  readonly plain: Uint8Array
  readonly sealing: SealingKey
  /** The header's member that keeps the object's own key, wrapped. */
  readonly keyMember: string
  /** Must be fresh: it seals this one body, under nonce 0. */
  readonly key: Uint8Array
}

/** The whole object. */
export function sealObject(object: ObjectToSeal): Uint8Array {
  const { about, plain, sealing, key } = object
  const header = new TextEncoder().encode(
    JSON.stringify({
      format: 1,
      incompatible: object.incompatible ?? [],
      vaultId: sealing.vaultId,
      ...about,
      keyVersion: sealing.keyVersion,
      keyArn: sealing.keyArn,
      wrappedVaultKey: asBuffer(sealing.wrappedVaultKey).toString('base64'),
      [object.keyMember]: asBuffer(wrapKey(sealing.vaultKey, key)).toString('base64'),
    }),
  )
  const magic = new TextEncoder().encode(object.magic)
  const begin = new ByteWriter(magic.length + 4 + header.length)
  begin.raw(magic)
  begin.u32(header.length)
  begin.raw(header)
  const associated = begin.bytes()
  const whole = new Uint8Array(associated.length + plain.length + TAG_BYTES)
  whole.set(associated)
  sealInto(whole, associated.length, plain, { key, ordinal: 0n, associated })
  return whole
}

/** Takes an object apart and checks that this version may read it. `what` is said of others. */
export function splitObject(
  bytes: Uint8Array,
  of: { readonly object: string; readonly magic: string; readonly what: string },
): SplitObject {
  const { object, what } = of
  const reader = new ByteReader(bytes, object)
  const magic = new TextEncoder().encode(of.magic)
  if (!sameBytes(reader.raw(magic.length), magic)) reader.fail(`does not begin like a ${what}`)
  const headerBytes = reader.u32()
  if (headerBytes > HEADER_BYTES_MAX) reader.fail('has a header of an impossible length')
  const json = readJson(reader.raw(headerBytes), object)
  checkFormat(json)
  return {
    json,
    key: {
      vaultId: json.text('vaultId'),
      keyVersion: json.count('keyVersion'),
      keyArn: json.text('keyArn'),
      wrappedVaultKey: json.base64('wrappedVaultKey'),
    },
    associated: bytes.subarray(0, reader.offset),
    body: bytes.subarray(reader.offset),
  }
}

/** The body's plaintext, which proves the header too. Throws VaultDamaged. */
export function openBody(
  split: Pick<SplitObject, 'associated' | 'body'>,
  by: { readonly vaultKey: Uint8Array; readonly wrappedKey: Uint8Array; readonly object: string },
): Uint8Array {
  const { associated, body } = split
  const key = unwrapKey(by.vaultKey, by.wrappedKey)
  if (key === undefined) throw new VaultDamaged(by.object, 'the vault key did not wrap its key')
  const plain = openSealed(body, { key, ordinal: 0n, associated })
  if (plain === undefined) throw new VaultDamaged(by.object, 'fails its seal')
  return plain
}
