// The folders of a restore's target, entered by path. Every step is into a real folder on the same
// file system, so nothing is ever written through a link or into something mounted there; and each
// time a folder is gone to it is asked where it lies now.

import { errnoOf, type TreeStat } from '../world/index.ts'
import type { FolderCursor } from './folder-cursor.ts'
import { EntryLost } from './lost-entry.ts'
import { NameList } from './name-list.ts'
import { sameBytes, splitPath } from './raw-path.ts'
import type { RestoreSession } from './restore-session.ts'
import { NAME_TAKEN } from './system-errors.ts'

export class TargetFolders {
  readonly #session: RestoreSession
  readonly #cursor: FolderCursor
  readonly #device: bigint
  readonly #names: Uint8Array[] = []
  #listing: NameList | undefined
  /** The folder here, as last gone to; undefined while a move is not done. */
  #path: Uint8Array | undefined

  constructor(session: RestoreSession, cursor: FolderCursor) {
    this.#session = session
    this.#cursor = cursor
    this.#device = cursor.stat().device
  }

  /** The open folder here. */
  get fd(): number {
    return this.#cursor.fd
  }

  /** How `name` in the folder here is reached, until the next move. */
  child(name: Uint8Array): Uint8Array {
    return this.#cursor.child(name)
  }

  /**
   * Goes to the folder at `path`; costs the entry that is to lie there when it is not one, and ends
   * the restore when it does not lie in a good place at this moment.
   */
  goTo(path: Uint8Array): void {
    this.#move(path)
    this.#session.mustBeInPlace(this.#cursor)
  }

  #move(path: Uint8Array): void {
    if (this.#path && sameBytes(path, this.#path)) return
    this.#path = undefined
    const wanted = splitPath(path)
    let shared = 0
    while (shared < wanted.length && shared < this.#names.length) {
      if (!sameBytes(wanted[shared] as Uint8Array, this.#names[shared] as Uint8Array)) break
      shared += 1
    }
    if (shared < wanted.length || shared < this.#names.length) this.#listing = undefined
    while (this.#names.length > shared) this.#up(path)
    for (const name of wanted.slice(shared)) this.#down(name)
    this.#path = path
  }

  /**
   * What has `name` in the folder here. When something does, it must really have that name: on a
   * file system that folds case or spelling, two entries may fall on one name, and that is refused.
   */
  existing(name: Uint8Array): TreeStat | undefined {
    const stat = this.#session.tree.lstat(this.child(name))
    if (!stat) return undefined
    if (this.#session.fresh) throw new EntryLost(NAME_TAKEN)
    this.#listing ??= new NameList(this.#cursor.names())
    if (!this.#listing.has(name)) throw new EntryLost(NAME_TAKEN)
    return stat
  }

  #up(path: Uint8Array): void {
    this.#names.pop()
    if (!this.#cursor.ascend()) throw this.#session.refusal('a folder was moved meanwhile', path)
  }

  #down(name: Uint8Array): void {
    try {
      this.#cursor.descend(name)
    } catch (error) {
      const code = errnoOf(error)
      if (code !== 'ENOTDIR' && code !== 'ELOOP' && code !== 'ENOENT') throw error
      throw new EntryLost('what it lies in is not a folder', { cause: error })
    }
    this.#names.push(name)
    if (this.#cursor.device !== this.#device) {
      throw new EntryLost('another file system is mounted above it')
    }
  }
}
