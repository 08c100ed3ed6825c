// The pack numbers of a recovery point in one value: ascending, each as its distance from the one
// before, in base-128 digits, lowest first, high bit "more follows". One row for a point, however
// many packs it names.

/** Bits a digit carries; numbers stay below 2^53. */
const DIGIT = 128

/** Packs distinct positive numbers; any order. */
export function encodeNumbers(numbers: Iterable<number>): Uint8Array {
  const ascending = Float64Array.from(numbers).sort()
  const bytes: number[] = []
  let before = 0
  for (const number of ascending) {
    let distance = number - before
    if (!Number.isSafeInteger(number) || distance <= 0) {
      throw new RangeError(`pack number ${number} after ${before}`)
    }
    while (distance >= DIGIT) {
      bytes.push((distance % DIGIT) | DIGIT)
      distance = Math.floor(distance / DIGIT)
    }
    bytes.push(distance)
    before = number
  }
  return Uint8Array.from(bytes)
}

/** Hands each number to `take`, ascending. Throws RangeError on what is no encoding. */
export function decodeNumbers(bytes: Uint8Array, take: (number: number) => void): void {
  let number = 0
  let distance = 0
  let scale = 1
  for (const byte of bytes) {
    distance += (byte % DIGIT) * scale
    if (byte >= DIGIT) {
      scale *= DIGIT
      if (scale > Number.MAX_SAFE_INTEGER) throw new RangeError('a pack number is too long')
      continue
    }
    number += distance
    if (distance === 0 || !Number.isSafeInteger(number)) throw new RangeError('a bad pack number')
    take(number)
    distance = 0
    scale = 1
  }
  if (scale !== 1) throw new RangeError('pack numbers end in the middle of one')
}

/** A set of pack numbers below a bound, one bit each: 30 million take 4 MB. */
export class NumberSet {
  readonly #bits: Uint8Array

  constructor(bound: number) {
    this.#bits = new Uint8Array(Math.ceil(bound / 8))
  }

  add(number: number): void {
    const byte = number >>> 3
    if (byte >= this.#bits.length) throw new RangeError(`pack number ${number} is out of bounds`)
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (number & 7))
  }

  has(number: number): boolean {
    return ((this.#bits[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0
  }
}
