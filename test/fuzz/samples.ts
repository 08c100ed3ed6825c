// One plaintext of every kind of object, out of a real vault with a recovery point, and a vault
// whose record can be replaced by one that is authenticated under the right key.

import type { KeyService } from '../../src/keys/index.ts'
import type { VaultId } from '../../src/model/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { deriveKey, keyedHash } from '../../src/vault/hashing.ts'
import { fetchBlock, openTable } from '../../src/vault/pack-fetch.ts'
import { HEADER_BYTES, TRAILER_BYTES } from '../../src/vault/pack-format.ts'
import { writeMap } from '../../src/vault/pack-map.ts'
import { openBody, splitObject } from '../../src/vault/sealed-object.ts'
import { manifestObject, packObject, recordObject } from '../../src/vault/vault-files.ts'
import { openRecord } from '../../src/vault/vault-record.ts'
import {
  altering,
  makeVault,
  node,
  point,
  seededRandom,
  vaultIdOf,
  writePoint,
} from '../../src/vault/vault-world.suite.ts'

export interface Samples {
  readonly manifest: Uint8Array
  readonly table: Uint8Array
  readonly block: Uint8Array
  readonly map: Uint8Array
  readonly object: Uint8Array
  readonly facts: Uint8Array
}

/** A vault whose record's first line can be changed. */
export interface Authenticated {
  readonly record: Uint8Array
  readonly place: { readonly vaultId: VaultId; readonly keys: KeyService }
  /** The vault's store with this first line, authenticated. */
  withRecord(line: Uint8Array): ObjectStore
}

const identity = { device: 1n, inode: 2n, ctimeNs: 3n }
const content = (n: number) => seededRandom(`file ${n}`).bytes(3_000 * n)
const TREE = [
  node('', 'directory'),
  node('a', 'directory'),
  node('a/big', 'file', { content: content(9), identity }),
  node('a/hole', 'file', { content: new Uint8Array(50_000) }),
  node('a/small', 'file', { content: content(1) }),
  node('b', 'symlink', { target: 'a/small' }),
  node('c', 'hardlink', { target: 'a/small' }),
]

/** The samples, made anew. */
export async function samples(): Promise<Samples & { authenticated: Authenticated }> {
  const { vault, store, keys, random, ...rest } = await makeVault(1)
  const { manifest } = await writePoint({ vault, store, keys, random, ...rest }, TREE)
  const vaultId = vaultIdOf(1)
  const { vaultKey } = await openRecord({ store, vaultId, keys })
  const name = manifestObject(vaultId, point(1))
  const object = await store.get(name)
  const split = splitObject(object, { object: name, magic: 'CHPOINT1', what: 'manifest' })
  const wrappedKey = split.json.base64('wrappedManifestKey')
  const [ref] = manifest.packs
  const [first] = manifest.entryBlocks
  if (!ref || !first) throw new Error('the point has neither packs nor entries')
  const pack = await store.get(packObject(vaultId, ref.name))
  const trailer = new DataView(pack.buffer, pack.byteOffset + pack.length - TRAILER_BYTES)
  const tableAt = pack.length - TRAILER_BYTES - trailer.getUint32(0, true)
  const sealed = pack.subarray(tableAt, pack.length - TRAILER_BYTES)
  const header = pack.subarray(0, HEADER_BYTES)
  const blockPack = manifest.packs[first.pack]
  if (!blockPack) throw new Error('the entry block is in no pack')
  const mappings = [{ from: { ...ref, ref }, isWhole: true, to: manifest.packs }]
  return {
    manifest: openBody(split, { vaultKey, wrappedKey, object: name }),
    table: openTable({ header, sealed }, ref, 'pack'),
    block: await fetchBlock({ store, vaultId }, blockPack, first),
    map: writeMap(mappings),
    object: object.slice(),
    facts: new TextEncoder().encode(JSON.stringify({ facts: FACTS })),
    authenticated: await authenticated({ store, vaultId, keys, vaultKey }),
  }
}

async function authenticated(of: {
  store: ObjectStore
  vaultId: VaultId
  keys: KeyService
  vaultKey: Uint8Array
}): Promise<Authenticated> {
  const { store, vaultId, keys, vaultKey } = of
  const bytes = await store.get(recordObject(vaultId))
  const record = bytes.slice(0, bytes.indexOf(0x0a))
  return {
    record,
    place: { vaultId, keys },
    withRecord: (line) => {
      const mac = keyedHash(deriveKey('vault record mac', vaultKey), line)
      const last = Buffer.from(`\n${Buffer.from(mac).toString('hex')}\n`)
      const whole = new Uint8Array(Buffer.concat([line, last]))
      return altering(store, (name, there) => (name.includes('/vault/') ? whole : there))
    },
  }
}

const FACTS = [
  {
    kind: 'vault',
    ...{ name: 'daily', arn: 'arn:vault', account: '123456789012', region: 'eu-west-1' },
    ...{ type: 'BACKUP_VAULT', keyArn: 'arn:key', createdAt: 1, tags: { a: 'b' } },
  },
  {
    kind: 'point',
    ...{ pointId: point(1), arn: 'arn:point', status: 'COMPLETED', resourceArn: 'arn:resource' },
    ...{ resourceType: 'EFS', createdAt: 1, initiatedAt: 1, completedAt: 2, backupSizeBytes: 3 },
    ...{ lifecycle: { DeleteAfterDays: 9 }, storageClass: 'WARM', keyArn: 'arn:key' },
    ...{ isParent: false, jobId: point(2), restoreMetadata: {}, tags: { team: 'ops' } },
  },
  { kind: 'point deleted', pointId: point(3) },
]
