// Which incarnation of the catalog this is. It is drawn anew when the catalog lies in another file
// than it was opened in last: then it is a copy, and another server may use the first one.

import { type Catalog, stores } from '../catalog/index.ts'
import { realDisk, systemRandom } from '../world/index.ts'

/** A file is told by its number: it stays with a restart and a move, and no copy has the same. */
export async function openIncarnation(catalog: Catalog, file: string): Promise<string> {
  const facts = await realDisk.stat(file)
  const mark = { file: String(facts?.inode ?? ''), drawn: systemRandom.uuid() }
  return catalog.transaction((tx) => stores.incarnation(tx, mark))
}
