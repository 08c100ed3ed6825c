// Makes entries of what a walk finds: later names of a file become hard links, files can be opened,
// and whatever cannot be kept is counted and named. The walk is made on this thread, or ahead of it
// on another.

import { type EntryFacts, ranges } from '../model/index.ts'
import type { TreeStat } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type {
  DirectoryConfig,
  Reading,
  ReadOptions,
  SourceContent,
  SourceEntry,
  SourceItem,
  SourceNote,
} from './driver.ts'
import { fileFacts, type OpenedFile, openFile } from './file-content.ts'
import type { Finding, Found, Walk } from './finding.ts'
import { walkHere } from './folder-walk.ts'
import { HardLinks } from './hard-links.ts'
import { SkipTally } from './skip-tally.ts'
import { walkAside } from './walk-aside.ts'

/** Begins a reading of `config.path`; see `Driver.read`. */
export function readDirectory(
  world: DirectoryWorld,
  config: DirectoryConfig,
  options: ReadOptions,
): Reading {
  return new DirectoryReading(world, config, options)
}

/** A file: of a class, because there are very many of them. */
class FileItem implements SourceEntry {
  readonly seen: Found
  /** The number of the item; only the last one may be opened. */
  readonly visit: number
  readonly #opener: (item: FileItem) => OpenedFile
  #facts: EntryFacts

  constructor(seen: Found, visit: number, opener: (item: FileItem) => OpenedFile) {
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
  readonly #world: DirectoryWorld
  readonly #config: DirectoryConfig
  readonly #readStart: number
  readonly #links = new HardLinks()
  readonly #opener = (item: FileItem): OpenedFile => this.#open(item)
  #begun = false
  #visits = 0

  constructor(world: DirectoryWorld, config: DirectoryConfig, options: ReadOptions) {
    this.#world = world
    this.#config = config
    this.#readStart = options.readStart
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Iterable<SourceItem>> {
    if (this.#begun) throw new Error('a reading is iterated once')
    this.#begun = true
    for await (const findings of this.#walk()) yield this.#items(findings)
    yield [{ notes: this.#notes() }]
  }

  #walk(): Walk {
    const { tree, ownFolders, openWalkLine } = this.#world
    const request = { config: this.#config, ownFolders, readStart: this.#readStart }
    return openWalkLine ? walkAside(openWalkLine(), request) : walkHere(tree, request)
  }

  *#items(findings: Iterable<Finding>): Iterable<SourceItem> {
    for (const finding of findings) {
      this.#visits += 1
      yield finding.skipped === undefined ? this.#entry(finding) : this.#skip(finding)
    }
  }

  #entry(found: Found): SourceItem {
    const { path, stat, target } = found
    if (ranges.nearestTime(stat.mtimeNs) !== stat.mtimeNs) this.tally.add('odd-time', path)
    if (stat.kind === 'directory') return { facts: plainFacts('directory', path, stat) }
    if (target) return { facts: { ...plainFacts('symlink', path, stat), target } }
    const first = this.#links.firstNameOf(stat, path)
    if (first) return { facts: { ...plainFacts('hardlink', path, stat), target: first } }
    return new FileItem(found, this.#visits, this.#opener)
  }

  #open(item: FileItem): OpenedFile {
    if (item.visit !== this.#visits) throw new Error('a file is opened before the next item')
    const { seen } = item
    const { tree, openWalkLine } = this.#world
    try {
      const opened = openFile(tree, seen, {
        tally: this.tally,
        isAhead: openWalkLine !== undefined,
      })
      // Another file has the name by now: what is kept under it is not the content of the others.
      if (!opened.isSameFile) this.#links.forget(seen.stat)
      return opened
    } catch (error) {
      this.#links.forget(seen.stat)
      throw error
    }
  }

  #skip({ path, skipped: reason }: Extract<Finding, { readonly skipped: string }>): SourceItem {
    this.tally.add(reason, path)
    return { skipped: { path, reason } }
  }

  #notes(): SourceNote[] {
    if (this.#links.forgotten === 0) return []
    const text = `${this.#links.forgotten} hard links are kept as files of their own.`
    return [{ what: 'hard-links-not-remembered', text }]
  }
}

function plainFacts(kind: EntryFacts['kind'], path: Uint8Array, stat: TreeStat): EntryFacts {
  const { mode, uid, gid } = stat
  return { path, kind, mode, uid, gid, mtimeNs: ranges.nearestTime(stat.mtimeNs), sizeBytes: 0 }
}
