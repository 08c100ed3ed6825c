// What makes the files of a restore: each in the staging folder, with its content and settings, and
// on the disk before anything is said of it. Who gives them their names is somebody else.

import type { EntryFacts } from '../model/index.ts'
import type { SettingWarning } from './restored-settings.ts'

/** What a file is made from, apart from its content. */
export type NewFileFacts = Pick<EntryFacts, 'mode' | 'uid' | 'gid' | 'mtimeNs' | 'sizeBytes'>

/** Hears of files and folders, by their numbers. */
export interface MakingTarget {
  /**
   * The file is whole and on the disk, and nobody holds it open; or the folder was ended, and all
   * its files are so. In the order of the ends, and only within calls of `FileMaking`; what it
   * throws, they throw.
   */
  durable(number: number): void
  warned(number: number, what: SettingWarning): void
  /** The file cannot be made, or the folder below another; nothing more is told of it. */
  lost(number: number, error: unknown): void
}

/**
 * Makes one file at a time; a promise asks its caller to wait before the next call. What costs one
 * file alone is told of it, and the calls that it still gets do nothing. Throws any other error of
 * the file system, of this file or one before; then nothing but disposing of it makes sense, which
 * ends everything that goes on, and closes files without a word of them.
 */
export interface FileMaking extends AsyncDisposable {
  /**
   * Begins a folder; numbers are the names in the staging folder, and none is used again. With a
   * path the folder is one below the folder that was begun, and is made and ended at once.
   */
  beginFolder(number: number, within?: Uint8Array): Promise<void> | undefined
  endFolder(): Promise<void> | undefined
  /** Begins a file; with a path, below the folder that was begun. */
  begin(number: number, facts: NewFileFacts, within?: Uint8Array): Promise<void> | undefined
  /** `bytes` may change once this is done. What is written nowhere is a hole. */
  write(bytes: Uint8Array, offset: number): Promise<void> | undefined
  end(): Promise<void> | undefined
  /** Ends the file without it: it is removed, and nothing is told of it. */
  drop(): Promise<void> | undefined
  /** Resolves when all that was ended is durable, and was told. */
  flush(): Promise<void>
}
