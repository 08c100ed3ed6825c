// Who decides which packs are put: the catalog, through this interface. The vault asks before it
// puts a pack and reports when the pack is durable; it never puts one that it was not told to put.

import type { PackName } from '../model/index.ts'

export interface PackLedger {
  /**
   * Asks for the right to put packs; atomic, never blocks. `put`: this job must put it now;
   * `live`: it is in the store; `wait`: another job puts it or a sweep deletes it, ask later.
   * Repeating is harmless.
   */
  claim(packs: readonly ClaimedPack[]): Promise<Map<PackName, 'put' | 'live' | 'wait'>>
  /**
   * The packs are durable in the store, bytes and names. Repeating is harmless. What is told for
   * `later` may be kept until the next `claim`, which then costs no transaction more, or `arrived`
   * without it: who never comes to either has told nothing.
   */
  arrived(packs: readonly ArrivedPack[], when?: 'later'): Promise<void>
  /** A pause before asking again about packs answered `wait`. */
  wait(): Promise<void>
}

export interface ClaimedPack {
  readonly name: PackName
  readonly sizeBytes: number
}

export interface ArrivedPack extends ClaimedPack {
  /** CRC-32 (IEEE) of the whole object. */
  readonly crc32: number
  /** The pack's data key under the vault key, 40 bytes: how a resumed backup finds it again. */
  readonly sealedKey?: Uint8Array
  /** The pack it is a re-encryption of: how a resumed copy knows it again. */
  readonly from?: PackName
}
