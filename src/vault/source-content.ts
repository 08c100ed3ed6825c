// A file's content as a driver hands it to the writer. The driver room declares a structurally
// equal type; the two never import each other.

import type { EntryIdentity } from '../model/index.ts'

export interface SourceContent {
  /**
   * Fills `into` from its beginning and says how many bytes it wrote; 0 means a hole that can be
   * passed, or the end.
   */
  read(into: Uint8Array): number
  /**
   * Goes to the end of the hole at which reading stands and says how long it is, else 0. Holes
   * begin and end at multiples of 4 KiB, or end with the file. Absent: zeros are always read.
   */
  passHole?(): number
  /** Ends the content here, because no more of it can be kept. */
  cut?(): void
  /** Ends the reading and says what the file was at its end. The writer keeps these facts. */
  close(): ClosedContent
}

export interface ClosedContent {
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  /** Absent when the file changed while it was read, or had not settled. */
  readonly identity?: EntryIdentity
}
