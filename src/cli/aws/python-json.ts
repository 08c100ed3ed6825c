// JSON as Python reads it: the same texts accepted (NaN too), the same complaints, integers of any
// size, and numbers with a point kept apart from integers.

import { DICTIONARY, ORDER, PythonFloat } from './python.ts'

/** The message ends with where: `line 1 column 25 (char 24)`. */
export class JsonMistake extends Error {
  override readonly name = 'JsonMistake'
}

/** Reads a whole JSON text, objects into dictionaries that know their order. Throws JsonMistake. */
export function parseOrderedJson(text: string): unknown {
  return parseWhole(text, 'collections.OrderedDict')
}

/** Reads a whole JSON text. Throws JsonMistake. */
export function parsePythonJson(text: string): unknown {
  return parseWhole(text, undefined)
}

function parseWhole(text: string, dictionary: string | undefined): unknown {
  if (text.startsWith('\ufeff')) {
    throw mistake(text, 0, 'Unexpected UTF-8 BOM (decode using utf-8-sig)')
  }
  const reader = new Reader(text, dictionary)
  reader.skipSpace()
  const value = reader.value()
  reader.skipSpace()
  if (reader.at < text.length) throw mistake(text, reader.at, 'Extra data')
  return value
}

function mistake(text: string, at: number, what: string): JsonMistake {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  // Counted in characters.
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1
  const place = [...before].length
  return new JsonMistake(`${what}: line ${line} column ${column} (char ${place})`)
}

const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y
const CONSTANTS: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PythonFloat(Number.NaN)],
  ['Infinity', new PythonFloat(Number.POSITIVE_INFINITY)],
  ['-Infinity', new PythonFloat(Number.NEGATIVE_INFINITY)],
]

class Reader {
  at = 0
  readonly #text: string
  readonly #dictionary: string | undefined

  constructor(text: string, dictionary: string | undefined) {
    this.#text = text
    this.#dictionary = dictionary
  }

  skipSpace(): void {
    while (' \t\n\r'.includes(this.#text[this.at] ?? 'x')) this.at++
  }

  value(): unknown {
    const next = this.#text[this.at]
    if (next === '"') return this.#string()
    if (next === '{') return this.#object()
    if (next === '[') return this.#array()
    for (const [word, value] of CONSTANTS) {
      if (this.#text.startsWith(word, this.at)) {
        this.at += word.length
        return value
      }
    }
    return this.#number()
  }

  #number(): unknown {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.#text)
    if (!match) throw this.#complain('Expecting value')
    this.at += match[0].length
    if (match[2] !== undefined || match[3] !== undefined) return new PythonFloat(Number(match[0]))
    const number = Number(match[0])
    return Number.isSafeInteger(number) ? number : BigInt(match[0])
  }

  #array(): unknown[] {
    const items: unknown[] = []
    this.at++
    this.skipSpace()
    if (this.#text[this.at] === ']') {
      this.at++
      return items
    }
    for (;;) {
      items.push(this.value())
      this.skipSpace()
      const next = this.#text[this.at]
      if (next !== ',' && next !== ']') throw this.#complain("Expecting ',' delimiter")
      const comma = this.at++
      if (next === ']') return items
      this.skipSpace()
      if (this.#text[this.at] === ']') {
        throw mistake(this.#text, comma, 'Illegal trailing comma before end of array')
      }
    }
  }

  #object(): unknown {
    const object: Record<string | symbol, unknown> = {}
    if (this.#dictionary !== undefined) object[DICTIONARY] = this.#dictionary
    this.at++
    this.skipSpace()
    if (this.#text[this.at] === '}') {
      this.at++
      return object
    }
    const order = new Set<string>()
    const names = 'Expecting property name enclosed in double quotes'
    for (;;) {
      if (this.#text[this.at] !== '"') throw this.#complain(names)
      const key = this.#string()
      order.add(key)
      this.skipSpace()
      if (this.#text[this.at] !== ':') throw this.#complain("Expecting ':' delimiter")
      this.at++
      this.skipSpace()
      const value = this.value()
      Object.defineProperty(object, key, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      })
      this.skipSpace()
      const next = this.#text[this.at]
      if (next !== ',' && next !== '}') throw this.#complain("Expecting ',' delimiter")
      const comma = this.at++
      if (next === '}') return inOrder(object, order)
      this.skipSpace()
      if (this.#text[this.at] === '}') {
        throw mistake(this.#text, comma, 'Illegal trailing comma before end of object')
      }
    }
  }

  #string(): string {
    const start = this.at
    let result = ''
    for (this.at++; ; ) {
      const character = this.#text[this.at]
      if (character === undefined) {
        throw mistake(this.#text, start, 'Unterminated string starting at')
      }
      this.at++
      if (character === '"') return result
      if (character === '\\') result += this.#escape(start)
      else if (character < ' ')
        throw mistake(this.#text, this.at - 1, 'Invalid control character at')
      else result += character
    }
  }

  #escape(start: number): string {
    const letter = this.#text[this.at]
    if (letter === undefined) throw mistake(this.#text, start, 'Unterminated string starting at')
    this.at++
    if (letter === 'u') {
      const digits = this.#text.slice(this.at, this.at + 4)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        throw mistake(this.#text, this.at - 1, `Invalid \\u${'X'.repeat(4)} escape`)
      }
      this.at += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const plain = ESCAPES[letter]
    if (plain === undefined) throw mistake(this.#text, this.at - 2, 'Invalid \\escape')
    return plain
  }

  #complain(what: string): JsonMistake {
    return mistake(this.#text, this.at, what)
  }
}

// Names that are numbers come first in an object, whenever they were set.
function inOrder(object: Record<string | symbol, unknown>, order: ReadonlySet<string>) {
  if ([...order].some((name) => /^\d/.test(name))) object[ORDER] = [...order]
  return object
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
