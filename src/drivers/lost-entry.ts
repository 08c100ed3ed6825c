// What costs a restore one entry alone, and what is kept of those that are lost: counts by reason
// with the first few names, and the paths on which others may lean.

import { diskTrouble, errnoOf } from '../world/index.ts'
import { asText, parentAndName } from './raw-path.ts'
import { printablePath, SKIP_NAMES_MAX } from './skip-tally.ts'
import { NAME_TAKEN } from './system-errors.ts'

/** One entry cannot be restored; the others can. */
export class EntryLost extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'EntryLost'
  }
}

/** What the file system says of one entry: its name, size, kind, owner, or what has its name. */
const OF_THE_ENTRY: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EINVAL', 'ENAMETOOLONG', 'EILSEQ', 'EFBIG', 'EOVERFLOW', 'EMLINK'],
  ...['EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'ELOOP', 'EBUSY', 'ETXTBSY'],
  ...['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENXIO', 'ENODEV'],
])

/** Why `error` costs the entry alone that met it; undefined when it ends the restore. */
export function lossOf(error: unknown): string | undefined {
  if (error instanceof EntryLost) return error.message
  const code = errnoOf(error)
  if (code === undefined || !OF_THE_ENTRY.has(code)) return undefined
  return code === 'EEXIST' ? NAME_TAKEN : (diskTrouble(error)?.sentence ?? code)
}

/** Entries that were lost for one reason. */
export interface LostGroup {
  readonly reason: string
  readonly count: number
  /** The first few paths, made printable. */
  readonly names: readonly string[]
}

/** What is said of everything below a folder that was lost. */
export const BELOW_LOST = 'the folder it lies in could not be written'

/** Of the paths of what was lost, so much is remembered. */
const PATH_BYTES_MAX = 16 * 1024 * 1024

export class LostEntries {
  readonly #groups = new Map<string, { count: number; names: string[] }>()
  /** Without what lies below them. A character for each byte. */
  readonly #paths = new Set<string>()
  #bytes = 0

  /** How many, each with its reason. */
  get groups(): LostGroup[] {
    return [...this.#groups].map(([reason, group]) => ({ reason, ...group }))
  }

  /** False when more were lost than can be remembered, so that what leans on them is not known. */
  add(reason: string, path: Uint8Array): boolean {
    this.#count(reason, path, 1)
    this.#paths.add(asText(path))
    this.#bytes += path.length
    return this.#bytes <= PATH_BYTES_MAX
  }

  /** Counts what lies below a path that was added. */
  addBelow(path: Uint8Array, count = 1): void {
    if (count > 0) this.#count(BELOW_LOST, path, count)
  }

  has(path: Uint8Array): boolean {
    return this.#paths.size > 0 && this.#paths.has(asText(path))
  }

  /** Whether a folder it lies in was lost. */
  isBelow(path: Uint8Array): boolean {
    if (this.#paths.size === 0) return false
    for (let { parent } = parentAndName(path); parent.length > 0; ) {
      if (this.has(parent)) return true
      parent = parentAndName(parent).parent
    }
    return false
  }

  #count(reason: string, path: Uint8Array, count: number): void {
    const group = this.#groups.get(reason) ?? { count: 0, names: [] }
    this.#groups.set(reason, group)
    group.count += count
    if (group.names.length < SKIP_NAMES_MAX) group.names.push(printablePath(path))
  }
}
