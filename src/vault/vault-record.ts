// The vault record: which key opens a vault, and what that key keeps. Plain JSON with a line that
// authenticates it under the vault key itself.

import type { KeyService } from '../keys/index.ts'
import { Answer, type VaultId } from '../model/index.ts'
import { ObjectDiffers, type ObjectName, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, deriveKey, domainOf, keyedHash, sameBytes } from './hashing.ts'
import { checkFormat, readJson } from './json-record.ts'
import type { ObjectKey } from './sealed-object.ts'
import { KEY_BYTES, unwrapKey, wrapKey } from './sealing.ts'
import { recordObject, recordObjects } from './vault-files.ts'
import { type ObjectKind, wholeObject } from './whole-object.ts'

const NEWLINE = 0x0a
/** Room for some thousands of versions of the vault key. */
export const RECORD_BYTES_MAX = 1024 * 1024
const VAULT_RECORD: ObjectKind = { what: 'a vault record', bytesMax: RECORD_BYTES_MAX }

/** One version of a vault key as a record keeps it. */
export interface WrappedVaultKey {
  readonly version: number
  readonly keyArn: string
  readonly wrapped: Uint8Array
}

/** An opened record. */
export interface VaultKeys {
  /** The record's own number. */
  readonly number: number
  /** Every version there was, the current one included. */
  readonly wrappedVaultKeys: readonly WrappedVaultKey[]
  /** Earlier versions by now unwrapped, so that the key service is asked once for each. */
  readonly earlier: Map<number, Uint8Array>
  readonly keyVersion: number
  readonly keyArn: string
  readonly vaultKey: Uint8Array
  readonly wrappedVaultKey: Uint8Array
  readonly chunkingKey: Uint8Array
  readonly domain: Uint8Array
}

export interface NewVault {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
  readonly keyArn: string
  /** 32 bytes: the account's. */
  readonly chunkingKey: Uint8Array
  readonly random: Random
}

/** What a wrapped vault key is bound to. */
export function keyContext(vaultId: VaultId, keyVersion: number): Record<string, string> {
  return { 'copyhold:vault': vaultId, 'copyhold:key-version': String(keyVersion) }
}

interface KeyPlace {
  readonly vaultId: VaultId
  readonly keys: KeyService
}

/**
 * The vault key that a sealed object's header names: the current one, or another version. The
 * record's wrapping of it comes first, for it may have been renewed under another key of the key
 * service; a version newer than the record that was opened is only in the header.
 */
export async function vaultKeyOf(
  place: KeyPlace,
  current: VaultKeys,
  { keyVersion, keyArn, wrappedVaultKey }: ObjectKey,
): Promise<Uint8Array> {
  const known = await earlierKey(place, current, keyVersion).catch((error: unknown) => {
    if (isUnusable(error)) return undefined
    throw error
  })
  if (known) return known
  const { vaultId, keys } = place
  return keys.unwrap(keyArn, wrappedVaultKey, keyContext(vaultId, keyVersion))
}

/** A version of the vault key as the record keeps it; undefined when it keeps none. */
export async function earlierKey(
  { vaultId, keys }: KeyPlace,
  current: VaultKeys,
  version: number,
): Promise<Uint8Array | undefined> {
  if (version === current.keyVersion) return current.vaultKey
  const known = current.earlier.get(version)
  if (known) return known
  const kept = current.wrappedVaultKeys.find((each) => each.version === version)
  if (!kept) return undefined
  const key = await keys.unwrap(kept.keyArn, kept.wrapped, keyContext(vaultId, version))
  current.earlier.set(version, key)
  return key
}

function isUnusable(error: unknown): boolean {
  return error instanceof Answer && error.failure.code === 'KeyUnusable'
}

/**
 * Writes a new vault's record. Repeating is harmless: a record of the same vault, key and
 * chunking key that is there already is kept; any other throws VaultDamaged.
 */
export async function createVaultFiles(vault: NewVault): Promise<void> {
  const { store, vaultId, keys, random } = vault
  const object = recordObject(vaultId)
  if ((await store.head(object)) === undefined) {
    const vaultKey = random.bytes(KEY_BYTES)
    const wrapped = await keys.wrap(vault.keyArn, vaultKey, keyContext(vaultId, 1))
    try {
      const wrappedVaultKeys = [{ version: 1, keyArn: vault.keyArn, wrapped }]
      await store.put(object, writeRecord({ ...vault, keyVersion: 1, vaultKey, wrappedVaultKeys }))
    } catch (error) {
      // Another attempt was faster: what it wrote is checked like any record that was there.
      if (!(error instanceof ObjectDiffers)) throw error
    }
  }
  const there = await openRecord(vault)
  if (there.keyArn !== vault.keyArn) throw new VaultDamaged(object, 'is under another key')
  if (!sameBytes(there.chunkingKey, vault.chunkingKey)) {
    throw new VaultDamaged(object, 'holds another chunking key')
  }
}

