// `copyhold admin adopt-store`: a store belongs to the catalog of this data folder from now on. No
// server may run on the folder meanwhile; a server elsewhere that had the store stops using it when
// it looks next: at every opening, and before each sweep.

import path from 'node:path'
import { openCatalog, ownFolder, stores } from '../catalog/index.ts'
import { parseRegionName } from '../model/index.ts'
import { openDiskStore, readIdentity } from '../store/index.ts'
import { systemRandom } from '../world/index.ts'
import { arrangeServe } from './arrangement.ts'
import { openConfiguration } from './configuration-file.ts'
import { dataFolder, mustColdRoot, storeRoot } from './data-folder.ts'
import { openIncarnation } from './incarnation.ts'
import { mustHaveAll, takeOver } from './store-check.ts'
import { storeDisk } from './store-disk.ts'

export interface AdoptOptions {
  readonly from: { readonly dataDir: string } | { readonly configFile: string }
  readonly region: string
  readonly isCold: boolean
  /** Asked before anything is written, with what would be done. */
  confirm(what: string): Promise<boolean>
}

/** False when it was not confirmed. Throws FolderInUse, StoreUnavailable and Trouble. */
export async function adoptStore(options: AdoptOptions): Promise<boolean> {
  const { from, isCold } = options
  const data =
    'dataDir' in from
      ? dataFolder(path.resolve(from.dataDir))
      : arrangeServe({ mode: 'serve', configuration: openConfiguration(from.configFile) }).data
  const region = parseRegionName(options.region)
  const place = { region, isCold }
  const root = isCold ? mustColdRoot(data, region) : storeRoot(data, region)
  const owner = ownFolder({ folder: data.folder })
  try {
    const store = await openDiskStore({
      ...{ root, make: false, disk: storeDisk, random: systemRandom },
    })
    const catalog = await openCatalog({ file: data.catalogFile })
    try {
      const placed = await catalog.read((tx) => stores.placed(tx, place))
      await mustHaveAll(place, store, placed)
      const isForeign = (await readIdentity(store)) !== undefined
      const what =
        `The ${isCold ? 'cold store' : 'store'} of ${region} (${root}) will belong to the catalog ` +
        `in ${data.folder}, which has ${placed.length} vaults there.` +
        (isForeign ? ' A server that used it until now will stop using it.' : '')
      if (!(await options.confirm(what))) return false
      const incarnation = await openIncarnation(catalog, data.catalogFile)
      await store.removeStrays()
      await takeOver({ catalog, incarnation }, { place, store })
      return true
    } finally {
      await catalog.close()
    }
  } finally {
    owner.release()
  }
}
