// Giving a vault a new key: the next vault record, under a key drawn for it. Points and packs are
// not touched: what was sealed before is opened by the versions that every record keeps.

import type { KeyService } from '../keys/index.ts'
import { Answer, type VaultId } from '../model/index.ts'
import { ObjectDiffers, type ObjectStore } from '../store/index.ts'
import type { Random } from '../world/index.ts'
import { KEY_BYTES } from './sealing.ts'
import { recordObject } from './vault-files.ts'
import {
  earlierKey,
  keyContext,
  openRecord,
  RECORD_BYTES_MAX,
  readRecord,
  type VaultKeys,
  type WrappedVaultKey,
  writeRecord,
} from './vault-record.ts'

export interface Rotation {
  readonly store: ObjectStore
  readonly vaultId: VaultId
  readonly keys: KeyService
  readonly random: Random
  /**
   * The key of the key service to wrap under from now on, earlier versions too, so that the one
   * before is not needed any more. The same as before when absent.
   */
  readonly keyArn?: string | undefined
}

/** What a vault's newest record says of its key. */
export interface CurrentKey {
  readonly keyVersion: number
  readonly keyArn: string
}

/** How often others may be faster. */
const ATTEMPTS_MAX = 8

/**
 * Draws the vault's next key; its record is durable when it resolves. Another rotation that came
 * first is this one too, if it ended under the same key. Throws Answer KeyUnusable, with nothing
 * changed, when the key before, the key wanted or, for another key than before, one of the earlier
 * ones cannot be used; VaultDamaged and FeatureUnknown as `openVault`.
 */
export async function rotateVaultKey(rotation: Rotation): Promise<CurrentKey> {
  const { store, vaultId, keys } = rotation
  const first = await openRecord(rotation)
  const keyArn = rotation.keyArn ?? first.keyArn
  for (let attempt = 1, before = first; ; attempt += 1) {
    const object = recordObject(vaultId, before.number + 1)
    const bytes = await nextRecord({ ...rotation, keyArn }, before)
    // Proved before anyone relies on it.
    await readRecord({ vaultId, keys }, object, bytes)
    try {
      await store.put(object, bytes)
    } catch (error) {
      if (!(error instanceof ObjectDiffers) || attempt === ATTEMPTS_MAX) throw error
      before = await openRecord(rotation)
      if (before.keyArn !== keyArn) continue
    }
    return openRecord(rotation)
  }
}

async function nextRecord(
  rotation: Rotation & { readonly keyArn: string },
  before: VaultKeys,
): Promise<Uint8Array> {
  const { vaultId, keys, keyArn, random } = rotation
  const keyVersion = 1 + Math.max(...before.wrappedVaultKeys.map(({ version }) => version))
  const vaultKey = random.bytes(KEY_BYTES)
  const earlier: WrappedVaultKey[] = []
  for (const each of before.wrappedVaultKeys) {
    earlier.push(await wrappedUnder(rotation, before, each))
  }
  const wrapped = await keys.wrap(keyArn, vaultKey, keyContext(vaultId, keyVersion))
  const wrappedVaultKeys = [...earlier, { version: keyVersion, keyArn, wrapped }]
  const { chunkingKey } = before
  const bytes = writeRecord({ vaultId, keyVersion, vaultKey, wrappedVaultKeys, chunkingKey })
  if (bytes.length <= RECORD_BYTES_MAX) return bytes
  throw new Answer({ code: 'Internal', reason: 'the vault’s record has no room for another key' })
}

/** As it is where it was wrapped under that key already, or the key stays the same. */
async function wrappedUnder(
  { vaultId, keys, keyArn }: Rotation & { readonly keyArn: string },
  before: VaultKeys,
  kept: WrappedVaultKey,
): Promise<WrappedVaultKey> {
  if (kept.keyArn === keyArn || keyArn === before.keyArn) return kept
  const { version } = kept
  const key = await earlierKey({ vaultId, keys }, before, version)
  if (!key) return kept
  return { version, keyArn, wrapped: await keys.wrap(keyArn, key, keyContext(vaultId, version)) }
}
