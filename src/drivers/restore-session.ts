// What the passes of one restore share: the request, the folders of the target, the staging folder,
// the warnings, and the checks every entry goes through before anything is made of it. Entries come
// from a recovery point anybody may have written: their paths, order and parents are not trusted.

import {
  Answer,
  compareEntryPaths,
  type Entry,
  type EntryFacts,
  type EntryKind,
} from '../model/index.ts'
import type { Clock, Tree, WholeSync } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type { RestoreReport, RestoreRequest, RestoreWarning } from './driver.ts'
import type { FolderCursor } from './folder-cursor.ts'
import { EntryLost, LostEntries, lossOf } from './lost-entry.ts'
import { parentAndName, pathFault, sameBytes } from './raw-path.ts'
import type { SettingWorld } from './restored-settings.ts'
import { printablePath, SKIP_NAMES_MAX } from './skip-tally.ts'
import { stagingName } from './staging.ts'
import { restoreError } from './system-errors.ts'
import type { TargetPlace } from './target-place.ts'

/** How long the passes hold the thread before they give the event loop a turn. */
const TURN_MS = 50
/** What a process may open at least, unless told otherwise. */
const OPEN_FILES_MAX = 1024
const SLASH = 0x2f
const ID_MAX = 0xffff_ffff
const MODE_MAX = 0o7777

export class RestoreSession implements Disposable {
  readonly tree: Tree
  readonly request: RestoreRequest
  /** Nothing but what this attempt makes may be met in the target. */
  readonly fresh: boolean
  /** Whether the target lies on something that a flush writes to. */
  readonly hasDisk: boolean
  /** The target as a path while it is open. */
  readonly here: string
  readonly openFilesMax: number
  readonly #place: TargetPlace
  readonly #clock: Clock
  readonly #wholeSync: WholeSync | undefined
  readonly #notes: string[] = []
  /** What could not be restored. */
  readonly lost = new LostEntries()
  /** Kinds of entries that were met in a pass over others. */
  readonly #kindsLeft = new Set<EntryKind>()
  readonly #warnings = new Map<RestoreWarning['what'], { count: number; names: string[] }>()
  readonly #staging: Uint8Array
  #turnBeganMs: number
  #entries = 0
  #bytes = 0
  #alreadyThere = 0

  constructor(
    world: Pick<DirectoryWorld, 'tree' | 'clock' | 'wholeSync' | 'openFilesMax'>,
    request: RestoreRequest,
    options: {
      readonly fresh: boolean
      readonly hasDisk: boolean
      readonly place: TargetPlace
      readonly here: string
    },
  ) {
    this.tree = world.tree
    this.request = request
    this.fresh = options.fresh
    this.hasDisk = options.hasDisk
    this.here = options.here
    this.openFilesMax = world.openFilesMax ?? OPEN_FILES_MAX
    this.#place = options.place
    this.#clock = world.clock
    this.#wholeSync = options.hasDisk ? world.wholeSync?.(options.here) : undefined
    this.#staging = stagingName(request.jobId)
    this.#turnBeganMs = world.clock.monotonicMs()
  }

  /**
   * One pass: every entry of these kinds, checked. One that cannot be restored costs itself and
   * what leans on it, and is told when `tells`; what ends the restore is told with its path.
   */
  async forEachEntry(
    { kinds, tells = true }: { readonly kinds: readonly EntryKind[]; readonly tells?: boolean },
    work: (entry: Entry) => Promise<void> | void,
  ): Promise<void> {
    const check = entryCheck()
    for await (const entry of this.request.entries()) {
      this.request.signal.throwIfAborted()
      await this.#breathe()
      const fault = check(entry) ?? this.#stagingFault(entry.path)
      // Without a root there is no list.
      if (fault === NO_ROOT) throw this.refusal(fault, entry.path)
      if (!kinds.includes(entry.kind)) {
        this.#kindsLeft.add(entry.kind)
        continue
      }
      try {
        if (fault) throw new EntryLost(fault)
        if (this.lost.has(entry.path)) continue
        if (this.lost.isBelow(entry.path)) {
          if (tells) this.lost.addBelow(entry.path)
          continue
        }
        const working = work(entry)
        if (working) await working
      } catch (error) {
        const reason = lossOf(error)
        if (!reason) throw restoreError(error, this.request.target, entry.path)
        if (tells) this.lose(entry.path, reason)
      }
    }
  }

  /** Whether entries of a kind were met by passes over others. */
  hasLeft(kind: EntryKind): boolean {
    return this.#kindsLeft.has(kind)
  }

  /** Goes on without the entry. */
  lose(path: Uint8Array, reason: string): void {
    if (path.length === 0) throw this.refusal(reason, path)
    if (this.lost.isBelow(path)) this.lost.addBelow(path)
    else if (!this.lost.add(reason, path))
      throw this.refusal(`${reason}; so could too many others`, path)
  }

