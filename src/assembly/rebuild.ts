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
import { BadId, parseRegionName } from '../model/index.ts'
import { openDiskStore } from '../store/index.ts'
import { deleteVaultFiles, listVaults, openVault } from '../vault/index.ts'
import { realDisk, systemClock, systemRandom } from '../world/index.ts'
import { regionFolders } from './catalog-check.ts'
import type { DataFolder } from './data-folder.ts'
import { dataFolder, storeRoot } from './data-folder.ts'

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

/** Throws FolderInUse while a server has the folder, NoDataFolder, and Trouble. */
export async function rebuildCatalog(options: {
  readonly dataDir: string
}): Promise<RebuiltCatalog> {
  const data = dataFolder(path.resolve(options.dataDir))
  if (!existsSync(data.stores)) throw new NoDataFolder(data.folder)
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

async function buildAnew(data: DataFolder): Promise<RebuildReport> {
  await discardCatalog(realDisk, data.newCatalogFile)
  const keys = await openKeyring({ folder: data.keyring, disk: realDisk, random: systemRandom })
  const regions: RegionToRead[] = []
  for (const name of regionFolders(data)) {
    const region = regionOf(name)
    if (region) regions.push(await openRegion(data, region, keys))
  }
  const catalog = await openCatalog({ file: data.newCatalogFile })
  try {
    const world = { clock: systemClock, random: systemRandom }
    return await fillCatalog({ ...world, catalog, keys, regions })
  } finally {
    // The last connection to close leaves everything in the one file.
    await catalog.close()
  }
}

/** Undefined for a folder that is somebody else's. */
function regionOf(name: string): RegionName | undefined {
  try {
    return parseRegionName(name)
  } catch (error) {
    if (error instanceof BadId) return undefined
    throw error
  }
}

async function openRegion(
  data: DataFolder,
  region: RegionName,
  keys: KeyService,
): Promise<RegionToRead> {
  const root = storeRoot(data, region)
  const store = await openDiskStore({ root, disk: realDisk, random: systemRandom })
  await store.removeStrays()
  return {
    region,
    vaultIds: () => listVaults(store),
    open: (vaultId) => openVault({ store, vaultId, keys }),
    remove: (vaultId) => deleteVaultFiles({ store, vaultId }),
  }
}
