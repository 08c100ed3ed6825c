// What a walk through a folder hands over: for each name what `lstat` said of it and how to reach
// it, or why it is left out. Plain facts, so that a walk may be made on another thread.

import type { TreeStat } from '../world/index.ts'
import type { DirectoryConfig } from './driver.ts'
import type { SkipReason } from './skip-tally.ts'

/** What to walk through, and by which rules. */
export interface WalkRequest {
  readonly config: DirectoryConfig
  /** Folders of this server: neither they nor anything below them is walked through. */
  readonly ownFolders: readonly string[]
  /** When the job began to read, ms since 1970. */
  readonly readStart: number
}

/**
 * A walk in entry order, in groups: no promise is made for a single name. It is whole only when it
 * ends by itself; leaving it early closes what it holds. Throws an Answer `ResourceUnavailable`
 * when the folder cannot be opened, a Trouble when the machine is at fault.
 */
export type Walk = AsyncIterable<Iterable<Finding>>

/** Something met on a walk. A folder comes right before what it holds; first of all the root. */
export type Finding = Found | LeftOut

/** A folder, a file or a symbolic link, as of `lstat`. */
export interface Found {
  /** Where it lies in the recovery point. */
  readonly path: Uint8Array
  /** Where it lies now. Good for opening it until the next finding is asked for. */
  readonly reach: Uint8Array
  readonly stat: TreeStat
  /** Files changed after this moment get no identity. */
  readonly settledBeforeNs: bigint
  /** The text of a symbolic link; absent for everything else. */
  readonly target?: Uint8Array
  readonly skipped?: undefined
}

/** A path that is left out; of a folder that was found before, that its content is. */
export interface LeftOut {
  readonly path: Uint8Array
  readonly skipped: SkipReason
}
