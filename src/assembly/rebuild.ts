// `vault rebuild-catalog`: a new catalog for a data folder out of what its stores and its keyring
// hold. Works on a file of its own and gives it the catalog's name last, so that it may be run
// again whenever it was interrupted. No server may run on the folder meanwhile.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { discardCatalog, openCatalog, ownFolder, replaceCatalog } from '../catalog/index.ts'
import type { RegionToRead } from '../jobs/index.ts'
import { rebuildCatalog as fillCatalog } from '../jobs/index.ts'
import type { KeyService } from '../keys/index.ts'
import { openKeyring } from '../keys/index.ts'
import type { RebuildReport, RegionName } from '../model/index.ts'
import { type ObjectStore, openDiskStore } from '../store/index.ts'
import { deleteVaultFiles, listVaults, openVault } from '../vault/index.ts'
import { realDisk, systemClock, systemRandom } from '../world/index.ts'
import { arrangeServe } from './arrangement.ts'
import { openConfiguration } from './configuration-file.ts'
import type { DataFolder } from './data-folder.ts'
import { coldRoot, dataFolder, regionsOf, storeRoot } from './data-folder.ts'
import { openIncarnation } from './incarnation.ts'
import { takeOver } from './store-check.ts'
import { storeDisk } from './store-disk.ts'

export interface RebuiltCatalog extends RebuildReport {
  readonly catalog: string
  /** Where the catalog is that was there before. */
  readonly replaced?: string
}

/** The folder is not one that a server kept its data in. */
export class NoDataFolder extends Error {
  constructor(folder: string) {
    super(
      `there are no stores in ${folder}: give the folder that \`copyhold dev --data\` was given`,
    )
    this.name = 'NoDataFolder'
  }
}

/**
 * Of the folder that `dev --data` had, or that a configuration declares. Throws FolderInUse while a
 * server has the folder, NoDataFolder, ConfigurationInvalid and Trouble.
 */
export async function rebuildCatalog(
  options: { readonly dataDir: string } | { readonly configFile: string },
): Promise<RebuiltCatalog> {
  const data = 'dataDir' in options ? dataFolder(path.resolve(options.dataDir)) : declared(options)
  if (regionsOf(data).length === 0) throw new NoDataFolder(data.folder)
  const owner = ownFolder({ folder: data.folder })
  try {
    const report = await buildAnew(data)
    const replaced = await replaceCatalog(realDisk, {
      from: data.newCatalogFile,
      to: data.catalogFile,
    })
    return { catalog: data.catalogFile, ...(replaced ? { replaced } : {}), ...report }
  } finally {
    owner.release()
  }
}

function declared({ configFile }: { readonly configFile: string }): DataFolder {
  const { data } = arrangeServe({ mode: 'serve', configuration: openConfiguration(configFile) })
  return data
}

async function buildAnew(data: DataFolder): Promise<RebuildReport> {
  await discardCatalog(realDisk, data.newCatalogFile)
  const keys = await openKeyring({ folder: data.keyring, disk: realDisk, random: systemRandom })
  const regions: RegionToRead[] = []
  const places: Parameters<typeof takeOver>[1][] = []
  for (const region of regionsOf(data)) {
    const warm = await openRegion(storeRoot(data, region), region, keys)
    regions.push(warm)
    places.push({ place: { region, isCold: false }, store: warm.store })
    const cold = coldRoot(data, region)
    if (cold !== undefined && existsSync(cold)) {
      const opened = await openRegion(cold, region, keys)
      regions.push({ ...opened, isCold: true })
      places.push({ place: { region, isCold: true }, store: opened.store })
    }
  }
  const catalog = await openCatalog({ file: data.newCatalogFile })
  try {
    const world = { clock: systemClock, random: systemRandom }
    const report = await fillCatalog({ ...world, catalog, keys, regions })
    // A catalog made anew is another one: whoever had the stores before stops.
    const incarnation = await openIncarnation(catalog, data.newCatalogFile)
    for (const each of places) await takeOver({ catalog, incarnation }, each)
    return report
  } finally {
    // The last connection to close leaves everything in the one file.
    await catalog.close()
  }
}

async function openRegion(
  root: string,
  region: RegionName,
  keys: KeyService,
): Promise<RegionToRead & { readonly store: ObjectStore }> {
  const store = await openDiskStore({ root, disk: storeDisk, random: systemRandom })
  await store.removeStrays()
  return {
    store,
    region,
    vaultIds: () => listVaults(store),
    open: (vaultId) => openVault({ store, vaultId, keys }),
    remove: (permit) => deleteVaultFiles({ store, permit }),
  }
}
