// Changes to bytes that a format's readers must survive: bits, bytes, pieces that vanish, come
// twice or move, numbers as large as can be written. Every change follows from the dice.

import type { Dice } from '../sim/dice.ts'

/** Numbers in LEB128 on whose edges readers break, from a byte to what no double holds. */
export const EXTREMES: readonly Uint8Array[] = [
  ...[0, 1, 127, 128, 2 ** 14, 2 ** 21 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1, 2 ** 32].map(varint),
  ...[2 ** 35, 2 ** 40, 2 ** 49, 2 ** 53 - 1].map(varint),
  // More than 2^53, without an end, in an overlong form.
  Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127),
  new Uint8Array(12).fill(255),
  Uint8Array.of(0x80, 0x00),
]

/** LEB128 of a whole number. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.of(...bytes, rest)
}

/** One to four changes. */
export function mutated(bytes: Uint8Array, dice: Dice, others: readonly Uint8Array[]): Uint8Array {
  let changed: Buffer = Buffer.from(bytes)
  for (let left = 1 + dice.below(4); left > 0; left -= 1) changed = once(changed, dice, others)
  return new Uint8Array(changed)
}

/** The number at `at`, in whatever form it is there, replaced by another. */
export function withVarint(bytes: Uint8Array, at: number, number: Uint8Array): Uint8Array {
  let end = at
  while (end < bytes.length - 1 && (bytes[end] ?? 0) >= 128) end += 1
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, at), number, bytes.subarray(end + 1)]))
}

function once(bytes: Buffer, dice: Dice, others: readonly Uint8Array[]): Buffer {
  const at = dice.below(bytes.length + 1)
  const to = Math.min(bytes.length, at + 1 + dice.below(40))
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
  const extreme = EXTREMES[dice.below(EXTREMES.length)] ?? new Uint8Array()
  switch (dice.below(10)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.below(8))
      return flipped
    }
    case 1:
      return Buffer.concat([before, Buffer.of(dice.below(256)), bytes.subarray(at + 1)])
    case 2:
      return Buffer.concat([before, after])
    case 3:
      return Buffer.concat([before, piece, piece, after])
    case 4:
      return Buffer.concat([before, Buffer.alloc(to - at, dice.below(256)), after])
    case 5:
      return Buffer.from(withVarint(bytes, Math.min(at, Math.max(0, bytes.length - 1)), extreme))
    case 6:
      return Buffer.concat([before, extreme, bytes.subarray(at)])
    case 7:
      return before
    case 8: {
      const other = others[dice.below(Math.max(1, others.length))] ?? bytes
      return Buffer.concat([before, other.subarray(dice.below(other.length + 1))])
    }
    default:
      return Buffer.concat([after, piece, before])
  }
}
