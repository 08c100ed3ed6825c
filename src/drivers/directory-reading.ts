// Reads a folder as entries in entry order: depth first, names by bytes. Holds the packed names of
// the folders above the current one and nothing else that grows. Whatever cannot be kept is left
// out, counted and named; only the folder itself being unreachable ends the reading.

import type { EntryFacts } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import type { Tree, TreeStat } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import { unavailable } from './directory-check.ts'
import type {
  DirectoryConfig,
  Reading,
  ReadOptions,
  SourceContent,
  SourceEntry,
  SourceItem,
  SourceNote,
} from './driver.ts'
import { fileFacts, type OpenedFile, openFile, type SeenFile } from './file-content.ts'
import { isPseudoFileSystem, settledAfterMs } from './file-systems.ts'
import { FolderCursor, FolderReplaced } from './folder-cursor.ts'
import { HardLinks } from './hard-links.ts'
import { NameList } from './name-list.ts'
import { joinPath, PATH_BYTES_MAX, utf8 } from './raw-path.ts'
import { type SkipReason, SkipTally } from './skip-tally.ts'
import { isStagingName } from './staging.ts'
import { skipReasonOf, throwUnlessPathsOwn } from './system-errors.ts'

/** Begins a reading of `config.path`; see `Driver.read`. */
export function readDirectory(
  world: DirectoryWorld,
  config: DirectoryConfig,
  options: ReadOptions,
): Reading {
  return new DirectoryReading(world, config, options)
}

/** A folder being read: its place in the recovery point and what is left of it. */
interface Level {
  readonly path: Uint8Array
  readonly names: NameList
  readonly device: bigint
  readonly settledBeforeNs: bigint
}

/** An item, and the folder to read next when it is one. */
interface Visit {
  readonly item: SourceItem
  readonly folder?: {
    readonly path: Uint8Array
    readonly name: Uint8Array
    readonly stat: TreeStat
  }
}

/** A file: of a class, because there are very many of them. */
class FileItem implements SourceEntry {
  readonly seen: SeenFile
  /** The number of the item; only the last one may be opened. */
  readonly visit: number
  readonly #opener: (item: FileItem) => OpenedFile
  #facts: EntryFacts

  constructor(seen: SeenFile, visit: number, opener: (item: FileItem) => OpenedFile) {
    this.seen = seen
    this.visit = visit
    this.#opener = opener
    this.#facts = fileFacts(seen, seen.stat)
  }

  get facts(): EntryFacts {
    return this.#facts
  }

  open(): SourceContent {
    const { facts, content } = this.#opener(this)
    this.#facts = facts
    return content
  }
}

class DirectoryReading implements Reading {
  readonly tally = new SkipTally()
  readonly #tree: Tree
  readonly #world: DirectoryWorld
  readonly #config: DirectoryConfig
  readonly #readStart: number
  readonly #links = new HardLinks()
  readonly #levels: Level[] = []
  #ownFolders: ReadonlySet<string> = new Set()
  readonly #opener = (item: FileItem): OpenedFile => this.#open(item)
  #begun = false
  #visits = 0

  constructor(world: DirectoryWorld, config: DirectoryConfig, options: ReadOptions) {
    this.#tree = world.tree
    this.#world = world
    this.#config = config
    this.#readStart = options.readStart
  }

