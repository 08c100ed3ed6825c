// Where an embedded server keeps what it knows: one folder, laid out here and nowhere else.
//
//   owner.db            held for life by the one process that serves the folder
//   catalog.db          the catalog
//   catalog.db-room     its log, by another name: room that is kept for a full disk
//   catalog-new.db      a catalog that is being made anew
//   catalog-replaced-1.db, …  those that were there before
//   stores/<region>/    the store of each Region: vaults by their ids
//   cold/<region>/      the cold store of each Region, likewise
//   limits.json         what jobs are held to, once somebody has set it
//   clock.json          how far a development server's clock was moved, while it is
//   keys/               the local keyring
//
// A configuration may put stores and keyring elsewhere.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RegionName, ResetPermit } from '../model/index.ts'
import { BadId, parseRegionName } from '../model/index.ts'

export interface DataFolder {
  readonly folder: string
  readonly catalogFile: string
  readonly newCatalogFile: string
  readonly keyring: string
  readonly stores: string
  readonly cold: string
  readonly clockFile: string
  /** Where the store of each Region is, if declared; else below `stores`, for any Region. */
  readonly storesByRegion?: Readonly<Record<string, string>>
  /** Where its cold store is, if declared; where stores are declared it may have none. */
  readonly coldByRegion?: Readonly<Record<string, string>>
}

/** The layout below `folder`, but for what is declared elsewhere. */
export function dataFolder(
  folder: string,
  declared: Partial<Pick<DataFolder, 'keyring' | 'storesByRegion' | 'coldByRegion'>> = {},
): DataFolder {
  return {
    folder,
    catalogFile: path.join(folder, 'catalog.db'),
    newCatalogFile: path.join(folder, 'catalog-new.db'),
    keyring: path.join(folder, 'keys'),
    stores: path.join(folder, 'stores'),
    cold: path.join(folder, 'cold'),
    clockFile: path.join(folder, 'clock.json'),
    ...declared,
  }
}

/** There are vaults in a Region that the configuration gives no store. */
export class RegionUndeclared extends Error {
  constructor(region: RegionName, what: 'store' | 'cold store' = 'store') {
    super(
      `there are vaults in ${region}, and the configuration has no ${what} for it: ` +
        `add the Region to regions, with the ${what} that it had`,
    )
    this.name = 'RegionUndeclared'
  }
}

/** The root of a Region's store. Throws RegionUndeclared. */
export function storeRoot(data: DataFolder, region: RegionName): string {
  if (data.storesByRegion === undefined) return path.join(data.stores, region)
  const root = Object.hasOwn(data.storesByRegion, region) && data.storesByRegion[region]
  if (!root) throw new RegionUndeclared(region)
  return root
}

/** The root of a Region's cold store; undefined where none is declared. */
export function coldRoot(data: DataFolder, region: RegionName): string | undefined {
  if (data.storesByRegion === undefined) return path.join(data.cold, region)
  const declared = data.coldByRegion ?? {}
  return Object.hasOwn(declared, region) ? declared[region] : undefined
}

/** The same where there are points in it. Throws RegionUndeclared. */
export function mustColdRoot(data: DataFolder, region: RegionName): string {
  const root = coldRoot(data, region)
  if (root === undefined) throw new RegionUndeclared(region, 'cold store')
  return root
}

/** The Regions that have a store. */
export function regionsOf(data: DataFolder): RegionName[] {
  if (data.storesByRegion) return Object.keys(data.storesByRegion).map(parseRegionName).sort()
  if (!existsSync(data.stores)) return []
  return readdirSync(data.stores, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => regionNamed(name))
    .sort()
}

/** None for a folder that is somebody else's. */
function regionNamed(name: string): RegionName[] {
  try {
    return [parseRegionName(name)]
  } catch (error) {
    if (error instanceof BadId) return []
    throw error
  }
}

/** Makes the folder `dir`, or a temporary one; `remove` takes a temporary one away again. */
export function makeDataFolder(
  dir: string | undefined,
  declared: Parameters<typeof dataFolder>[1] = {},
): { data: DataFolder; isKept: boolean; remove(): void } {
  if (dir !== undefined) {
    const folder = path.resolve(dir)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return { data: dataFolder(folder, declared), isKept: true, remove: () => {} }
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { data: dataFolder(folder), isKept: false, remove }
}

/** Forgets everything but the lock of the folder: for `reset` in development. */
export function emptyDataFolder(data: DataFolder, permit: ResetPermit): void {
  if (!permit.isGiven) throw new Error('nothing is emptied without a permit')
  for (const suffix of ['', '-wal', '-shm']) rmSync(data.catalogFile + suffix, { force: true })
  rmSync(data.cold, { recursive: true, force: true })
  rmSync(data.stores, { recursive: true, force: true })
  rmSync(data.keyring, { recursive: true, force: true })
  rmSync(data.clockFile, { force: true })
}
