// The form: asks for the operation and its missing arguments, one after the other, then for what
// else one likes to set. The words are appended to as answers come, so that whoever leaves the
// form keeps the line so far.

import * as client from '../../wire/index.ts'
import { type OptionSpec, type ParsedArguments, parseArguments } from '../aws/arguments.ts'
import { GLOBAL_OPTIONS, memberOptions, operationOptions } from '../aws/options.ts'
import { openService, type Service } from '../commands/service.ts'
import { globalValues } from '../completion/values.ts'
import { EXTRA_MEANINGS, GLOBAL_MEANINGS } from '../help/descriptions/options.ts'
import { descriptionOf, sentenceOf } from '../help/operation-page.ts'
import { usualMeaning } from '../help/shapes.ts'
import type { Host } from '../host.ts'
import { findChoices } from './choices.ts'
import type { Asker, Choice } from './questions.ts'

const RUN = ''
const TYPE = '\0type'
/** Of the options every command takes, those worth offering. */
const OFFERED_GLOBALS = ['region', 'profile', 'output', 'query']

/** Appends to `words` what the answers say. Throws Interrupted. */
export async function fillIn(words: string[], asker: Asker, host: Host): Promise<void> {
  const operation = await chooseOperation(words, asker)
  const specs = operationOptions(operation, words)
  const form: Form = { words, asker, host, operation, specs }
  for (const spec of inOrder(specs.filter(({ required }) => required))) {
    if (!isGiven(form, spec)) await askFor(form, spec)
  }
  while (await askForMore(form));
}

interface Form {
  readonly words: string[]
  readonly asker: Asker
  readonly host: Host
  readonly operation: client.ModelOperation
  readonly specs: readonly OptionSpec[]
}

async function chooseOperation(words: string[], asker: Asker): Promise<client.ModelOperation> {
  const operations = client.operationsByCommand()
  const named = words.find((word) => operations.has(word))
  if (named !== undefined) return operations.get(named) as client.ModelOperation
  if (!words.includes('backup')) words.push('backup')
  // A word that is no operation would be in the way.
  const wrong = words.findIndex((word, at) => at > words.indexOf('backup') && !word.startsWith('-'))
  if (wrong !== -1 && wrong === words.indexOf('backup') + 1) words.splice(wrong, 1)
  const chosen = await asker.choose(
    'Operation',
    [...operations].map(([value, operation]) => ({ value, about: sentenceOf(operation) })),
  )
  words.splice(words.indexOf('backup') + 1, 0, chosen)
  return operations.get(chosen) as client.ModelOperation
}

// Vaults before what lies in them.
function inOrder(specs: readonly OptionSpec[]): OptionSpec[] {
  const rank = ({ key }: OptionSpec) =>
    /^(Source)?BackupVaultName$/.test(key) ? 0 : key === 'RecoveryPointArn' ? 1 : 2
  return specs.toSorted((a, b) => rank(a) - rank(b))
}

// What is given so far; what cannot be understood counts as nothing.
function givenSoFar({ words, specs }: Pick<Form, 'words' | 'specs'>): ParsedArguments['values'] {
  try {
    const optional = specs.map(({ required: _, ...spec }) => spec)
    return parseArguments([...GLOBAL_OPTIONS, ...optional], [], words).values
  } catch {
    return new Map()
  }
}

const isGiven = (form: Form, spec: OptionSpec) =>
  givenSoFar(form).has(spec.key) || form.words.includes(spec.name)

function meaningOf(form: Form, { key, name }: OptionSpec): string | undefined {
  const bare = name.slice(2)
  return (
    descriptionOf(form.operation.name)?.options?.[key] ??
    usualMeaning(key) ??
    EXTRA_MEANINGS[bare] ??
    GLOBAL_MEANINGS[bare]
  )
}

async function askFor(form: Form, spec: OptionSpec): Promise<void> {
  const { words } = form
  if (spec.takes === 'flag') {
    words.push(spec.name)
    return
  }
  const value = await valueFor(form, spec)
  const several = spec.takes === 'several' && !/^[[{]/.test(value)
  const values = several ? value.split(/\s+/).filter(Boolean) : [value]
  // A value that looks like an option has to be joined to its name.
  if (values.length === 1 && value.startsWith('-')) words.push(`${spec.name}=${value}`)
  else words.push(spec.name, ...values)
}

async function valueFor(form: Form, spec: OptionSpec): Promise<string> {
  const { asker, host } = form
  const member = memberOptions(form.operation).find(({ option }) => option === spec.name)
  const shape = member && client.shapeOf(member.spec.shape)
  const known: readonly Choice[] = shape?.enum
    ? shape.enum.map((value) => ({ value }))
    : member
      ? await fromServer(form, member.member)
      : globalValues(spec, host.surroundings).map(({ word, about }) => ({ value: word, about }))
  if (known.length > 0) {
    const closed = shape?.enum !== undefined || spec.choices !== undefined
    const open = closed ? [] : [{ value: TYPE, name: 'Another: type it', always: true }]
    const chosen = await asker.choose(spec.name, [...known, ...open])
    if (chosen !== TYPE) return chosen
  }
  const hint = hintOf(shape, meaningOf(form, spec))
  return await asker.type(spec.name, {
    required: spec.required === true,
    ...(hint ? { hint } : {}),
  })
}

function hintOf(
  shape: client.ModelShape | undefined,
  meaning: string | undefined,
): string | undefined {
  if (shape?.type === 'list') return 'several, with spaces between'
  if (shape?.type === 'map') return 'name=value,name=value'
  if (shape?.type !== 'structure') return meaning?.split(/(?<=[a-z])\. /)[0]?.replace(/\.$/, '')
  return `${Object.keys(shape.members ?? {})
    .map((name) => `${name}=…`)
    .join(',')} or JSON`
}

// What the server has; nothing, and a word why, where it cannot be asked.
async function fromServer(form: Form, member: string): Promise<readonly Choice[]> {
  const given = givenSoFar(form)
  const text = (name: string) => {
    const value = given.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const option = <K extends string>(key: K, name: string) => {
    const value = text(name)
    return value === undefined ? {} : ({ [key]: value } as Record<K, string>)
  }
  try {
    const service: Service = openService(
      {
        ...option('region', 'region'),
        ...option('profile', 'profile'),
        ...option('endpointUrl', 'endpoint-url'),
        ...option('caBundle', 'ca-bundle'),
      },
      form.host,
    )
    return await findChoices(member, { service, given: text, ...form })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    form.asker.note(`No choices to offer: ${why.split('\n', 1)[0]}`)
    return []
  }
}

// One more option, or the end of the form. Answers whether to go on.
async function askForMore(form: Form): Promise<boolean> {
  const { specs, asker } = form
  const globals = GLOBAL_OPTIONS.filter(({ key }) => OFFERED_GLOBALS.includes(key))
  const left = [...specs, ...globals].filter(
    (spec) => !isGiven(form, spec) && !/^--(next-token|max-results)$/.test(spec.name),
  )
  const chosen = await asker.choose('Run it, or set more', [
    { value: RUN, name: 'Run it' },
    ...left.map((spec) => {
      const about = meaningOf(form, spec)
      return { value: spec.name, ...(about === undefined ? {} : { about }) }
    }),
  ])
  const spec = left.find(({ name }) => name === chosen)
  if (spec) await askFor(form, spec)
  return spec !== undefined
}
