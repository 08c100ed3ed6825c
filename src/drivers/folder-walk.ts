// Walks through a folder in entry order: depth first, names by bytes. Decides which names are left
// out, and opens no file. Holds the packed names of the folders above the current one and nothing
// else that grows. Only the folder itself being unreachable ends the walk.

import { Answer, ranges } from '../model/index.ts'
import type { Tree, TreeStat } from '../world/index.ts'
import { unavailable } from './directory-check.ts'
import { isPseudoFileSystem, settledAfterMs } from './file-systems.ts'
import type { Finding, Walk, WalkRequest } from './finding.ts'
import { FolderCursor, FolderReplaced } from './folder-cursor.ts'
import { NameList } from './name-list.ts'
import { joinPath, utf8 } from './raw-path.ts'
import type { SkipReason } from './skip-tally.ts'
import { isStagingName } from './staging.ts'
import { skipReasonOf, throwUnlessPathsOwn } from './system-errors.ts'

/** A walk on this thread: each name is looked at when it is asked for, and not before. */
export async function* walkHere(tree: Tree, request: WalkRequest): Walk {
  yield findingsOf(tree, request)
}

/** All findings, in one pass that may be left. Begins when the first one is asked for. */
export function findingsOf(tree: Tree, request: WalkRequest): Iterable<Finding> {
  return new FolderWalk(tree, request).findings()
}

/** A folder being walked through: its place in the recovery point and what is left of it. */
interface Level {
  readonly path: Uint8Array
  readonly names: NameList
  readonly device: bigint
  readonly settledBeforeNs: bigint
}

/** A finding, and the folder to enter next when it is one. */
interface Visit {
  readonly finding: Finding
  /** Why the folder that was found is not entered: it is kept, empty. */
  readonly closed?: SkipReason
  readonly folder?: {
    readonly path: Uint8Array
    readonly name: Uint8Array
    readonly stat: TreeStat
  }
}

class FolderWalk {
  readonly #tree: Tree
  readonly #request: WalkRequest
  readonly #levels: Level[] = []
  #ownFolders: ReadonlySet<string> = new Set()

  constructor(tree: Tree, request: WalkRequest) {
    this.#tree = tree
    this.#request = request
  }

  *findings(): Iterable<Finding> {
    this.#ownFolders = identitiesOf(this.#tree, this.#request.ownFolders)
    using cursor = this.#openRoot()
    const { settledBeforeNs } = this.#here()
    yield { path: ROOT, reach: cursor.child(HERE), stat: cursor.stat(), settledBeforeNs }
    while (this.#levels.length > 0) {
      const name = this.#here().names.next()
      if (!name) {
        this.#levels.pop()
        yield* this.#climb(cursor)
        continue
      }
      const { finding, closed, folder } = this.#visit(cursor, name)
      yield finding
      if (closed) yield { path: finding.path, skipped: closed }
      if (folder) yield* this.#enter(cursor, folder)
    }
  }

