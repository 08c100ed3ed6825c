// The names of one folder in byte order, packed: a folder of a million names costs about the bytes
// of its names and eight more each, not a million objects.

/** Sorted names, handed out once. */
export class NameList {
  readonly #bytes: Uint8Array
  readonly #begins: Uint32Array
  readonly #order: Uint32Array
  #next = 0

  /** Takes all of `names`; equal ones count once. */
  constructor(names: Iterable<Uint8Array>) {
    const packed = pack(names)
    this.#bytes = packed.bytes
    this.#begins = packed.begins
    const order = new Uint32Array(packed.begins.length - 1)
    for (let i = 0; i < order.length; i++) order[i] = i
    this.#order = this.#isSorted() ? order : order.sort((a, b) => this.#compare(a, b))
  }

  /** How many names are left. */
  get left(): number {
    return this.#order.length - this.#next
  }

  /** The next name, not to be changed; undefined after the last. */
  next(): Uint8Array | undefined {
    while (this.#next < this.#order.length) {
      const at = this.#next++
      const index = this.#order[at] as number
      // A listing of a folder that is being changed may give a name twice.
      if (at > 0 && this.#compare(this.#order[at - 1] as number, index) === 0) continue
      return this.#name(index)
    }
    return undefined
  }

  /** Whether `name` is among all names of the folder, also those handed out. */
  has(name: Uint8Array): boolean {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = Buffer.compare(this.#name(this.#order[middle] as number), name)
      if (order === 0) return true
      if (order < 0) low = middle + 1
      else high = middle
    }
    return false
  }

  #name(index: number): Uint8Array {
    return this.#bytes.subarray(this.#begins[index], this.#begins[index + 1])
  }

  #isSorted(): boolean {
    for (let i = 2; i < this.#begins.length; i++) {
      if (this.#compare(i - 2, i - 1) > 0) return false
    }
    return true
  }

  #compare(a: number, b: number): number {
    const bytes = this.#bytes
    let i = this.#begins[a] as number
    let j = this.#begins[b] as number
    const aEnd = this.#begins[a + 1] as number
    const bEnd = this.#begins[b + 1] as number
    while (i < aEnd && j < bEnd) {
      const difference = (bytes[i++] as number) - (bytes[j++] as number)
      if (difference !== 0) return difference
    }
    return aEnd - i - (bEnd - j)
  }
}

const FIRST_BYTES = 1024
const FIRST_NAMES = 64

function pack(names: Iterable<Uint8Array>): { bytes: Uint8Array; begins: Uint32Array } {
  let bytes = new Uint8Array(FIRST_BYTES)
  let begins = new Uint32Array(FIRST_NAMES)
  let used = 0
  let count = 0
  for (const name of names) {
    if (used + name.length > bytes.length) bytes = grown(bytes, used + name.length)
    if (count + 2 > begins.length) begins = grown(begins, count + 2)
    bytes.set(name, used)
    used += name.length
    count += 1
    begins[count] = used
  }
  return { bytes: bytes.slice(0, used), begins: begins.slice(0, count + 1) }
}

function grown<Numbers extends Uint8Array | Uint32Array>(old: Numbers, needed: number): Numbers {
  const size = Math.max(needed, old.length * 2)
  const bigger = old instanceof Uint8Array ? new Uint8Array(size) : new Uint32Array(size)
  bigger.set(old)
  return bigger as Numbers
}
