// The content of one file while it is backed up. Opens without waiting and without following,
// compares what was opened with what was seen, and again at the end, so that a file that changes
// under the reader is kept as read, named, and read anew next time.

import { type EntryFacts, type EntryIdentity, ranges } from '../model/index.ts'
import type { Tree, TreeStat } from '../world/index.ts'
import { type ContentFacts, FileSkipped, type SourceContent } from './driver.ts'
import type { Found } from './finding.ts'
import type { SkipReason, SkipTally } from './skip-tally.ts'
import { skipReasonOf, throwUnlessPathsOwn } from './system-errors.ts'

/** An opened file; `facts` are as of the opening. */
export interface OpenedFile {
  readonly facts: EntryFacts
  readonly content: SourceContent
  /** False when another file has taken the name since it was found. */
  readonly isSameFile: boolean
}

/**
 * Opens `found`. Throws FileSkipped, counted in `tally`; a Trouble when the machine is at fault.
 * What was found well ahead (`isAhead`) is taken as it is now: what changed in between did not
 * change while it was read.
 */
export function openFile(
  tree: Tree,
  found: Found,
  { tally, isAhead }: { readonly tally: SkipTally; readonly isAhead: boolean },
): OpenedFile {
  const skip = (reason: SkipReason, cause?: unknown): FileSkipped => {
    tally.add(reason, found.path)
    return new FileSkipped(found.path, reason, { cause })
  }
  let file: number
  try {
    file = tree.openFile(found.reach)
  } catch (error) {
    throw skip(skipReasonOf(error), error)
  }
  try {
    const opened = tree.fstat(file)
    if (opened.kind !== 'file') throw skip('replaced')
    if (opened.sizeBytes > ranges.FILE_BYTES_MAX) throw skip('too-large')
    const { path, stat, settledBeforeNs } = found
    const seen = { path, stat: isAhead ? opened : stat, settledBeforeNs }
    return {
      facts: fileFacts(seen, opened),
      content: new OpenContent(tree, file, { seen, opened, tally }),
      isSameFile: opened.device === stat.device && opened.inode === stat.inode,
    }
  } catch (error) {
    tree.close(file)
    throw error
  }
}

/** A file in the state that its content is compared with. */
type SeenFile = Pick<Found, 'path' | 'stat' | 'settledBeforeNs'>

/** The facts of a regular file that was met in this state. */
export function fileFacts(seen: SeenFile, stat: TreeStat): EntryFacts {
  const { path } = seen
  const { mode, uid, gid, sizeBytes } = stat
  const mtimeNs = ranges.nearestTime(stat.mtimeNs)
  const identity =
    seen.stat === stat || unchanged(seen.stat, stat) ? identityOf(seen, stat) : undefined
  if (!identity) return { path, kind: 'file', mode, uid, gid, mtimeNs, sizeBytes }
  return { path, kind: 'file', mode, uid, gid, mtimeNs, sizeBytes, identity }
}

function identityOf(seen: SeenFile, stat: TreeStat): EntryIdentity | undefined {
  if (stat.mtimeNs > seen.settledBeforeNs || stat.ctimeNs > seen.settledBeforeNs) return undefined
  // Told by a file system that makes its times up: no change would show.
  if (ranges.nearestTime(stat.ctimeNs) !== stat.ctimeNs) return undefined
  return { device: stat.device, inode: stat.inode, ctimeNs: stat.ctimeNs }
}

/** The same file, with the same content as far as its facts can tell. */
function unchanged(before: TreeStat, after: TreeStat): boolean {
  return (
    before.device === after.device &&
    before.inode === after.inode &&
    before.sizeBytes === after.sizeBytes &&
    before.mtimeNs === after.mtimeNs &&
    before.ctimeNs === after.ctimeNs
  )
}

interface ReadContext {
  readonly seen: SeenFile
  readonly opened: TreeStat
  readonly tally: SkipTally
}

