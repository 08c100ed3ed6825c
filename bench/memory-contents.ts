// Contents of files that are on no disk: the same bytes on every run, made as they are read.

import { createCipheriv } from 'node:crypto'
import type { SourceContent } from '../src/vault/index.ts'
import { MEGABYTE } from './figures.ts'

const PAGE_BYTES = 64 * 1024
const BLOCK_BYTES = MEGABYTE

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

/** Gives out contents that no two pages of are alike; encrypts each page anew, in place. */
export function seededContent(): (sizeBytes: number) => SourceContent {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 3), Buffer.alloc(16))
  const block = cipher.update(Buffer.alloc(BLOCK_BYTES))
  let pages = 0
  const fill = (into: Uint8Array) => {
    for (let at = 0; at < into.length; at += PAGE_BYTES) {
      const from = (pages * PAGE_BYTES) % BLOCK_BYTES
      const page = block.subarray(from, from + Math.min(PAGE_BYTES, into.length - at))
      // Every few bytes something differs, so that no chunk of a page was there before.
      for (let place = 0; place + 6 <= page.length; place += 128) page.writeUIntLE(pages, place, 6)
      into.set(page, at)
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
