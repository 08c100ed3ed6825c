// The objects of a vault by name, without any key: listing for the sweep, deletion for the purge.

import {
  type PackName,
  type PointId,
  parsePackName,
  parsePointId,
  parseVaultId,
  type VaultId,
} from '../model/index.ts'
import { type ObjectName, type ObjectStore, objectName } from '../store/index.ts'

export function packObject(vaultId: VaultId, name: PackName): ObjectName {
  return objectName(`${vaultId}/packs/${name.slice(0, 2)}/${name}`)
}

export function manifestObject(vaultId: VaultId, pointId: PointId): ObjectName {
  return objectName(`${vaultId}/points/${pointId}`)
}

/** The vault's record; rotation of its key will write higher numbers. */
export function recordObject(vaultId: VaultId): ObjectName {
  return objectName(`${vaultId}/vault/00000001`)
}

/** The fact record of that number, from 1. */
export function factObject(vaultId: VaultId, number: number): ObjectName {
  return objectName(`${vaultId}/facts/${String(number).padStart(FACT_DIGITS, '0')}`)
}

const FACT_DIGITS = 12

/** Numbers of the fact records in the store, ascending. */
export async function* listFactRecords({ store, vaultId }: Place): AsyncIterable<number> {
  for await (const object of store.list(`${vaultId}/facts/`)) {
    const last = object.slice(object.lastIndexOf('/') + 1)
    if (/^[0-9]{12}$/.test(last) && Number(last) > 0) yield Number(last)
  }
}

/** The map whose bytes have this BLAKE3, in 64 hexadecimal digits. */
export function mapObject(vaultId: VaultId, name: string): ObjectName {
  return objectName(`${vaultId}/maps/${name}`)
}

/** The maps in the store. */
export async function* listMaps({ store, vaultId }: Place): AsyncIterable<ObjectName> {
  for await (const object of store.list(`${vaultId}/maps/`)) {
    if (/\/maps\/[0-9a-f]{64}$/.test(object)) yield object
  }
}

/** Ids of the vaults in the store: whatever lies below a name that can be a vault's id. */
export async function* listVaults(store: ObjectStore): AsyncIterable<VaultId> {
  let before = ''
  for await (const object of store.list('')) {
    const first = object.slice(0, object.indexOf('/'))
    if (first === before || !/^[0-9a-f]{32}$/.test(first)) continue
    before = first
    yield parseVaultId(first)
  }
}

/** The vault's records in the store, oldest first. */
export async function recordObjects({ store, vaultId }: Place): Promise<ObjectName[]> {
  const names: ObjectName[] = []
  for await (const name of store.list(`${vaultId}/vault/`)) {
    if (/\/\d{8}$/.test(name)) names.push(name)
  }
  return names
}

interface Place {
  readonly store: ObjectStore
  readonly vaultId: VaultId
}

/** Names of the packs in the store, in order. Objects not named like packs are left out. */
export async function* listPacks({ store, vaultId }: Place): AsyncIterable<PackName> {
  for await (const object of store.list(`${vaultId}/packs/`)) {
    const last = object.slice(object.lastIndexOf('/') + 1)
    if (/^[0-9a-f]{64}$/.test(last)) yield parsePackName(last)
  }
}

/** Ids of the recovery points whose manifest lies in the store, in order. */
export async function* listPoints({ store, vaultId }: Place): AsyncIterable<PointId> {
  for await (const object of store.list(`${vaultId}/points/`)) {
    const last = object.slice(object.lastIndexOf('/') + 1)
    if (/^[0-9A-F-]{36}$/.test(last)) yield parsePointId(last)
  }
}

/** Gone when it resolves; absent is fine. Who may call this is the sweep's business. */
export async function deletePack({ store, vaultId }: Place, name: PackName): Promise<void> {
  await store.delete(packObject(vaultId, name))
}

/**
 * Deletes a whole vault: manifests first, then everything else, its record last, so that whatever
 * is left after a crash still names the vault. Repeating is harmless.
 */
export async function deleteVaultFiles({ store, vaultId }: Place): Promise<void> {
  for (const folder of ['points/', 'packs/', 'facts/', '']) {
    const names: ObjectName[] = []
    for await (const name of store.list(`${vaultId}/${folder}`)) names.push(name)
    for (const name of names) await store.delete(name)
  }
}
