// A place in a tree, held open. Moves one folder at a time and never through a symbolic link: every
// folder is opened without following and compared with what was expected. Where the kernel lends
// paths to open folders, depth has no limit and nobody can swap a folder above; elsewhere plain
// paths are used, up to the kernel's length. Holds at most `OPEN_LEVELS_MAX` descriptors.

import { errnoOf, type Tree, type TreeStat } from '../world/index.ts'
import { joinPath, utf8 } from './raw-path.ts'
import { throwUnlessPathsOwn } from './system-errors.ts'

/** Which folder this is, whatever its name. */
export interface FolderIdentity {
  readonly device: bigint
  readonly inode: bigint
}

/** The folder is no longer where, or what, it was. */
export class FolderReplaced extends Error {
  constructor() {
    super('the folder was replaced')
    this.name = 'FolderReplaced'
  }
}

/** Descriptors held besides the root's; deeper levels are reopened on the way up. */
const OPEN_LEVELS_MAX = 64
const UP = utf8('..')
const HERE = utf8('.')

interface Level extends FolderIdentity {
  readonly name: Uint8Array
  fd: number | undefined
  /** What a child's name is appended to; stale while `fd` is undefined. */
  base: Uint8Array
  /** What the folder's facts told of its size when it was opened. */
  readonly sizeBytes: number
}

export class FolderCursor implements Disposable {
  readonly #tree: Tree
  readonly #levels: Level[] = []
  /** Whether the kernel lends paths; decided at the root. */
  readonly #anchored: boolean

  /** Opens `root`, a real folder; system errors are the caller's to tell. */
  constructor(tree: Tree, root: Uint8Array) {
    this.#tree = tree
    const fd = tree.openFolder(root)
    try {
      const { device, inode, sizeBytes } = tree.fstat(fd)
      const anchor = tree.anchor(fd)
      this.#anchored = anchor !== undefined
      this.#levels.push({ name: root, fd, base: anchor ?? root, device, inode, sizeBytes })
    } catch (error) {
      tree.close(fd)
      throw error
    }
  }

  /** How many folders below the root. */
  get depth(): number {
    return this.#levels.length - 1
  }

  /** The open folder here. */
  get fd(): number {
    return this.#here().fd as number
  }

  /** The device of the folder here. */
  get device(): bigint {
    return this.#here().device
  }

  /** What the folder here is now. */
  stat(): TreeStat {
    return this.#tree.fstat(this.fd)
  }

  /**
   * Where the folder here lies now or, where its path is longer than the kernel tells one, the
   * nearest folder above it that really holds it. Undefined where the kernel does not tell; throws
   * FolderReplaced when it no longer lies in the folders it was reached through.
   */
  place(): Uint8Array | undefined {
    using opened = new DisposableStack()
    let fd = this.fd
    for (let above = this.#levels.length - 2; ; above -= 1) {
      try {
        return this.#tree.placeOf(fd)
      } catch (error) {
        const expected = this.#levels[above]
        if (errnoOf(error) !== 'ENAMETOOLONG' || !expected) throw error
        const path = joinPath(this.#tree.anchor(fd, { tried: true }) ?? HERE, UP)
        const level = this.#open(path, expected.name, expected)
        opened.defer(() => this.#release(level))
        fd = level.fd as number
      }
    }
  }

  /** The path by which `name` in the folder here is reached, until the next move. */
  child(name: Uint8Array): Uint8Array {
    return joinPath(this.#here().base, name)
  }

  /** The names in the folder here, unordered. */
  names(): Iterable<Uint8Array> {
    const { base, sizeBytes } = this.#here()
    return this.#tree.names(base, { sizeBytes })
  }

  /**
   * Enters `name`. Throws the system's error when it is no folder that can be opened, and
   * FolderReplaced when it is not `expected`; the place is then unchanged.
   */
  descend(name: Uint8Array, expected?: FolderIdentity): void {
    const path = this.child(name)
    this.#levels.push(this.#open(path, name, expected))
    const closing = this.#levels[this.#levels.length - 1 - OPEN_LEVELS_MAX]
    if (closing && this.#levels.length - 1 > OPEN_LEVELS_MAX) this.#release(closing)
  }

  /**
   * Leaves to the folder above. False when that folder is gone from where it was: the place is
   * there all the same, but only `ascend` may be called.
   */
  ascend(): boolean {
    const left = this.#levels.pop()
    if (!left || this.#levels.length === 0) throw new Error('no folder above the root')
    const here = this.#here()
    try {
      return here.fd !== undefined || this.#reopenFromBelow(left, here) || this.#reopenFromRoot()
    } finally {
      this.#release(left)
    }
  }

  /** A second cursor at the same root. */
  again(): FolderCursor {
    const [root] = this.#levels
    if (!root) throw new Error('the cursor is closed')
    // With a last name of its own, because a lent path itself is a kind of link.
    return new FolderCursor(this.#tree, joinPath(root.base, HERE))
  }

  [Symbol.dispose](): void {
    for (const level of this.#levels.splice(0)) this.#release(level)
  }

  #here(): Level {
    const level = this.#levels.at(-1)
    if (!level) throw new Error('the cursor is closed')
    return level
  }

  #open(path: Uint8Array, name: Uint8Array, expected?: FolderIdentity): Level {
    const fd = this.#tree.openFolder(path)
    try {
      const { device, inode, sizeBytes } = this.#tree.fstat(fd)
      if (expected && (expected.device !== device || expected.inode !== inode)) {
        throw new FolderReplaced()
      }
      const base = (this.#anchored ? this.#tree.anchor(fd, { tried: true }) : undefined) ?? path
      return { name, fd, base, device, inode, sizeBytes }
    } catch (error) {
      this.#tree.close(fd)
      throw error
    }
  }

  #release(level: Level): void {
    if (level.fd === undefined) return
    this.#tree.close(level.fd)
    level.fd = undefined
  }

  #reopenFromBelow(below: Level, here: Level): boolean {
    if (below.fd === undefined || !this.#anchored) return false
    return this.#restoreLevel(here, joinPath(below.base, UP))
  }

  // The slow way, after a folder was moved away under us: every name again from the root.
  #reopenFromRoot(): boolean {
    for (let i = 1; i < this.#levels.length; i++) {
      const above = this.#levels[i - 1] as Level
      const level = this.#levels[i] as Level
      const opened = level.fd === undefined
      if (opened && !this.#restoreLevel(level, joinPath(above.base, level.name))) return false
      if (i > 1 && i < this.#levels.length) this.#release(above)
    }
    return this.#here().fd !== undefined
  }

  #restoreLevel(level: Level, path: Uint8Array): boolean {
    try {
      const again = this.#open(path, level.name, level)
      level.fd = again.fd
      level.base = again.base
      return true
    } catch (error) {
      if (!(error instanceof FolderReplaced)) throwUnlessPathsOwn(error)
      return false
    }
  }
}
