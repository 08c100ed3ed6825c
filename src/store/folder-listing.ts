// Lists the objects below a store's folder in the order of their whole names, whatever else lies
// there.

import type { DiskEntry } from '../world/index.ts'
import { errnoOf } from '../world/index.ts'
import { type ObjectName, parseObjectName } from './object-name.ts'

interface Wanted {
  readonly prefix: string
  readonly after: string
  /** What lies in a folder; undefined when it is not there. */
  entriesOf(folder: string): Promise<{ value: readonly DiskEntry[] } | undefined>
}

/** Names of objects below `folder` that begin with the prefix and are behind `after`. */
export async function* listFolder(folder: string, wanted: Wanted): AsyncGenerator<ObjectName> {
  const { prefix, after } = wanted
  for (const { key, kind } of sorted(folder, (await wanted.entriesOf(folder))?.value ?? [])) {
    // Of a folder all names begin with its key, so one that is before `after` is passed by whole.
    const isPassed = key <= after && !after.startsWith(key)
    if (isPassed) continue
    if (kind === 'folder') {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFolder(key, wanted)
      continue
    }
    const name = parseObjectName(key)
    if (name?.startsWith(prefix) && name > after) yield name
  }
}

/** A folder sorts with its slash, so that the walk is in the order of whole names. */
function sorted(folder: string, found: readonly DiskEntry[]) {
  return found
    .filter(({ name, kind }) => kind !== 'other' && parseObjectName(name) !== undefined)
    .map(({ name, kind }) => ({ key: `${folder}${name}${kind === 'folder' ? '/' : ''}`, kind }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** What `work` answers, or undefined when its file or folder is not there. */
export async function present<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value } | undefined> {
  try {
    return { value: await work() }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
