// Where an embedded server keeps what it knows: one folder, laid out here and nowhere else.
//
//   owner.db            held for life by the one process that serves the folder
//   catalog.db          the catalog
//   catalog-new.db      a catalog that is being made anew
//   catalog-replaced-1.db, …  those that were there before
//   stores/<region>/    the store of each Region: vaults by their ids
//   limits.json         what jobs are held to, once somebody has set it
//   clock.json          how far a development server's clock was moved, while it is
//   keys/               the local keyring

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RegionName } from '../model/index.ts'

export interface DataFolder {
  readonly folder: string
  readonly catalogFile: string
  readonly newCatalogFile: string
  readonly keyring: string
  readonly stores: string
  readonly clockFile: string
}

/** The layout below `folder`. */
export function dataFolder(folder: string): DataFolder {
  return {
    folder,
    catalogFile: path.join(folder, 'catalog.db'),
    newCatalogFile: path.join(folder, 'catalog-new.db'),
    keyring: path.join(folder, 'keys'),
    stores: path.join(folder, 'stores'),
    clockFile: path.join(folder, 'clock.json'),
  }
}

/** The root of a Region's store. */
export function storeRoot(data: DataFolder, region: RegionName): string {
  return path.join(data.stores, region)
}

/** Makes the folder `dir`, or a temporary one; `remove` takes a temporary one away again. */
export function makeDataFolder(dir: string | undefined): { data: DataFolder; remove(): void } {
  if (dir !== undefined) {
    const folder = path.resolve(dir)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return { data: dataFolder(folder), remove: () => {} }
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { data: dataFolder(folder), remove }
}

/** Forgets everything but the lock: for `reset` in development. */
export function emptyDataFolder(data: DataFolder): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(data.catalogFile + suffix, { force: true })
  rmSync(data.stores, { recursive: true, force: true })
  rmSync(data.keyring, { recursive: true, force: true })
  rmSync(data.clockFile, { force: true })
}
