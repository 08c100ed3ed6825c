// The directory driver of an embedded server: it never backs the server's own folder up, and never
// restores into what holds vaults or keys. Given a side thread, it lists folders and makes files
// there.

import type { Driver } from '../drivers/index.ts'
import { openDirectoryDriver } from '../drivers/index.ts'
import {
  openFilesMax,
  realTree,
  systemAttributes,
  systemClock,
  systemWholeSync,
} from '../world/index.ts'
import type { DataFolder } from './data-folder.ts'
import type { SideThread } from './side.ts'

export function openDriver(data: DataFolder, side?: SideThread): Driver {
  const stores = [data.storesByRegion, data.coldByRegion].flatMap((of) => Object.values(of ?? {}))
  const filesMax = openFilesMax()
  return openDirectoryDriver({
    tree: realTree,
    attributes: systemAttributes,
    wholeSync: systemWholeSync,
    ...(filesMax !== undefined && { openFilesMax: filesMax }),
    clock: systemClock,
    ...(side && {
      openWalkLine: () => side.open('list'),
      openMakingLine: () => side.open('make'),
    }),
    ownFolders: [data.folder, data.keyring, ...stores],
    noRestoreInto: [data.stores, data.cold, data.keyring, data.catalogFile, ...stores],
  })
}
