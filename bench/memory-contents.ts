// Contents of files that are on no disk: the same bytes on every run, made as they are read.

import { createCipheriv } from 'node:crypto'
import type { SourceContent } from '../src/vault/index.ts'
import { MEGABYTE } from './figures.ts'

const PAGE_BYTES = 64 * 1024
const PAGE_WORDS = PAGE_BYTES / 4
const BLOCK_BYTES = MEGABYTE
/** 2^32 by the golden ratio. */
const GOLDEN = 0x9e37_79b1
/** The first 8 of 256 MiB shrink a little: two words in 32 are the same. */
const PAGES_OF_TURN = (256 * MEGABYTE) / PAGE_BYTES
const PAGES_SHRINKING = (8 * MEGABYTE) / PAGE_BYTES
const SHRINKING_WORDS = 32

/** What a made entry is like where it does not matter. */
export const ENTRY = {
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeNs: 1_700_000_000_000_000_000n,
  sizeBytes: 0,
}

interface Identity {
  readonly device: bigint
  readonly inode: bigint
  readonly ctimeNs: bigint
}

/** Lines that tell a file's number, so that no two files are alike. */
export function textContent(number: number, sizeBytes: number, identity: Identity): SourceContent {
  const line = `file ${number} says: ${number * 7919} and ${number ** 2}\n`
  return contentOf(sizeBytes, (into) => into.fill(line), identity)
}

/**
 * Gives out contents that no two pages of are alike: random bytes, and now and then a stretch that
 * zstd takes for worth its while and hardly shrinks, which is when it needs most memory.
 */
export function seededContent(): (sizeBytes: number) => SourceContent {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 3), Buffer.alloc(16))
  const block = cipher.update(Buffer.alloc(BLOCK_BYTES))
  const words = new Uint32Array(new Uint8Array(block).buffer)
  const page = new Uint32Array(PAGE_WORDS)
  let pages = 0
  const fill = (into: Uint8Array) => {
    for (let at = 0; at < into.length; at += PAGE_BYTES) {
      const from = (pages * PAGE_WORDS) % words.length
      // Another number for each page, and no two bits of it alike for long.
      const mask = Math.imul(pages, GOLDEN)
      for (let place = 0; place < PAGE_WORDS; place++) {
        page[place] = (words[from + place] as number) ^ mask
      }
      if (pages % PAGES_OF_TURN < PAGES_SHRINKING) {
        for (let place = 0; place < PAGE_WORDS; place += SHRINKING_WORDS) {
          page[place] = pages
          page[place + 1] = 0
        }
      }
      into.set(new Uint8Array(page.buffer, 0, Math.min(PAGE_BYTES, into.length - at)), at)
      pages += 1
    }
  }
  return (sizeBytes) => contentOf(sizeBytes, fill)
}

function contentOf(
  sizeBytes: number,
  fill: (into: Buffer) => void,
  identity?: Identity,
): SourceContent {
  let left = sizeBytes
  return {
    read(into) {
      const count = Math.min(left, into.length)
      if (count > 0) fill(Buffer.from(into.buffer, into.byteOffset, count))
      left -= count
      return count
    },
    close: () => ({ sizeBytes, mtimeNs: ENTRY.mtimeNs, ...(identity ? { identity } : {}) }),
  }
}
