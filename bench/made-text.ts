// Text that looks like what programs write, the same on every run: a database dump, application
// logs and source code, from words drawn unevenly as words are. Compresses about three to one.

const SYLLABLES = 'ba con de est fi ga he in jo ka lo mi nor or pe qui ro sta ter un ver wi xa'
const WORDS = 6000
const ROWS_IN_TABLE = 20_000

/** A seeded sequence (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A speaker: everything it says follows from its seed. */
export class Prose {
  readonly #next: () => number
  readonly #words: readonly string[]
  #row = 0
  #table = 0

  constructor(seed: number) {
    this.#next = seeded(seed)
    const syllables = SYLLABLES.split(' ')
    const draw = seeded(7)
    this.#words = Array.from({ length: WORDS }, () => {
      const length = 1 + Math.floor(draw() * 4)
      const parts = Array.from({ length }, () => syllables[Math.floor(draw() * syllables.length)])
      return parts.join('')
    })
  }

  /** Lines of a dump in PostgreSQL's COPY form. */
  dump(): string {
    this.#table += 1
    const columns = 'id, customer, email, created_at, amount, state, note, token'
    const lines = [`COPY public.${this.#word()}_${this.#table} (${columns}) FROM stdin;`]
    for (let row = 0; row < ROWS_IN_TABLE; row++) lines.push(this.#dumpRow())
    lines.push('\\.', '', '')
    return lines.join('\n')
  }

  /** Lines of an application's log. */
  log(lines: number): string {
    const levels = ['INFO', 'INFO', 'WARN', 'ERROR']
    return Array.from({ length: lines }, (_, line) => {
      const worker = this.#number(16)
      const where = `${this.#word()}.${this.#word()}`
      const request = `request_id=${this.#hex()} path=/api/${this.#word()}/${this.#number(65536)}`
      const answer = `status=${[200, 200, 404, 500][this.#number(4)]} took=${this.#number(1024)}ms`
      const level = levels[this.#number(4)]
      return `${this.#time(line)}Z ${level} [worker-${worker}] ${where} ${request} ${answer}\n`
    }).join('')
  }

  /** A source file of some dozens to hundreds of lines. */
  source(): string {
    const lines = 20 + this.#number(300)
    return Array.from({ length: lines }, () => {
      const call = `${this.#word()}.${this.#word()}(${this.#word()}, '${this.#word()}')`
      return `${'  '.repeat(this.#number(4))}${call} // ${this.#sentence(8)}\n`
    }).join('')
  }

  #dumpRow(): string {
    this.#row += 1
    const name = this.#word()
    return [
      this.#row,
      `${this.#word()} ${name}`,
      `${name}.${this.#word()}@example.com`,
      `${this.#time(this.#row)}+00`,
      (this.#number(10_000_000) / 100).toFixed(2),
      ['new', 'paid', 'shipped', 'void'][this.#number(4)],
      this.#sentence(6),
      this.#hex(),
    ].join('\t')
  }

  #time(tick: number): string {
    const day = String(1 + (Math.floor(tick / 14_000) % 28)).padStart(2, '0')
    const clock = [tick / 600, tick / 10, tick].map((of, place) =>
      String(Math.floor(of) % (place === 0 ? 24 : 60)).padStart(2, '0'),
    )
    return `2026-01-${day}T${clock.join(':')}.${String(this.#number(1000)).padStart(3, '0')}`
  }

  #sentence(most: number): string {
    return Array.from({ length: this.#number(most + 1) }, () => this.#word()).join(' ')
  }

  /** Few words often, most of them seldom. */
  #word(): string {
    return this.#words[Math.floor(WORDS * this.#next() ** 3)] as string
  }

  #hex(): string {
    const half = () =>
      this.#number(2 ** 24)
        .toString(16)
        .padStart(6, '0')
    return half() + half()
  }

  #number(below: number): number {
    return Math.floor(this.#next() * below)
  }
}