  *[Symbol.iterator](): Iterator<SourceItem> {
    if (this.#begun) throw new Error('a reading is iterated once')
    this.#begun = true
    this.#ownFolders = identitiesOf(this.#tree, this.#world.ownFolders)
    using cursor = this.#openRoot()
    yield { facts: plainFacts('directory', ROOT, cursor.stat()) }
    while (this.#levels.length > 0) {
      const name = this.#levels.at(-1)?.names.next()
      if (!name) {
        this.#levels.pop()
        yield* this.#climb(cursor)
        continue
      }
      this.#visits += 1
      const { item, folder } = this.#visit(cursor, name)
      yield item
      if (folder) yield* this.#enter(cursor, folder)
    }
    yield { notes: this.#notes() }
  }

  #openRoot(): FolderCursor {
    let cursor: FolderCursor | undefined
    try {
      const real = this.#tree.realpath(utf8(this.#config.path))
      if (isPseudoFileSystem(this.#tree.fileSystemType(real))) {
        throw new Answer(unavailable(this.#config, 'it is made up by the kernel'))
      }
      cursor = new FolderCursor(this.#tree, real)
      this.#pushLevel(cursor, ROOT)
      return cursor
    } catch (error) {
      cursor?.[Symbol.dispose]()
      if (error instanceof Answer) throw error
      const code = throwUnlessPathsOwn(error)
      throw new Answer(unavailable(this.#config, `opening it failed (${code})`), { cause: error })
    }
  }

  #visit(cursor: FolderCursor, name: Uint8Array): Visit {
    const level = this.#levels.at(-1) as Level
    const path = joinPath(level.path, name)
    if (path.length > PATH_BYTES_MAX) return { item: this.#skip('too-deep', path) }
    const reach = cursor.child(name)
    let stat: TreeStat | undefined
    try {
      stat = this.#tree.lstat(reach)
      if (!stat) return { item: this.#skip('vanished', path) }
      if (stat.kind === 'symlink') return { item: this.#symlink(stat, { path, reach }) }
    } catch (error) {
      return { item: this.#skip(skipReasonOf(error), path) }
    }
    switch (stat.kind) {
      case 'file':
        return { item: this.#file({ path, reach, stat, settledBeforeNs: level.settledBeforeNs }) }
      case 'directory':
        return this.#folder(stat, { path, reach, name })
      case 'unknown':
        return { item: this.#skip('unknown-kind', path) }
      default:
        return { item: this.#skip(stat.kind, path) }
    }
  }

  #symlink(stat: TreeStat, at: { path: Uint8Array; reach: Uint8Array }): SourceItem {
    const target = this.#tree.readlink(at.reach)
    return { facts: { ...plainFacts('symlink', at.path, stat), target } }
  }

  #file(seen: SeenFile): SourceItem {
    const target = this.#links.firstNameOf(seen.stat, seen.path)
    if (target) return { facts: { ...plainFacts('hardlink', seen.path, seen.stat), target } }
    return new FileItem(seen, this.#visits, this.#opener)
  }

  #open(item: FileItem): OpenedFile {
    if (item.visit !== this.#visits) throw new Error('a file is opened before the next item')
    try {
      return openFile(this.#tree, item.seen, this.tally)
    } catch (error) {
      this.#links.forget(item.seen.stat)
      throw error
    }
  }

  #folder(stat: TreeStat, at: { path: Uint8Array; reach: Uint8Array; name: Uint8Array }): Visit {
    const reason = this.#refusalOf(stat, at)
    if (reason) return { item: this.#skip(reason, at.path) }
    const item = { facts: plainFacts('directory', at.path, stat) }
    return { item, folder: { path: at.path, name: at.name, stat } }
  }

  #refusalOf(stat: TreeStat, at: { reach: Uint8Array; name: Uint8Array }): SkipReason | undefined {
    if (this.#ownFolders.has(identityKey(stat))) return 'own-folder'
    if (isStagingName(at.name)) return 'restore-staging'
    if (stat.device === this.#levels.at(-1)?.device) return undefined
    try {
      return isPseudoFileSystem(this.#tree.fileSystemType(at.reach))
        ? 'pseudo-file-system'
        : undefined
    } catch (error) {
      return skipReasonOf(error)
    }
  }

  // The folder itself is an entry already; what is reported here is that its content is not.
  *#enter(cursor: FolderCursor, folder: NonNullable<Visit['folder']>): Iterable<SourceItem> {
    const depth = cursor.depth
    try {
      cursor.descend(folder.name, folder.stat)
      this.#pushLevel(cursor, folder.path)
    } catch (error) {
      const reason = error instanceof FolderReplaced ? 'replaced' : skipReasonOf(error)
      yield this.#skip(reason, folder.path)
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
    return BigInt(Math.floor(this.#readStart) - waitMs) * NS_PER_MS
  }

  // Back to the folder above; when that one was moved away meanwhile, what is left of it is gone.
  *#climb(cursor: FolderCursor): Iterable<SourceItem> {
    while (this.#levels.length > 0 && !cursor.ascend()) {
      const lost = this.#levels.pop() as Level
      if (lost.names.left > 0) yield this.#skip('vanished', lost.path)
    }
  }

  #skip(reason: SkipReason, path: Uint8Array): SourceItem {
    this.tally.add(reason, path)
    return { skipped: { path, reason } }
  }

  #notes(): SourceNote[] {
    if (this.#links.forgotten === 0) return []
    const text = `${this.#links.forgotten} hard links are kept as files of their own.`
    return [{ what: 'hard-links-not-remembered', text }]
  }
}

const ROOT = new Uint8Array(0)
const HERE = utf8('.')
const NS_PER_MS = 1_000_000n

function plainFacts(kind: EntryFacts['kind'], path: Uint8Array, stat: TreeStat): EntryFacts {
  const { mode, uid, gid, mtimeNs } = stat
  return { path, kind, mode, uid, gid, mtimeNs, sizeBytes: 0 }
}

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
