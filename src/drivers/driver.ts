// What a driver is: one kind of resource, read in entry order and put back. A driver knows no
// vault and no job: contents pass through `SourceContent` and `content()`, and what could not be
// read is counted in a tally which the job turns into its message.

import type { Entry, EntryFacts, EntryIdentity, Failure } from '../model/index.ts'
import type { LostGroup } from './lost-entry.ts'
import type { RestoreRoot } from './restore-root.ts'
import type { SettingWarning } from './restored-settings.ts'
import type { SkipReason, SkipTally } from './skip-tally.ts'

/** Where a directory resource lies. */
export interface DirectoryConfig {
  /** Absolute path of the folder; a symbolic link there is followed once, at the start. */
  readonly path: string
  /** The resource's ARN, for failures; the path stands in where there is none yet. */
  readonly arn?: string
}

/** One kind of resource. Nothing here keeps state between calls. */
export interface Driver {
  readonly name: 'directory'
  /** AWS's type word, which gives the ARN's form and rules. */
  readonly type: 'EFS'

  /** Why the resource cannot be backed up now (`ResourceUnavailable`), or undefined. */
  check(config: DirectoryConfig): Promise<Failure | undefined>

  /**
   * Begins reading. Nothing is touched before the first item is asked for. Throws an Answer
   * `ResourceUnavailable` when the folder cannot be opened, a Trouble when the machine is out of
   * descriptors or memory, or the thread that lists ahead ended.
   */
  read(config: DirectoryConfig, options: ReadOptions): Reading

  /**
   * A sentence about what cannot be kept of any file (extended attributes, ACLs), or undefined.
   * May run beside `read`; never throws.
   */
  describeUnkept(config: DirectoryConfig, signal: AbortSignal): Promise<string | undefined>

  /**
   * Puts the entries back below `request.target`. Everything is on the disk when it resolves.
   * May be repeated with `resuming`. Throws an Answer `RestoreTargetInvalid`, or a Trouble after
   * which the next attempt goes on; the abort reason when the signal aborts.
   */
  restore(request: RestoreRequest): Promise<RestoreReport>

  /**
   * Removes what an unfinished restore keeps between attempts (its staging folder); for a job that
   * ends without success. Absent is fine. What was restored stays.
   */
  abandon(request: Pick<RestoreRequest, 'target' | 'jobId' | 'roots'>): Promise<void>
}

export interface ReadOptions {
  /** When the job began to read, ms since 1970: files changed shortly before get no identity. */
  readonly readStart: number
}

/**
 * One pass over a resource, in groups: no promise is made for a single item. Within a group it is
 * synchronous: the caller gives the event loop a turn now and then. May be iterated once; leaving
 * the loops early closes everything.
 */
export interface Reading extends AsyncIterable<Iterable<SourceItem>> {
  /** What was left out or changed so far; complete when the iteration has ended. */
  readonly tally: SkipTally
}

/**
 * What a reading yields: an entry, something left out, or (once, last) remarks on the whole.
 * `facts` is `undefined` in the latter two.
 */
export type SourceItem = SourceEntry | SourceSkip | SourceEnd

export interface SourceEntry {
  /** As of `lstat`; after `open` as of the opened file. */
  readonly facts: EntryFacts
  /**
   * Opens the content of a file; absent for everything else. Valid only until the next item is
   * asked for. Throws FileSkipped (already in the tally), or a Trouble.
   */
  readonly open?: () => SourceContent
  readonly skipped?: undefined
  readonly notes?: undefined
}

/** Already in the tally. */
export interface SourceSkip {
  readonly skipped: { readonly path: Uint8Array; readonly reason: SkipReason }
  readonly facts?: undefined
  readonly notes?: undefined
}

export interface SourceEnd {
  readonly notes: readonly SourceNote[]
  readonly facts?: undefined
  readonly skipped?: undefined
}

/** Something true of the whole reading rather than of one path. */
export interface SourceNote {
  readonly what: 'hard-links-not-remembered'
  readonly text: string
}

/** The bytes of one file, in order. */
export interface SourceContent {
  /**
   * Fills `into` from its start; 0 means a hole, which can be passed, or the end. A read error ends
   * the content (see `close`).
   */
  read(into: Uint8Array): number
  /** Goes to the end of the hole at which reading stands, and says how long it is; else 0. */
  passHole(): number
  /** Nothing more of it can be kept: it ends here as at a read error. */
  cut(): void
  /**
   * Closes the file and says the facts as they are now: these are to be stored. `sizeBytes` is the
   * number of bytes `read` gave; `identity` is absent when the file changed meanwhile or had not
   * settled, and the change is then in the tally. Closing again gives the same answer.
   */
  close(): ContentFacts
}

export interface ContentFacts {
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly identity?: EntryIdentity
}

/** A file that turned out to be unreadable, gone or no file when it was opened. */
export class FileSkipped extends Error {
  readonly path: Uint8Array
  readonly reason: SkipReason
  constructor(path: Uint8Array, reason: SkipReason, options?: ErrorOptions) {
    super(`skipped (${reason}): ${Buffer.from(path).toString('utf8')}`, options)
    this.name = 'FileSkipped'
    this.path = path
    this.reason = reason
  }
}

export interface RestoreRequest {
  /** Absolute path; created when absent (its parent must exist). No symbolic link is followed. */
  readonly target: string
  /** Names the staging folder. */
  readonly jobId: string
  /** An earlier attempt of this job may have begun. */
  readonly resuming: boolean
  /** Restore into a folder that holds other things; what has an entry's name is replaced. */
  readonly allowNonEmpty: boolean
  /** The target must be one of these folders or inside one, reached without a symbolic link. */
  readonly roots: readonly RestoreRoot[]
  /** Folders of others: the target may neither lie in them nor hold them. */
  readonly others?: readonly string[]
  /** The entries in `compareEntryPaths` order; called several times. */
  entries(): AsyncIterable<Entry>
  /**
   * Hands the content of `entry` to `write`, in any order of offsets, holes left out. A piece need
   * not be valid once that is done, or the promise it gives is.
   */
  content(
    entry: Entry,
    write: (bytes: Uint8Array, offset: number) => Promise<void> | undefined,
  ): Promise<void>
  readonly signal: AbortSignal
  /** What came on top since the last call. Bytes are bytes of content, holes included. */
  onProgress?(delta: { readonly entries: number; readonly bytes: number }): void
}

export interface RestoreReport {
  readonly entries: number
  /** Bytes of content now in place, holes included. */
  readonly bytes: number
  /** Entries found whole from an earlier attempt. */
  readonly alreadyThere: number
  readonly warnings: readonly RestoreWarning[]
  /** Entries that are not there, by reason; all the others are. */
  readonly unwritten: readonly LostGroup[]
  /** Sentences about what is not as exact here as it was. */
  readonly notes: readonly string[]
}

export interface RestoreWarning {
  readonly what: SettingWarning | 'settings-not-set' | 'hard-link-copied'
  readonly count: number
  /** The first few paths, made printable. */
  readonly names: readonly string[]
}
