// How much room there is where the data folder and the stores lie.

import type { JobContext } from '../jobs/index.ts'
import { DiskFull, type RegionName } from '../model/index.ts'
import { roomAt, tightBytes } from '../world/index.ts'
import { coldRoot, type DataFolder, storeRoot } from './data-folder.ts'

/** The file systems that jobs write to. */
export function roomsOf(data: DataFolder): NonNullable<JobContext['rooms']> {
  return {
    ofCatalog: () => roomAt(data.folder),
    ofStore({ region, type }) {
      const root = type === 'COLD_PART' ? coldRoot(data, region) : storeIfDeclared(data, region)
      return root === undefined ? undefined : roomAt(root)
    },
  }
}

/** Who needs a store that there is not says so better. */
function storeIfDeclared(data: DataFolder, region: RegionName): string | undefined {
  const isDeclared = !data.storesByRegion || Object.hasOwn(data.storesByRegion, region)
  return isDeclared ? storeRoot(data, region) : undefined
}

/** Throws DiskFull where the catalog's disk counts as full: what is kept is for making room. */
export function mustHaveRoom(data: DataFolder): void {
  const room = roomAt(data.folder)
  if (room && room.freeBytes < tightBytes(room)) throw new DiskFull('the catalog')
}
