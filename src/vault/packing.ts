// What makes sealed packs of new chunks: compressing, sealing, hashing. It owns no file and asks no
// catalog, so any thread can do it: this one (`packing-here.ts`) or another beside the one that
// reads (`packing-aside.ts`). One suite tests both.

import type { ChunkPlace } from './chunk-table.ts'
import type { FinishedPack } from './pack-builder.ts'

/** A new chunk, in memory that is the packing's until it says that it is spent. */
export interface NewChunk {
  /** What its owner knows it by. */
  readonly row: number
  /** All of a piece of memory: the plaintext, behind it the chunk's id. */
  readonly buffer: Uint8Array
  readonly plainBytes: number
}

/** What the next pack is made of. */
export interface PackSupply {
  /** Its number, for the places of its chunks. */
  readonly pack: number
  /** All of a piece of memory; the pack will not grow beyond it. */
  readonly buffer: Uint8Array
  /** 32 bytes that seal this pack and no other. */
  readonly dataKey: Uint8Array
}

/** A pack as its supply and its chunks became one; `bytes` begin where the supply's memory does. */
export interface MadePack extends FinishedPack {
  readonly pack: number
}

/** Who has packs made. Nothing here may throw but `supply`. */
export interface PackingTarget {
  /** 16 bytes: whose ids the chunks have. */
  readonly domain: Uint8Array
  /** Asked for when a pack is begun, not before. Rejecting ends the packing. */
  supply(): Promise<PackSupply>
  /** Told of every chunk, before the pack it lies in. */
  placed(row: number, place: ChunkPlace): void
  /** The pack, and its memory, are the target's. */
  made(pack: MadePack): void
  /** A chunk's memory is its owner's again. */
  spent(buffer: Uint8Array): void
  /** Told once: nothing more will come. */
  failed(error: unknown): void
}

/** Makes packs for one target, in the order in which chunks are taken. */
export interface Packing {
  /** Never waits: the target bounds what it hands over and is not spent. */
  take(chunk: NewChunk): void
  /** Resolves when every chunk taken lies in a pack that was handed over; no chunk may follow. */
  finish(): Promise<void>
  /** Resolves when nothing is told any more. A pack that is not whole is forgotten. */
  abandon(): Promise<void>
}

export type OpenPacking = (target: PackingTarget) => Packing
