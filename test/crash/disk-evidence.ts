// Evidence of a server that keeps its things in a real folder.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { openKeyring } from '../../src/keys/index.ts'
import { openDiskStore } from '../../src/store/index.ts'
import { realDisk, systemRandom } from '../../src/world/index.ts'
import { type Evidence, gather } from './evidence.ts'
import { placesIn } from './process.ts'

/** What lies below `folder`; nothing must be moving while it is looked at. */
export async function realEvidence(folder: string): Promise<Evidence> {
  const { data, putLog } = placesIn(folder)
  return gather({
    catalogFile: path.join(data, 'catalog.db'),
    keys: await openKeyring({
      folder: path.join(data, 'keys'),
      disk: realDisk,
      random: systemRandom,
    }),
    rootOf: ({ region, isCold }) => path.join(data, isCold ? 'cold' : 'stores', region),
    store: (root) => openDiskStore({ root, disk: realDisk, random: systemRandom }),
    files: filesBelow,
    puts: existsSync(putLog) ? readFileSync(putLog, 'utf8').trimEnd().split('\n') : [],
  })
}

function filesBelow(root: string): string[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
}
