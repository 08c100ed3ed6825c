// Command line arguments as AWS's command line takes them apart, which is as Python's argparse
// does: prefixes of options, `--x=value`, options anywhere, and leftovers handed on to the next
// parser. Three parsers look at the same arguments one after the other.

import { closeMatches } from './close-matches.ts'
import { usageFailure } from './failure.ts'
import { toInteger } from './python.ts'

export interface OptionSpec {
  /** With its dashes: `--output`. */
  readonly name: string
  /** Where the value goes. Several options may share it. */
  readonly key: string
  /** `flag` stands alone; `optional` may; `several` takes one or more. */
  readonly takes: 'flag' | 'one' | 'optional' | 'several'
  /** What a flag, or an optional value left out, sets. */
  readonly constant?: unknown
  readonly choices?: readonly string[]
  readonly integer?: boolean
  readonly required?: boolean
}

/** A word without dashes. `optional` is satisfied by nothing. */
export interface PositionalSpec {
  readonly key: string
  readonly choices?: readonly string[]
  readonly optional?: boolean
}

export interface ParsedArguments {
  readonly values: Map<string, unknown>
  /** What no option and no positional took, in the order argparse collects it. */
  readonly rest: string[]
}

/** Takes the arguments apart. Throws CommandFailure (252) in argparse's words. */
export function parseArguments(
  options: readonly OptionSpec[],
  positionals: readonly PositionalSpec[],
  argv: readonly string[],
): ParsedArguments {
  return new Parsing(options, positionals, argv).run()
}

// `end` is the word `--`, behind which all are values.
type Meaning =
  | { kind: 'value' | 'end' }
  | { kind: 'option'; spec: OptionSpec | undefined; attached: string | undefined }

class Parsing {
  readonly #options: readonly OptionSpec[]
  readonly #argv: readonly string[]
  readonly #waiting: PositionalSpec[]
  readonly #meanings: Meaning[]
  readonly #values = new Map<string, unknown>()
  readonly #seen = new Set<string>()
  readonly #rest: string[] = []

  constructor(
    options: readonly OptionSpec[],
    positionals: readonly PositionalSpec[],
    argv: readonly string[],
  ) {
    this.#options = options
    this.#argv = argv
    this.#waiting = [...positionals]
    this.#meanings = this.#classifyAll()
  }