  /** Ends a restore that brought nothing. */
  mustHaveRestored(): void {
    const [first] = this.lost.groups
    if (!first || this.#entries > 1) return
    const others = this.lost.groups.reduce((sum, { count }) => sum + count, -1)
    const more = others > 0 ? `, and ${others} more could not be written` : ''
    throw this.refusal(`${first.names[0]}: ${first.reason}${more}`)
  }

  /** Ends the restore when `folder`, which lies in the target, was moved to where it may not be. */
  mustBeInPlace(folder: FolderCursor): void {
    const fault = this.#place.faultNow(folder)
    if (fault) throw this.refusal(fault)
  }

  /** The answer that ends the restore because of what lies, or would lie, at `path`. */
  refusal(reason: string, path?: Uint8Array): Answer {
    const told = path === undefined ? reason : `${printablePath(path)}: ${reason}`
    return new Answer({ code: 'RestoreTargetInvalid', path: this.request.target, reason: told })
  }

  warn(what: RestoreWarning['what'], path: Uint8Array): void {
    let group = this.#warnings.get(what)
    if (!group) {
      group = { count: 0, names: [] }
      this.#warnings.set(what, group)
    }
    group.count += 1
    if (group.names.length < SKIP_NAMES_MAX) group.names.push(printablePath(path))
  }

  /** Has something said that is true of the whole restore. */
  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** For setting what `entry` is like. */
  settingsOf(entry: EntryFacts): SettingWorld {
    return { tree: this.tree, warn: (what) => this.warn(what, entry.path) }
  }

  /** Counts what came in place. */
  progress(delta: { entries: number; bytes: number }): void {
    this.#entries += delta.entries
    this.#bytes += delta.bytes
    this.request.onProgress?.(delta)
  }

  /** Counts an entry an earlier attempt finished. */
  foundWhole(entry: Entry): void {
    this.#alreadyThere += 1
    this.progress({ entries: 1, bytes: entry.sizeBytes })
  }

  report(): RestoreReport {
    return {
      entries: this.#entries,
      bytes: this.#bytes,
      alreadyThere: this.#alreadyThere,
      warnings: [...this.#warnings].map(([what, group]) => ({ what, ...group })),
      unwritten: this.lost.groups,
      notes: this.#notes,
    }
  }

  /** Has everything written on the target's file system, where that can be had. */
  async writeBack(): Promise<void> {
    await this.#wholeSync?.sync(this.request.signal)
  }

  [Symbol.dispose](): void {
    this.#wholeSync?.[Symbol.dispose]()
  }

  #stagingFault(path: Uint8Array): string | undefined {
    const first = path.indexOf(SLASH)
    const name = first === -1 ? path : path.subarray(0, first)
    return sameBytes(name, this.#staging) ? 'it has the name of the staging folder' : undefined
  }

  async #breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#turnBeganMs < TURN_MS) return
    await this.#clock.sleep(0, this.request.signal)
    this.#turnBeganMs = this.#clock.monotonicMs()
  }
}

const NO_ROOT = 'the first is not the root'

/** Checks the entries of one pass as they come; says what is wrong with one, if anything. */
function entryCheck(): (entry: Entry) => string | undefined {
  let last: Uint8Array | undefined
  const folders: Uint8Array[] = []
  return (entry) => {
    const fault = pathFault(entry.path) ?? factsFault(entry)
    if (fault) return fault
    if (last === undefined) {
      if (entry.path.length > 0 || entry.kind !== 'directory') return NO_ROOT
    } else {
      if (compareEntryPaths(last, entry.path) >= 0) return 'it is out of order'
      const { parent } = parentAndName(entry.path)
      while (folders.length > 0 && !sameBytes(folders.at(-1) as Uint8Array, parent)) folders.pop()
      if (folders.length === 0) return 'what it lies in is not a folder'
    }
    last = entry.path
    if (entry.kind === 'directory') folders.push(entry.path)
    return undefined
  }
}

function factsFault(entry: Entry): string | undefined {
  const { uid, gid, mode, sizeBytes, kind, target } = entry
  for (const id of [uid, gid]) if (!isCount(id, ID_MAX)) return 'its owner is no number of a user'
  if (!isCount(mode, MODE_MAX)) return 'its mode is no mode'
  if (!isCount(sizeBytes, Number.MAX_SAFE_INTEGER)) return 'its size is no size'
  if (kind !== 'symlink' && kind !== 'hardlink') return undefined
  if (!target || target.length === 0 || target.includes(0)) return 'it links to nothing'
  return kind === 'hardlink' ? pathFault(target) : undefined
}

const isCount = (value: number, max: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= max
