// The objects of a vault by name, without any key: listing for the sweep, deletion for the purge.

import {
  type PackName,
  type PointId,
  parsePackName,
  parsePointId,
  parseVaultId,
  type VaultDeletionPermit,
  type VaultId,
} from '../model/index.ts'
import { type ObjectName, type ObjectStore, objectName } from '../store/index.ts'

export function packObject(vaultId: VaultId, name: PackName): ObjectName {
  return objectName(`${vaultId}/packs/${name.slice(0, 2)}/${name}`)
}

/** A point's manifest: the first under its id, later generations in a folder beside it. */
export function manifestObject(vaultId: VaultId, pointId: PointId, generation = 1): ObjectName {
  const first = `${vaultId}/points/${pointId}`
  if (generation === 1) return objectName(first)
  const digits = String(generation).padStart(GENERATION_DIGITS, '0')
  return objectName(`${first}${RESEALED}${digits}`)
}

const GENERATION_DIGITS = 8
const RESEALED = '.resealed/'

/** The numbers of a point's later generations in the store, from 2, ascending. */
export async function laterGenerations(
  { store, vaultId }: Place,
  pointId: PointId,
): Promise<number[]> {
  const found: number[] = []
  for await (const object of store.list(`${vaultId}/points/${pointId}${RESEALED}`)) {
    const digits = object.slice(object.lastIndexOf('/') + 1)
    if (/^[0-9]{8}$/.test(digits) && Number(digits) > 1) found.push(Number(digits))
  }
  return found
}

/**
 * Deletes a point's manifests, or those below a generation; absent is fine. The oldest first, so
 * that whoever looks meanwhile finds the newest or nothing.
 */
export async function deleteGenerations(
  place: Place,
  pointId: PointId,
  { below = Number.POSITIVE_INFINITY }: { readonly below?: number } = {},
): Promise<void> {
  const { store, vaultId } = place
  for (const generation of [1, ...(await laterGenerations(place, pointId))]) {
    if (generation < below) await store.delete(manifestObject(vaultId, pointId, generation))
  }
}

/** Of which point that object is a manifest, of whatever generation; undefined for any other. */
export function pointOfManifest(vaultId: VaultId, object: string): PointId | undefined {
  const folder = `${vaultId}/points/`
  if (!object.startsWith(folder)) return undefined
  const [, id] = MANIFEST_NAME.exec(object.slice(folder.length)) ?? []
  return id === undefined ? undefined : parsePointId(id)
}

/** The vault's record of that number; each change of its key writes the next. */
export function recordObject(vaultId: VaultId, number = 1): ObjectName {
  return objectName(`${vaultId}/vault/${String(number).padStart(RECORD_DIGITS, '0')}`)
}

const RECORD_DIGITS = 8

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

/**
 * Names of the packs in the store, in order, those behind `after` if it is given. Objects not named
 * like packs are left out.
 */
export async function* listPacks(
  { store, vaultId }: Place,
  after?: PackName,
): AsyncIterable<PackName> {
  const behind = after && packObject(vaultId, after)
  for await (const object of store.list(`${vaultId}/packs/`, behind)) {
    const last = object.slice(object.lastIndexOf('/') + 1)
    if (/^[0-9a-f]{64}$/.test(last)) yield parsePackName(last)
  }
}

/** Ids of the recovery points of which a manifest lies in the store, in order, each once. */
export async function* listPoints({ store, vaultId }: Place): AsyncIterable<PointId> {
  const folder = `${vaultId}/points/`
  let before: string | undefined
  for await (const object of store.list(folder)) {
    const [, id] = MANIFEST_NAME.exec(object.slice(folder.length)) ?? []
    if (id === undefined || id === before) continue
    before = id
    yield parsePointId(id)
  }
}

const MANIFEST_NAME = /^([0-9A-F-]{36})(?:\.resealed\/[0-9]{8})?$/

/** Gone when it resolves; absent is fine. Who may call this is the sweep's business. */
export async function deletePack({ store, vaultId }: Place, name: PackName): Promise<void> {
  await store.delete(packObject(vaultId, name))
}

/**
 * Deletes a whole vault: manifests first, then everything else, its record last, so that whatever
 * is left after a crash still names the vault. Repeating is harmless.
 */
export async function deleteVaultFiles(of: {
  readonly store: ObjectStore
  readonly permit: VaultDeletionPermit
}): Promise<void> {
  const { store, permit } = of
  const { vaultId } = permit
  for (const folder of ['points/', 'packs/', 'facts/', '']) {
    const names: ObjectName[] = []
    for await (const name of store.list(`${vaultId}/${folder}`)) names.push(name)
    for (const name of names) await store.delete(name)
  }
}
