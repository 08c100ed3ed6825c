// Where a restore may write: below the roots, and neither in nor around what is somebody else's or
// this server's. Judged of folders that are open, by where they lie now, so that what was judged is
// what is written to, however the folders above are rearranged meanwhile.

import type { Tree } from '../world/index.ts'
import { isInside } from './directory-check.ts'
import type { FolderCursor } from './folder-cursor.ts'
import { FolderReplaced } from './folder-cursor.ts'
import { utf8 } from './raw-path.ts'
import { OUTSIDE_ROOTS, type RestoreRoot } from './restore-root.ts'
import { throwUnlessPathsOwn } from './system-errors.ts'

const OF_OTHERS = 'another account has restored there, or it is its own folder'
const OF_SERVER = 'it holds or lies in a folder of this server'

export class TargetPlace {
  readonly #roots: readonly Uint8Array[]
  readonly #others: readonly Uint8Array[]
  readonly #own: readonly Uint8Array[]
  /** Where the target lay when it was last judged to be in a good place. */
  #target: Uint8Array | undefined

  constructor(
    tree: Tree,
    folders: {
      readonly roots: readonly RestoreRoot[]
      /** Folders of others. */
      readonly others: readonly string[]
      /** Folders of this server. */
      readonly own: readonly string[]
    },
  ) {
    this.#roots = folders.roots.map(({ real }) => utf8(real))
    this.#others = folders.others.map((folder) => realOr(tree, folder))
    this.#own = folders.own.map((folder) => realOr(tree, folder))
  }

  /** Why nothing may be written at `place`, or undefined. */
  faultAt(place: Uint8Array): string | undefined {
    if (!this.#roots.some((root) => isInside(place, root))) return OUTSIDE_ROOTS
    const touches = (folder: Uint8Array) => isInside(place, folder) || isInside(folder, place)
    if (this.#others.some(touches)) return OF_OTHERS
    return this.#own.some(touches) ? OF_SERVER : undefined
  }

  /** The same of the target, open; what lies in it by then is in a good place with it. */
  faultOfTarget(target: FolderCursor): string | undefined {
    this.#target = undefined
    const fault = this.faultNow(target)
    if (!fault) this.#target = target.place()
    return fault
  }

  /** Why nothing may be written any more into an open folder of the target, or undefined. */
  faultNow(folder: FolderCursor): string | undefined {
    try {
      const place = folder.place()
      // Without a word of the kernel, what was judged when the target was opened must do.
      if (!place || (this.#target && isInside(place, this.#target))) return undefined
      return this.faultAt(place)
    } catch (error) {
      if (!(error instanceof FolderReplaced)) throw error
      return 'a folder was moved meanwhile'
    }
  }
}

function realOr(tree: Tree, folder: string): Uint8Array {
  try {
    return tree.realpath(utf8(folder))
  } catch (error) {
    throwUnlessPathsOwn(error)
    return utf8(folder)
  }
}
