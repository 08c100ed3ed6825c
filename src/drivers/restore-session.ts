// What the passes of one restore share: the request, the folders of the target, the staging folder,
// the warnings, and the checks every entry goes through before anything is made of it. Entries come
// from a recovery point anybody may have written: their paths, order and parents are not trusted.

import { Answer, compareEntryPaths, type Entry, type EntryFacts } from '../model/index.ts'
import type { Clock, Tree, WholeSync } from '../world/index.ts'
import type { DirectoryWorld } from './directory.ts'
import type { RestoreReport, RestoreRequest, RestoreWarning } from './driver.ts'
import type { FolderCursor } from './folder-cursor.ts'
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

  /** One pass: every entry, checked; errors of the file system are told with the entry's path. */
  async forEachEntry(work: (entry: Entry) => Promise<void> | void): Promise<void> {
    const check = entryCheck()
    for await (const entry of this.request.entries()) {
      this.request.signal.throwIfAborted()
      await this.#breathe()
      try {
        const fault = check(entry) ?? this.#stagingFault(entry.path)
        if (fault) throw this.refusal(fault, entry.path)
        const working = work(entry)
        if (working) await working
      } catch (error) {
        throw restoreError(error, this.request.target, entry.path)
      }
    }
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

/** Checks the entries of one pass as they come; says what is wrong with one, if anything. */
function entryCheck(): (entry: Entry) => string | undefined {
  let last: Uint8Array | undefined
  const folders: Uint8Array[] = []
  return (entry) => {
    const fault = pathFault(entry.path) ?? factsFault(entry)
    if (fault) return fault
    if (last === undefined) {
      if (entry.path.length > 0 || entry.kind !== 'directory') return 'the first is not the root'
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
