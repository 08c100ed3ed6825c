// The AWS command line's shorthand for structures, maps and lists: `Key=value,List=[x,{k=v}]`.
// Knows the grammar only; what the values mean is said by the model, in `typed-values.ts`.
//
//   parameter = keyval *("," keyval)      keyval = key ["@"] "=" (list / hash / csv)
//   csv       = first *("," second)       a list of one is a plain value
//   list      = "[" … "]"                 hash = "{" key "=" value … "}"

/** A text that is not shorthand. The message shows where, in AWS's words. */
export class ShorthandMistake extends Error {
  override readonly name = 'ShorthandMistake'
}

export type ShorthandValue = string | ShorthandValue[] | { [key: string]: ShorthandValue }

/** Reads the content behind `key@=file://…`; undefined when the text names no file. */
export type FileReader = (text: string) => unknown

/** Reads one shorthand argument. Throws ShorthandMistake. */
export function parseShorthand(text: string, readFile: FileReader): Record<string, unknown> {
  return new Shorthand(text, readFile).parameter()
}

const KEY = /[A-Za-z0-9\-_.#/:]*/y
// Python's spaces: a byte order mark is none.
const SPACE = /(?:(?!\ufeff)\s)*/y
const SINGLE = /'(?:\\'|[^'])*'/y
const DOUBLE = /"(?:\\"|[^"])*"/y
// What may begin a word, and what may follow: a first value may hold '=', a later one may not.
// Characters beyond the basic plane need quotes.
const WORD_START = '!#-&(-+\\--<>-Z\\\\-z\\u007c-\\ud7ff\\ue000-\\uffff'
const FIRST = new RegExp(
  `(?:\\\\,|[${WORD_START}])(?:\\\\,|[\\s!#-&(-+\\--\\\\^-|~-\\ud7ff\\ue000-\\uffff])*`,
  'y',
)
const SECOND = new RegExp(
  `(?:\\\\,|[${WORD_START}])(?:\\\\,|[\\s!#-&(-+\\--<>-\\ud7ff\\ue000-\\uffff])*`,
  'y',
)

class Shorthand {
  readonly #text: string
  readonly #readFile: FileReader
  #at = 0
  #fromFiles = false

  constructor(text: string, readFile: FileReader) {
    this.#text = text
    this.#readFile = readFile
  }

  parameter(): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    for (;;) {
      const before = this.#at
      if (Object.keys(result).length > 0) this.#expect(',')
      const key = this.#key()
      const value = this.#csvOrNested()
      if (Object.hasOwn(result, key)) throw this.#secondInstance(key, before + 1)
      define(result, key, value)
      if (this.#at >= this.#text.length) return result
    }
  }

  // A key with the sign after it; `@=` says that values may be files.
  #key(): string {
    const key = this.#match(KEY) ?? ''
    this.#skipSpace()
    this.#fromFiles = this.#current() === '@'
    if (this.#fromFiles) this.#at++
    this.#expect('=')
    return key
  }

  #csvOrNested(): unknown {
    const next = this.#current()
    if (next === undefined) return ''
    return next === '[' || next === '{' ? this.#nested() : this.#csv()
  }

  #nested(): unknown {
    const next = this.#current()
    if (next === '[') return this.#list()
    return next === '{' ? this.#hash() : this.#first()
  }

  #csv(): unknown {
    const first = this.#first()
    this.#skipSpace()
    if (this.#current() !== ',') return first
    this.#expect(',')
    const values: unknown[] = [first]
    for (;;) {
      try {
        const value = this.#second()
        this.#skipSpace()
        const ended = this.#current() === undefined
        if (!ended) this.#expect(',')
        values.push(value)
        if (ended) break
      } catch (error) {
        // What was taken for a value is the next key: go back to the comma before it.
        if (!(error instanceof ShorthandMistake) || this.#at >= this.#text.length) throw error
        while (this.#at > 0 && this.#current() !== ',') this.#at--
        break
      }
    }
    return values.length === 1 ? first : values
  }

  #list(): unknown[] {
    const values: unknown[] = []
    this.#expect('[')
    while (this.#current() !== ']') {
      values.push(this.#nested())
      this.#separate(']')
    }
    this.#expectOnly(']')
    return values
  }

  #hash(): Record<string, unknown> {
    const result: Record<string, unknown> = {}
    this.#expect('{')
    while (this.#current() !== '}') {
      const key = this.#key()
      define(result, key, this.#nested())
      this.#separate('}')
    }
    this.#expectOnly('}')
    return result
  }

  #separate(end: string): void {
    this.#skipSpace()
    if (this.#current() === end) return
    this.#expectOnly(',')
    this.#skipSpace()
  }

  #first(): unknown {
    const quoted = this.#quoted()
    if (quoted !== undefined) return this.#resolve(quoted)
    const word = this.#match(FIRST)
    return word === undefined ? '' : this.#resolve(unescapeWord(word))
  }

  #second(): unknown {
    const quoted = this.#quoted()
    if (quoted !== undefined) return this.#resolve(quoted)
    const word = this.#match(SECOND)
    if (word === undefined) throw this.#expected('<second>', '<none>')
    return this.#resolve(unescapeWord(word))
  }

  #quoted(): string | undefined {
    const quote = this.#current()
    if (quote !== "'" && quote !== '"') return undefined
    const match = this.#match(quote === "'" ? SINGLE : DOUBLE)
    if (match === undefined) {
      throw this.#expected(quote === "'" ? '<singled quoted>' : '<double quoted>', '<none>')
    }
    return match.slice(1, -1).replaceAll(`\\${quote}`, quote).replaceAll('\\\\', '\\')
  }

  #resolve(value: string): unknown {
    return this.#fromFiles ? (this.#readFile(value) ?? value) : value
  }

  #current(): string | undefined {
    const point = this.#text.codePointAt(this.#at)
    return point === undefined ? undefined : String.fromCodePoint(point)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) return undefined
    this.#at += match[0].length
    return match[0]
  }

  #skipSpace(): void {
    this.#match(SPACE)
  }

  #expect(character: string): void {
    this.#skipSpace()
    this.#expectOnly(character)
    this.#skipSpace()
  }

  #expectOnly(character: string): void {
    const actual = this.#current()
    if (actual !== character) throw this.#expected(character, actual ?? 'EOF')
    this.#at++
  }

  #expected(expected: string, received: string): ShorthandMistake {
    const where = pointAt(this.#text, this.#at)
    return new ShorthandMistake(
      `Expected: '${expected}', received: '${received}' for input:\n ${where}`,
    )
  }

  #secondInstance(key: string, at: number): ShorthandMistake {
    return new ShorthandMistake(
      `Second instance of key "${key}" encountered for input:\n${pointAt(this.#text, at)}\n` +
        'This is often because there is a preceding "," instead of a space.',
    )
  }
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}

const unescapeWord = (word: string) => word.replaceAll('\\,', ',').trimEnd()

// The text with a caret below the place, in between where the text has several lines.
function pointAt(text: string, at: number): string {
  const column = [...text.slice(text.lastIndexOf('\n', at - 1) + 1, at)].length
  const lineEnd = text.indexOf('\n', at)
  const until = lineEnd === -1 ? text.length : lineEnd
  const caret = `${' '.repeat(at > 0 ? column : 0)}^`
  return `${text.slice(0, until)}\n${caret}${text.slice(until)}`
}