/** Opens the newest record. Throws VaultDamaged, FeatureUnknown, Answer KeyUnusable. */
export async function openRecord(vault: {
  store: ObjectStore
  vaultId: VaultId
  keys: KeyService
}): Promise<VaultKeys> {
  const { store, vaultId, keys } = vault
  const object = (await recordObjects(vault)).at(-1)
  if (object === undefined) {
    throw new VaultDamaged(recordObject(vaultId), 'is missing', { missing: true })
  }
  return readRecord({ vaultId, keys }, object, await wholeObject(store, object, VAULT_RECORD))
}

/** The record in these bytes, proved. Throws as `openRecord`. */
export async function readRecord(
  { vaultId, keys }: KeyPlace,
  object: ObjectName,
  bytes: Uint8Array,
): Promise<VaultKeys> {
  const { text, mac } = splitRecord(bytes, object)
  const json = readJson(text, object)
  checkFormat(json)
  if (json.text('vaultId') !== vaultId) throw new VaultDamaged(object, 'is of another vault')
  const keyVersion = json.count('keyVersion')
  const wrappedVaultKeys = json.objects('wrappedVaultKeys').map((each) => ({
    version: each.count('version'),
    keyArn: each.text('keyArn'),
    wrapped: each.base64('wrapped'),
  }))
  const current = wrappedVaultKeys.find(({ version }) => version === keyVersion)
  if (current === undefined) throw new VaultDamaged(object, 'lacks its own key version')
  const { keyArn, wrapped: wrappedVaultKey } = current
  const vaultKey = await keys.unwrap(keyArn, wrappedVaultKey, keyContext(vaultId, keyVersion))
  if (!sameBytes(mac, recordMac(vaultKey, text))) throw new VaultDamaged(object, 'was altered')
  const chunkingKey = unwrapKey(vaultKey, json.base64('wrappedChunkingKey'))
  if (chunkingKey === undefined) throw new VaultDamaged(object, 'keeps no chunking key')
  const domain = domainOf(chunkingKey)
  if (json.text('domain') !== asBuffer(domain).toString('hex')) {
    throw new VaultDamaged(object, 'names another domain than its chunking key’s')
  }
  const number = Number(object.slice(object.lastIndexOf('/') + 1))
  const opened = { keyVersion, keyArn, vaultKey, wrappedVaultKey, chunkingKey, domain }
  return { ...opened, number, wrappedVaultKeys, earlier: new Map() }
}

/** A record to the byte. */
export function writeRecord(record: {
  readonly vaultId: VaultId
  readonly keyVersion: number
  readonly vaultKey: Uint8Array
  readonly wrappedVaultKeys: readonly WrappedVaultKey[]
  readonly chunkingKey: Uint8Array
}): Uint8Array {
  const { vaultId, keyVersion, vaultKey, wrappedVaultKeys, chunkingKey } = record
  const keyArn = wrappedVaultKeys.find(({ version }) => version === keyVersion)?.keyArn
  const text = new TextEncoder().encode(
    JSON.stringify({
      format: 1,
      incompatible: [],
      vaultId,
      keyVersion,
      keyArn,
      wrappedVaultKeys: wrappedVaultKeys.map((each) => ({
        ...each,
        wrapped: asBuffer(each.wrapped).toString('base64'),
      })),
      wrappedChunkingKey: asBuffer(wrapKey(vaultKey, chunkingKey)).toString('base64'),
      domain: asBuffer(domainOf(chunkingKey)).toString('hex'),
    }),
  )
  const mac = asBuffer(recordMac(vaultKey, text)).toString('hex')
  return new Uint8Array(Buffer.concat([text, Buffer.from(`\n${mac}\n`)]))
}

function recordMac(vaultKey: Uint8Array, text: Uint8Array): Uint8Array {
  return keyedHash(deriveKey('vault record mac', vaultKey), text)
}

function splitRecord(bytes: Uint8Array, object: string): { text: Uint8Array; mac: Uint8Array } {
  const end = bytes.indexOf(NEWLINE)
  const line = end < 0 ? '' : asBuffer(bytes.subarray(end)).toString('latin1')
  if (!/^\n[0-9a-f]{64}\n$/.test(line)) throw new VaultDamaged(object, 'lacks its last line')
  return { text: bytes.subarray(0, end), mac: Buffer.from(line.trim(), 'hex') }
}
