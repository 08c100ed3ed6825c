// The vault record: which key opens a vault, and what that key keeps. Plain JSON with a line that
// authenticates it under the vault key itself.

import type { KeyService } from '../keys/index.ts'
import type { VaultId } from '../model/index.ts'
import { ObjectDiffers, ObjectMissing, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { VaultDamaged } from './damage.ts'
import { asBuffer, deriveKey, domainOf, keyedHash, sameBytes } from './hashing.ts'
import { checkFormat, readJson } from './json-record.ts'
import type { ObjectKey } from './sealed-object.ts'
import { KEY_BYTES, unwrapKey, wrapKey } from './sealing.ts'
import { recordObject, recordObjects } from './vault-files.ts'

const NEWLINE = 0x0a
const RECORD_BYTES_MAX = 1024 * 1024

/** An opened record. */
export interface VaultKeys {
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

/** The vault key that a sealed object's header names: the current one, or an earlier one. */
export async function vaultKeyOf(
  { vaultId, keys }: { readonly vaultId: VaultId; readonly keys: KeyService },
  current: VaultKeys,
  { keyVersion, keyArn, wrappedVaultKey }: ObjectKey,
): Promise<Uint8Array> {
  if (keyVersion === current.keyVersion) return current.vaultKey
  return keys.unwrap(keyArn, wrappedVaultKey, keyContext(vaultId, keyVersion))
}

/**
 * Writes a new vault's record. Repeating is harmless: a record of the same vault, key and
 * chunking key that is there already is kept; any other throws VaultDamaged.
 */
export async function createVaultFiles(vault: NewVault): Promise<void> {
  const { store, vaultId, keys, random } = vault
  const object = recordObject(vaultId)
  if ((await store.head(object)) === undefined) {
    await keys.ensureKey(vault.keyArn)
    const vaultKey = random.bytes(KEY_BYTES)
    const wrapped = await keys.wrap(vault.keyArn, vaultKey, keyContext(vaultId, 1))
    try {
      await store.put(object, writeRecord(vault, vaultKey, wrapped))
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
  const { text, mac } = splitRecord(await readRecord(store, object), object)
  const json = readJson(text, object)
  checkFormat(json)
  if (json.text('vaultId') !== vaultId) throw new VaultDamaged(object, 'is of another vault')
  const keyVersion = json.count('keyVersion')
  const current = json.objects('wrappedVaultKeys').find((k) => k.count('version') === keyVersion)
  if (current === undefined) throw new VaultDamaged(object, 'lacks its own key version')
  const keyArn = current.text('keyArn')
  const wrappedVaultKey = current.base64('wrapped')
  const vaultKey = await keys.unwrap(keyArn, wrappedVaultKey, keyContext(vaultId, keyVersion))
  if (!sameBytes(mac, recordMac(vaultKey, text))) throw new VaultDamaged(object, 'was altered')
  const chunkingKey = unwrapKey(vaultKey, json.base64('wrappedChunkingKey'))
  if (chunkingKey === undefined) throw new VaultDamaged(object, 'keeps no chunking key')
  const domain = domainOf(chunkingKey)
  if (json.text('domain') !== asBuffer(domain).toString('hex')) {
    throw new VaultDamaged(object, 'names another domain than its chunking key’s')
  }
  return { keyVersion, keyArn, vaultKey, wrappedVaultKey, chunkingKey, domain }
}

function writeRecord(vault: NewVault, vaultKey: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const { vaultId, keyArn, chunkingKey } = vault
  const text = new TextEncoder().encode(
    JSON.stringify({
      format: 1,
      incompatible: [],
      vaultId,
      keyVersion: 1,
      keyArn,
      wrappedVaultKeys: [{ version: 1, keyArn, wrapped: asBuffer(wrapped).toString('base64') }],
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

async function readRecord(
  store: ObjectStore,
  object: ReturnType<typeof recordObject>,
): Promise<Uint8Array> {
  const head = await store.head(object)
  if (head !== undefined && head.sizeBytes > RECORD_BYTES_MAX) {
    throw new VaultDamaged(object, 'is too large for a vault record')
  }
  try {
    return await store.get(object)
  } catch (error) {
    if (!(error instanceof ObjectMissing)) throw error
    throw new VaultDamaged(object, 'is missing', { missing: true, cause: error })
  }
}