/** Smaller files are read through: asking where their data lies would cost more. */
const HOLES_FROM_BYTES = 1024 * 1024
/** Holes are told in whole blocks, as zeros are found that are read: with or without, the same. */
const BLOCK_BYTES = 4 * 1024

class OpenContent implements SourceContent {
  readonly #tree: Tree
  readonly #file: number
  readonly #context: ReadContext
  /** Where reading stands, the end of the file as it was opened, and the end of known data. */
  #givenBytes = 0
  #endBytes: number
  #dataEnd: number
  /** A hole begins where reading stands, of so many bytes. */
  #holeBytes = 0
  #failed = false
  #closed: ContentFacts | undefined

  constructor(tree: Tree, file: number, context: ReadContext) {
    this.#tree = tree
    this.#file = file
    this.#context = context
    this.#endBytes = context.opened.sizeBytes
    this.#dataEnd = this.#endBytes < HOLES_FROM_BYTES ? this.#endBytes : 0
  }

  // Reads up to the size at opening and no further: a log that grows faster than it is read would
  // otherwise never end.
  read(into: Uint8Array): number {
    if (this.#closed) throw new Error('the content is closed')
    if (this.#failed || this.#givenBytes >= this.#endBytes || into.length === 0) return 0
    try {
      if (this.#givenBytes >= this.#dataEnd && this.#holeBytes === 0) this.#lookAhead()
      const left = this.#dataEnd - this.#givenBytes
      if (left <= 0 || this.#holeBytes > 0) return 0
      const at = this.#givenBytes
      const got = this.#tree.read(
        this.#file,
        left < into.length ? into.subarray(0, left) : into,
        at,
      )
      this.#givenBytes += got
      return got
    } catch (error) {
      throwUnlessPathsOwn(error)
      this.#failed = true
      return 0
    }
  }

  passHole(): number {
    const passed = this.#holeBytes
    this.#holeBytes = 0
    this.#givenBytes += passed
    return passed
  }

  cut(): void {
    this.#failed = true
  }

  /** Finds the data or the hole that begins where reading stands. */
  #lookAhead(): void {
    const at = this.#givenBytes
    const run = this.#tree.nextData(this.#file, at)
    if (run === undefined) {
      // A file that was cut shorter meanwhile has no hole behind its new end.
      this.#endBytes = Math.min(this.#endBytes, this.#tree.fstat(this.#file).sizeBytes)
      this.#holeBytes = Math.max(0, this.#endBytes - at)
      return
    }
    const begin = Math.min(run.begin, this.#endBytes)
    this.#holeBytes = Math.max(0, begin - (begin % BLOCK_BYTES) - at)
    const end = Math.min(run.end, this.#endBytes) + BLOCK_BYTES - 1
    this.#dataEnd = Math.min(end - (end % BLOCK_BYTES), this.#endBytes)
  }

  close(): ContentFacts {
    this.#closed ??= this.#end()
    return this.#closed
  }

  #end(): ContentFacts {
    const { seen, opened, tally } = this.#context
    const ended = this.#release()
    // What was read is kept; the time of the end makes the next backup see nothing as unchanged.
    const whole = this.#givenBytes === opened.sizeBytes
    const same = whole && !this.#failed && unchanged(seen.stat, opened) && unchanged(opened, ended)
    if (this.#failed) tally.add('cut-short', seen.path)
    else if (!same) tally.add('changed', seen.path)
    const identity = same ? identityOf(seen, ended) : undefined
    return {
      sizeBytes: this.#givenBytes,
      mtimeNs: ranges.nearestTime(ended.mtimeNs),
      ...(identity && { identity }),
    }
  }
  // Closes whatever happens; a file that no longer tells its facts counts as failed.
  #release(): TreeStat {
    try {
      return this.#tree.fstat(this.#file)
    } catch (error) {
      throwUnlessPathsOwn(error)
      this.#failed = true
      return this.#context.opened
    } finally {
      this.#tree.close(this.#file)
    }
  }
}
