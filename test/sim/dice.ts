// Chance that can be thrown again: a generator of 32 bits of state (mulberry32), and a Random on
// it for whatever draws ids, keys or nonces in a simulation. Never for anything real.

import type { Random } from '../../src/world/index.ts'

/** Dice of a simulation; seeds 0 and 1 always throw a 0 and a 1. */
export interface Dice {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
}

export function dice(seed: number): Dice {
  if (seed === 0) return { below: () => 0 }
  if (seed === 1) return { below: (limit) => Math.min(1, limit - 1) }
  let state = seed >>> 0
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
    },
  }
}

/** A Random whose every draw follows from `seed`. */
export function seededRandom(seed: number): Random {
  const { below } = dice(seed + 2)
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => below(256))
  return {
    bytes,
    uuid() {
      const hex = Buffer.from(bytes(16)).toString('hex')
      const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`]
      return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-')
    },
  }
}
