// What could stand where the cursor is: commands, operations, options not given yet, values that
// are known. Looks at the words, the service model and the AWS files; only for the values of a
// member that the model does not list is the server asked.

import { type ModelOperation, operationsByCommand, paginatorOf } from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import type { OptionSpec } from '../aws/arguments.ts'
import { GLOBAL_OPTIONS, memberOptions, operationOptions } from '../aws/options.ts'
import { EXTRA_MEANINGS, GLOBAL_MEANINGS } from '../help/descriptions/options.ts'
import { SENTENCES } from '../help/descriptions/sentences.ts'
import { usualMeaning } from '../help/shapes.ts'
import type { Question } from './live-values.ts'
import type { CommandFacts } from './own-commands.ts'
import { globalValues, memberValues } from './values.ts'

/** One thing that could stand there. */
export interface Candidate {
  /** The whole word. */
  readonly word: string
  /** In a few words; '' where the word says it. */
  readonly about: string
  /** The word is not finished: nothing, not even a space, follows it yet. */
  readonly open?: boolean
}

export interface Surrounds {
  readonly surroundings: Pick<Surroundings, 'variable' | 'homeFolder' | 'exists' | 'readFile'>
  /** Our own commands; loaded only where they matter. */
  ownCommands(): Promise<CommandFacts>
  /** What the server has for a member; loaded only where it is asked. */
  live(question: Question): Promise<Candidate[]>
}

/**
 * The candidates for the last of the words after the program's name; those before it are finished.
 * Only candidates that begin with it, in the order to show.
 */
export async function candidatesFor(
  words: readonly string[],
  around: Surrounds,
): Promise<Candidate[]> {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const all = await every(before, current, around)
  return all.filter(({ word }) => word.startsWith(current))
}

async function every(
  before: readonly string[],
  current: string,
  around: Surrounds,
): Promise<Candidate[]> {
  const start = commandAt(before)
  const command = before[start]
  if (command === undefined) return await commands(before, current, around)
  if (command === 'backup') return await backup(before, start, current, around)
  const facts = await around.ownCommands()
  const known = command === 'help' || facts.commands.some(({ name }) => name === command)
  if (!known) return []
  const words = command === 'help' ? before.slice(start + 1) : before
  return own(facts, words, current, around, command === 'help')
}

// Where the command is: the first word that no global option and no value of one is.
function commandAt(words: readonly string[]): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (!word.startsWith('-')) return at
    if (GLOBAL_OPTIONS.find(({ name }) => name === word)?.takes === 'one') at++
  }
  return words.length
}

async function commands(
  before: readonly string[],
  current: string,
  around: Surrounds,
): Promise<Candidate[]> {
  const waiting = waitingValue(GLOBAL_OPTIONS, before, current)
  if (waiting) return prefixed(waiting, globalValues(waiting.option, around.surroundings))
  if (current.startsWith('-')) return options(GLOBAL_OPTIONS, before, globalMeaning)
  const { commands: own } = await around.ownCommands()
  return [
    ...own.map(({ name, about }) => ({ word: name, about })),
    { word: 'help', about: 'What there is' },
  ]
}

async function backup(
  before: readonly string[],
  start: number,
  current: string,
  around: Surrounds,
): Promise<Candidate[]> {
  const rest = before.slice(start + 1)
  const at = commandAt(rest)
  const operation = operationsByCommand().get(rest[at] ?? '')
  const specs = operation ? operationOptions(operation, []) : []
  const waiting = waitingValue([...specs, ...GLOBAL_OPTIONS], before, current)
  if (waiting) {
    const member =
      operation && memberOptions(operation).find((m) => m.option === waiting.option.name)
    if (!member) return prefixed(waiting, globalValues(waiting.option, around.surroundings))
    const known = memberValues(member.spec.shape, waiting.typed)
    if (known.length > 0) return prefixed(waiting, known)
    const given = (key: string) => givenText([...specs, ...GLOBAL_OPTIONS], before, key)
    const live = await around.live({ member: member.member, typed: waiting.typed, given })
    return prefixed(waiting, live)
  }
  if (operation) return operationWords(operation, specs, before, current)
  if (current.startsWith('-')) return options(GLOBAL_OPTIONS, before, globalMeaning)
  if (rest[at] !== undefined) return []
  const names = [...operationsByCommand()].map(([word, { name }]) => ({
    word,
    about: SENTENCES[name] ?? '',
  }))
  return [...names, { word: 'help', about: 'All operations' }]
}

