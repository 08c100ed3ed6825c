// What makes the files of a restore: each in the staging folder, with its content and settings, and
// on the disk before anything is said of it. Who gives them their names is somebody else.

import type { EntryFacts } from '../model/index.ts'
import type { SettingWarning } from './restored-settings.ts'

/** What a file is made from, apart from its content. */
export type FileFacts = Pick<EntryFacts, 'mode' | 'uid' | 'gid' | 'mtimeNs' | 'sizeBytes'>

/** Hears of the files, by their numbers in the staging folder. */
export interface MakingTarget {
  /**
   * The file is whole and on the disk, and nobody holds it open. In the order of `begin`, and only
   * within calls of `FileMaking`; what it throws, they throw.
   */
  durable(number: number): void
  warned(number: number, what: SettingWarning): void
  /** What an error that the file met, or none alone, is to be told as. */
  failed(number: number | undefined, error: unknown): unknown
}

/**
 * Makes one file at a time; a promise asks its caller to wait before the next call. Throws errors of
 * the file system, of this file or one before; then nothing but disposing of it makes sense, which
 * ends everything that goes on, and closes files without a word of them.
 */
export interface FileMaking extends AsyncDisposable {
  /** Makes the file that has `number` in the staging folder, which nothing has had before. */
  begin(number: number, facts: FileFacts): Promise<void> | undefined
  /** `bytes` may change once this is done. What is written nowhere is a hole. */
  write(bytes: Uint8Array, offset: number): Promise<void> | undefined
  end(): Promise<void> | undefined
  /** Resolves when all that was ended is durable, and was told. */
  flush(): Promise<void>
}
