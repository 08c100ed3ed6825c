// How much of each of its packs a point uses, in one byte a pack: kept beside the point's pack
// numbers and in their order, so that a point stays one row. Rounded up: never too little.

import type { PackName } from '../model/index.ts'
import { decodeNumbers } from './numbers.ts'

/** A pack that is used whole. */
export const WHOLE = 255

/** How much of a pack a point uses. */
export interface PackUse {
  readonly name: PackName
  readonly sizeBytes: number
  readonly usedBytes: number
}

/** The part of a pack that a point uses, in 255ths. */
export function partUsed({ sizeBytes, usedBytes }: PackUse): number {
  return Math.max(1, Math.min(WHOLE, Math.ceil((usedBytes / sizeBytes) * WHOLE)))
}

/** The parts of the packs with these numbers, as they are kept beside `encodeNumbers` of them. */
export function encodeParts(uses: Iterable<readonly [number: number, part: number]>): Uint8Array {
  const ascending = [...uses].sort(([a], [b]) => a - b)
  return Uint8Array.from(ascending, ([, part]) => part)
}

/** Hands each number to `take` with its part, or as used whole where parts are not known. */
export function decodeParts(
  row: { readonly numbers: Uint8Array; readonly parts: Uint8Array | null },
  take: (number: number, part: number) => void,
): void {
  let at = 0
  decodeNumbers(row.numbers, (number) => {
    take(number, row.parts?.[at] ?? WHOLE)
    at += 1
  })
}