  run(): ParsedArguments {
    let at = 0
    const last = this.#meanings.findLastIndex((meaning) => meaning.kind === 'option')
    while (at <= last) {
      const next = this.#meanings.findIndex((m, index) => index >= at && m.kind === 'option')
      if (at < next) {
        const end = this.#takePositionals(at)
        if (end > at) {
          at = end
          continue
        }
        this.#rest.push(...this.#argv.slice(at, next))
        at = next
      }
      at = this.#takeOption(at)
    }
    const end = this.#takePositionals(at)
    this.#rest.push(...this.#argv.slice(end))
    this.#requireAll()
    return { values: this.#values, rest: this.#rest }
  }

  #classifyAll(): Meaning[] {
    let onlyValues = false
    return this.#argv.map((argument) => {
      if (onlyValues) return { kind: 'value' }
      if (argument === '--') onlyValues = true
      return argument === '--' ? { kind: 'end' } : this.#classify(argument)
    })
  }

  #classify(argument: string): Meaning {
    if (!argument.startsWith('-') || argument === '-') return { kind: 'value' }
    const exact = this.#named(argument)
    if (exact) return { kind: 'option', spec: exact, attached: undefined }
    const equals = argument.indexOf('=')
    const name = equals === -1 ? argument : argument.slice(0, equals)
    const attached = equals === -1 ? undefined : argument.slice(equals + 1)
    const spec = attached === undefined ? undefined : this.#named(name)
    if (spec) return { kind: 'option', spec, attached }
    const candidates = argument.startsWith('--')
      ? this.#options.filter((option) => option.name.startsWith(name))
      : []
    if (candidates.length > 1) {
      const names = candidates.map((option) => option.name).join(', ')
      throw usageFailure(`ambiguous option: ${argument} could match ${names}`)
    }
    if (candidates[0]) return { kind: 'option', spec: candidates[0], attached }
    if (/^-\d+$|^-\d*\.\d+$/.test(argument) || argument.includes(' ')) return { kind: 'value' }
    return { kind: 'option', spec: undefined, attached: undefined }
  }

  #named(name: string): OptionSpec | undefined {
    return this.#options.find((option) => option.name === name)
  }

  #takePositionals(start: number): number {
    let at = start
    while (this.#waiting.length > 0) {
      const positional = this.#waiting[0] as PositionalSpec
      const place = this.#behindEnd(at)
      const there = this.#meanings[place]?.kind === 'value'
      if (!there && !positional.optional) break
      this.#waiting.shift()
      at = place
      if (!there) continue
      const value = this.#argv[at] as string
      checkChoice(positional.key, positional.choices, value)
      this.#values.set(positional.key, value)
      at = this.#behindEnd(at + 1)
    }
    return at
  }

  // A word takes the `--` on either side of it along.
  #behindEnd(at: number): number {
    return this.#meanings[at]?.kind === 'end' ? at + 1 : at
  }

  #takeOption(at: number): number {
    const meaning = this.#meanings[at]
    if (meaning?.kind !== 'option' || !meaning.spec) {
      this.#rest.push(this.#argv[at] as string)
      return at + 1
    }
    const { spec, attached } = meaning
    this.#seen.add(spec.key)
    if (attached !== undefined) {
      if (spec.takes === 'flag') {
        const shown = attached.includes("'") ? `"${attached}"` : `'${attached}'`
        throw usageFailure(`argument ${spec.name}: ignored explicit argument ${shown}`)
      }
      this.#store(spec, [attached])
      return at + 1
    }
    const values: string[] = []
    const limit = spec.takes === 'several' ? Infinity : spec.takes === 'flag' ? 0 : 1
    while (values.length < limit && this.#meanings[at + 1 + values.length]?.kind === 'value') {
      values.push(this.#argv[at + 1 + values.length] as string)
    }
    if (values.length === 0 && (spec.takes === 'one' || spec.takes === 'several')) {
      const count = spec.takes === 'one' ? 'one argument' : 'at least one argument'
      throw usageFailure(`argument ${spec.name}: expected ${count}`)
    }
    this.#store(spec, values)
    return at + 1 + values.length
  }

  #store(spec: OptionSpec, values: readonly string[]): void {
    const [first] = values
    if (first === undefined) this.#values.set(spec.key, spec.constant)
    else if (spec.takes === 'several') this.#values.set(spec.key, [...values])
    else {
      const value = spec.integer ? integerOf(spec, first) : first
      checkChoice(spec.name, spec.choices, first)
      this.#values.set(spec.key, value)
    }
  }

  #requireAll(): void {
    const missing = this.#options
      .filter((option) => option.required && !this.#seen.has(option.key))
      .map((option) => option.name)
    for (const positional of this.#waiting) {
      if (!positional.optional) missing.push(positional.key)
    }
    if (missing.length > 0) {
      const [argument] = missing
      const message = `the following arguments are required: ${missing.join(', ')}`
      throw usageFailure(message, { argument })
    }
  }
}

function integerOf(spec: OptionSpec, text: string): number | bigint {
  try {
    return toInteger(text)
  } catch {
    throw usageFailure(`argument ${spec.name}: invalid int value: '${text}'`)
  }
}

function checkChoice(name: string, choices: readonly string[] | undefined, value: string): void {
  if (!choices || choices.includes(value)) return
  const close = closeMatches(value, choices)
  const hint =
    close.length === 0 ? '' : `\nMaybe you meant:\n\n${close.map((c) => `  * ${c}`).join('\n')}`
  const message = `argument ${name}: Found invalid choice '${value}'\n${hint}`
  throw usageFailure(message, { argument: name, given: value })
}
