// The names in a restore's staging folder, and the files made there. Where the staging folder is
// ours alone, all files made in it with one mode come out alike: only the first is looked at.

import type { Tree } from '../world/index.ts'
import type { FolderCursor } from './folder-cursor.ts'
import { utf8 } from './raw-path.ts'
import type { FoundSettings, Settings } from './restored-settings.ts'

/** What a file has while its content is being written and its owner may still change. */
const STAGED_FILE_MODE = 0o600
/** What a folder has until it gets its own: nobody else's. */
export const OWN_FOLDER_MODE = 0o700
const PERMISSIONS = 0o777
const FOR_OTHERS = 0o077

/** A file that was just made, empty and open for writing. */
export interface StagedFile {
  readonly fd: number
  readonly found: FoundSettings
}

export class Staging {
  readonly #tree: Tree
  readonly #cursor: FolderCursor
  /** What files came out as, by the mode they were made with; one for each of 512 at most. */
  readonly #made = new Map<number, FoundSettings>()
  #count = 0

  constructor(tree: Tree, cursor: FolderCursor) {
    this.#tree = tree
    this.#cursor = cursor
  }

  /** A number nothing has been given before. */
  next(): number {
    this.#count += 1
    return this.#count
  }

  /** The staging folder, open. */
  get folder(): FolderCursor {
    return this.#cursor
  }

  /** Where what has `number` lies. */
  path(number: number): Uint8Array {
    return this.#cursor.child(utf8(String(number)))
  }

  /**
   * Makes a file for `entry` at `path`, in the staging folder or one made there, with its mode
   * already where its owner will not have to change.
   */
  createFile(path: Uint8Array, entry: Settings): StagedFile {
    const usual = this.#made.get(STAGED_FILE_MODE)
    const isOwned = usual?.uid === entry.uid && usual.gid === entry.gid
    const mode = isOwned ? entry.mode & PERMISSIONS : STAGED_FILE_MODE
    const fd = this.#tree.createFile(path, mode)
    try {
      return { fd, found: this.#made.get(mode) ?? this.#look(fd, mode) }
    } catch (error) {
      this.#tree.close(fd)
      throw error
    }
  }

  #look(fd: number, mode: number): FoundSettings {
    const { mode: found, uid, gid } = this.#tree.fstat(fd)
    const folder = this.#cursor.stat()
    // In a folder that others may change, the next file may come out otherwise.
    const isOurs = folder.uid === uid && (folder.mode & FOR_OTHERS) === 0
    if (isOurs) this.#made.set(mode, { mode: found, uid, gid })
    return { mode: found, uid, gid }
  }
}
