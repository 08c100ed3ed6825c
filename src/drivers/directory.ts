// The directory driver (AWS type EFS): a folder of the machine and everything below it. Puts
// together what reads, checks and restores; see the neighbouring files.

import type { AttributeFinder, Clock, OpenWholeSync, Tree } from '../world/index.ts'
import { attributeNote } from './attribute-note.ts'
import { checkDirectory } from './directory-check.ts'
import { readDirectory } from './directory-reading.ts'
import type { Driver } from './driver.ts'
import type { MakingLine } from './making-aside.ts'
import { abandonRestore, restoreDirectory } from './restore.ts'
import type { WalkLine } from './walk-aside.ts'

/** What the driver needs from the world. */
export interface DirectoryWorld {
  readonly tree: Tree
  /** Tells which files have extended attributes; absent where nothing can. */
  readonly attributes?: AttributeFinder
  /** Writes many restored files back at once; without it, and where it fails, they take longer. */
  readonly wholeSync?: OpenWholeSync
  /** How many files this process may have open; restores keep to a part of it. */
  readonly openFilesMax?: number
  /**
   * Opens a line to a thread that serves walks (`serveWalk`) through the same tree: folders are
   * then listed there, ahead of the reading. Absent: on this thread.
   */
  readonly openWalkLine?: () => WalkLine
  /** The same to a thread that makes files (`serveMaking`) for restores. */
  readonly openMakingLine?: () => MakingLine
  /** For giving the event loop a turn during a restore. */
  readonly clock: Clock
  /** Folders of this server (stores, keys, catalog): never backed up, nor anything below them. */
  readonly ownFolders: readonly string[]
  /** Folders no restore may lie in or around; the own folders unless told otherwise. */
  readonly noRestoreInto?: readonly string[]
}

/** The driver for folders, over `world`. */
export function openDirectoryDriver(world: DirectoryWorld): Driver {
  return {
    name: 'directory',
    type: 'EFS',
    check: async (config) => checkDirectory(world, config),
    read: (config, options) => readDirectory(world, config, options),
    describeUnkept: (config, signal) => attributeNote(world.attributes, config.path, signal),
    restore: (request) => restoreDirectory(world, request),
    abandon: async (request) => abandonRestore(world, request),
  }
}