// The text that the words before give an option, by its key.
function givenText(
  specs: readonly OptionSpec[],
  before: readonly string[],
  key: string,
): string | undefined {
  const option = specs.find((spec) => spec.key === key)
  if (option === undefined) return undefined
  const at = before.findLastIndex(
    (word) => word === option.name || word.startsWith(`${option.name}=`),
  )
  const word = before[at]
  if (word === undefined) return undefined
  return word === option.name ? before[at + 1] : word.slice(option.name.length + 1)
}

function operationWords(
  operation: ModelOperation,
  specs: readonly OptionSpec[],
  before: readonly string[],
  current: string,
): Candidate[] {
  // What pages by hand only confuses where pages are fetched by themselves.
  const hidden = new Set(paginatorOf(operation) ? ['--next-token', '--max-results'] : [])
  const offered = specs.filter(({ name }) => !hidden.has(name))
  const required = offered.filter((spec) => spec.required === true)
  const meaning = ({ key, name }: OptionSpec) =>
    usualMeaning(key) ?? EXTRA_MEANINGS[name.slice(2)] ?? ''
  const own = [
    ...options(required, before, (spec) => `(required) ${meaning(spec)}`),
    ...options(
      offered.filter((spec) => !spec.required),
      before,
      meaning,
    ),
  ]
  return [
    ...own,
    ...(current === '' ? [] : options(GLOBAL_OPTIONS, before, globalMeaning)),
    ...(operationsByCommand().get(before.at(-1) ?? '') ? [HELP] : []),
  ]
}

const HELP: Candidate = { word: 'help', about: 'What it does, and how' }

const globalMeaning = ({ name }: OptionSpec) => GLOBAL_MEANINGS[name.slice(2)] ?? ''

// The options that are not there yet. One of a pair that sets the same thing is enough.
function options(
  specs: readonly OptionSpec[],
  before: readonly string[],
  meaning: (spec: OptionSpec) => string,
): Candidate[] {
  const given = new Set(before.map((word) => word.split('=', 1)[0]))
  const set = new Set(specs.filter(({ name }) => given.has(name)).map(({ key }) => key))
  return specs
    .filter(({ key }) => !set.has(key))
    .map((spec) => ({ word: spec.name, about: meaning(spec) }))
}

/** An option whose value is being typed. */
interface Waiting {
  readonly option: OptionSpec
  /** What stands before the value in the same word: `--output=` or nothing. */
  readonly prefix: string
  readonly typed: string
}

function waitingValue(
  specs: readonly OptionSpec[],
  before: readonly string[],
  current: string,
): Waiting | undefined {
  const named = (name: string | undefined) =>
    specs.find((spec) => spec.name === name && spec.takes !== 'flag')
  const equals = current.indexOf('=')
  if (current.startsWith('--') && equals !== -1) {
    const option = named(current.slice(0, equals))
    const prefix = current.slice(0, equals + 1)
    return option && { option, prefix, typed: current.slice(equals + 1) }
  }
  if (current.startsWith('-')) return undefined
  const at = before.findLastIndex((word) => word.startsWith('--'))
  const option = named(before[at])
  const values = before.length - at - 1
  if (!option || (values > 0 && option.takes !== 'several')) return undefined
  return { option, prefix: '', typed: current }
}

const prefixed = ({ prefix }: Waiting, values: readonly Candidate[]): Candidate[] =>
  values.map((candidate) => ({ ...candidate, word: prefix + candidate.word }))

function own(
  facts: CommandFacts,
  before: readonly string[],
  current: string,
  around: Surrounds,
  isHelp: boolean,
): Candidate[] {
  let command = facts
  let arguments_ = 0
  for (const word of before) {
    const inner = command.commands.find(({ name }) => name === word)
    if (inner) command = inner
    else if (!word.startsWith('-')) arguments_++
  }
  const inner = command.commands.map(({ name, about }) => ({ word: name, about }))
  if (isHelp) return inner
  const specs = command.options.map(({ spec }) => spec)
  const waiting = waitingValue(specs, before, current)
  if (waiting) return prefixed(waiting, globalValues(waiting.option, around.surroundings))
  if (inner.length > 0) return inner
  const choices = command.argumentChoices[arguments_] ?? []
  const meaning = (spec: OptionSpec) =>
    command.options.find((option) => option.spec === spec)?.about ?? ''
  return [...choices.map((word) => ({ word, about: '' })), ...options(specs, before, meaning)]
}