  #here(): Level {
    return this.#levels.at(-1) as Level
  }

  #openRoot(): FolderCursor {
    const { config } = this.#request
    let cursor: FolderCursor | undefined
    try {
      const real = this.#tree.realpath(utf8(config.path))
      if (isPseudoFileSystem(this.#tree.fileSystemType(real))) {
        throw new Answer(unavailable(config, 'it is made up by the kernel'))
      }
      cursor = new FolderCursor(this.#tree, real)
      this.#pushLevel(cursor, ROOT)
      return cursor
    } catch (error) {
      cursor?.[Symbol.dispose]()
      if (error instanceof Answer) throw error
      const code = throwUnlessPathsOwn(error)
      throw new Answer(unavailable(config, `opening it failed (${code})`), { cause: error })
    }
  }

  #visit(cursor: FolderCursor, name: Uint8Array): Visit {
    const { path: above, settledBeforeNs } = this.#here()
    const path = joinPath(above, name)
    if (path.length > ranges.PATH_BYTES_MAX) return leaveOut('too-deep', path)
    const reach = cursor.child(name)
    try {
      const stat = this.#tree.lstat(reach)
      if (!stat) return leaveOut('vanished', path)
      switch (stat.kind) {
        case 'file':
          if (this.#isOfKernel(stat, reach)) return leaveOut('pseudo-file-system', path)
          if (stat.sizeBytes > ranges.FILE_BYTES_MAX) return leaveOut('too-large', path)
          return { finding: { path, reach, stat, settledBeforeNs } }
        case 'symlink': {
          const target = this.#tree.readlink(reach)
          if (!ranges.isLinkText(target)) return leaveOut('odd-link', path)
          return { finding: { path, reach, stat, settledBeforeNs, target } }
        }
        case 'directory': {
          if (isStagingName(name)) return leaveOut('restore-staging', path)
          const finding = { path, reach, stat, settledBeforeNs }
          const closed = this.#refusalOf(stat, reach)
          return closed ? { finding, closed } : { finding, folder: { path, name, stat } }
        }
        case 'unknown':
          return leaveOut('unknown-kind', path)
        default:
          return leaveOut(stat.kind, path)
      }
    } catch (error) {
      return leaveOut(skipReasonOf(error), path)
    }
  }

  /** Why a folder is kept without what it holds: what is mounted there, or is this server's. */
  #refusalOf(stat: TreeStat, reach: Uint8Array): SkipReason | undefined {
    if (this.#ownFolders.has(identityKey(stat))) return 'own-folder'
    return this.#isOfKernel(stat, reach) ? 'pseudo-file-system' : undefined
  }

  /** Whether something made up by the kernel is mounted here: on a folder, or on a single file. */
  #isOfKernel(stat: TreeStat, reach: Uint8Array): boolean {
    if (stat.device === this.#here().device) return false
    return isPseudoFileSystem(this.#tree.fileSystemType(reach))
  }

  // The folder itself is found already; what is reported here is that its content is not.
  *#enter(cursor: FolderCursor, folder: NonNullable<Visit['folder']>): Iterable<Finding> {
    const depth = cursor.depth
    try {
      cursor.descend(folder.name, folder.stat)
      this.#pushLevel(cursor, folder.path)
    } catch (error) {
      const skipped = error instanceof FolderReplaced ? 'replaced' : skipReasonOf(error)
      yield { path: folder.path, skipped }
      if (cursor.depth > depth) yield* this.#climb(cursor)
    }
  }

  #pushLevel(cursor: FolderCursor, path: Uint8Array): void {
    const { device } = cursor
    const above = this.#levels.at(-1)
    const settledBeforeNs =
      above?.device === device ? above.settledBeforeNs : this.#settledBefore(cursor)
    this.#levels.push({ path, names: new NameList(cursor.names()), device, settledBeforeNs })
  }

  #settledBefore(cursor: FolderCursor): bigint {
    const waitMs = settledAfterMs(this.#tree.fileSystemType(cursor.child(HERE)))
    return BigInt(Math.floor(this.#request.readStart) - waitMs) * NS_PER_MS
  }

  // Back to the folder above; when that one was moved away meanwhile, what is left of it is gone.
  *#climb(cursor: FolderCursor): Iterable<Finding> {
    while (this.#levels.length > 0 && !cursor.ascend()) {
      const lost = this.#levels.pop() as Level
      if (lost.names.left > 0) yield { path: lost.path, skipped: 'vanished' }
    }
  }
}

const leaveOut = (skipped: SkipReason, path: Uint8Array): Visit => ({ finding: { path, skipped } })

const ROOT = new Uint8Array(0)
const HERE = utf8('.')
const NS_PER_MS = 1_000_000n

const identityKey = (stat: { device: bigint; inode: bigint }): string =>
  `${stat.device}:${stat.inode}`

function identitiesOf(tree: Tree, folders: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const folder of folders) {
    try {
      const stat = tree.lstat(tree.realpath(utf8(folder)))
      if (stat) keys.add(identityKey(stat))
    } catch (error) {
      // A folder that does not exist yet cannot be met.
      throwUnlessPathsOwn(error)
    }
  }
  return keys
}
