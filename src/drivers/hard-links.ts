// Which files with several names were met already, so that later names become hard links. A file is
// forgotten as soon as all its names were seen, and there is a limit on how many are remembered.

import type { TreeStat } from '../world/index.ts'

/** Files remembered at once; names met beyond become files of their own. */
const REMEMBERED_MAX = 500_000

interface FirstName {
  readonly path: Uint8Array
  readonly stat: TreeStat
  namesLeft: number
}

export class HardLinks {
  readonly #first = new Map<string, FirstName>()
  readonly #rememberedMax: number
  #forgotten = 0

  constructor(options?: { readonly rememberedMax?: number }) {
    this.#rememberedMax = options?.rememberedMax ?? REMEMBERED_MAX
  }

  /** Files that had other names but were not remembered. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** The path under which this file was met before; else remembers it under `path`. */
  firstNameOf(stat: TreeStat, path: Uint8Array): Uint8Array | undefined {
    if (stat.links < 2) return undefined
    const key = keyOf(stat)
    const known = this.#first.get(key)
    if (known && sameContent(known.stat, stat)) {
      known.namesLeft -= 1
      if (known.namesLeft === 0) this.#first.delete(key)
      return known.path
    }
    // An inode number may have been given to another file since: that one starts anew.
    if (!known && this.#first.size >= this.#rememberedMax) this.#forgotten += 1
    else this.#first.set(key, { path: new Uint8Array(path), stat, namesLeft: stat.links - 1 })
    return undefined
  }

  /** The first name could not be kept, so no other name may lean on it. */
  forget(stat: TreeStat): void {
    this.#first.delete(keyOf(stat))
  }
}

const keyOf = (stat: TreeStat): string => `${stat.device}:${stat.inode}`

const sameContent = (a: TreeStat, b: TreeStat): boolean =>
  a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs
