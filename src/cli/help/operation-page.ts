// The page of one operation, from the service model and our descriptions. Its titles are those of
// the AWS command line's help.

import {
  commandName,
  inputShape,
  type ModelOperation,
  membersOf,
  operationsByCommand,
  outputShape,
} from '../../wire/index.ts'
import type { OptionSpec } from '../aws/arguments.ts'
import { GLOBAL_OPTIONS, memberOptions, operationOptions } from '../aws/options.ts'
import { OTHER_JOBS } from './descriptions/backup-jobs.ts'
import { COPY_JOBS } from './descriptions/copy-jobs.ts'
import type { Description } from './descriptions/description.ts'
import { EXTRA_MEANINGS, GLOBAL_MEANINGS } from './descriptions/options.ts'
import { SENTENCES } from './descriptions/sentences.ts'
import { VAULTS } from './descriptions/vaults.ts'
import type { Block, Section } from './page.ts'
import {
  indented,
  limits,
  type MeaningOf,
  members,
  syntax,
  typeOf,
  usualMeaning,
} from './shapes.ts'

/** The full description of an operation, where there is one. */
export function descriptionOf(name: string): Description | undefined {
  return COPY_JOBS[name] ?? OTHER_JOBS[name] ?? VAULTS[name]
}

/** The page of `copyhold backup COMMAND help`. */
export function operationPage(command: string): Section[] {
  const operation = operationsByCommand().get(command)
  if (!operation) throw new Error(`no operation ${command}`)
  const description = descriptionOf(operation.name)
  return [
    { title: 'NAME', blocks: [{ text: command }] },
    { title: 'DESCRIPTION', blocks: about(operation, description) },
    { title: 'SYNOPSIS', blocks: [{ lines: synopsis(command, operation) }] },
    { title: 'OPTIONS', blocks: options(operation, description) },
    { title: 'GLOBAL OPTIONS', blocks: globalOptions() },
    { title: 'OUTPUT', blocks: output(operation) },
  ]
}

function about(operation: ModelOperation, description: Description | undefined): Block[] {
  const sentence = SENTENCES[operation.name] ?? ''
  const blocks: Block[] = [{ text: sentence }]
  for (const text of description?.about ?? []) blocks.push('blank', { text })
  if (description) blocks.push(...examples(description), ...failures(description))
  const { method, requestUri } = operation.http
  blocks.push('blank', { text: `The operation is ${operation.name}: ${method} ${requestUri}` })
  return blocks
}

/** Examples under a title of their own. */
export function examples(description: Description): Block[] {
  return [
    'blank',
    { title: 'Examples', indent: -3 },
    ...description.examples.flatMap(({ what, command }): Block[] => [
      'blank',
      { text: `${what}:` },
      'blank',
      { lines: command.split('\n'), indent: 3 },
    ]),
  ]
}

function failures(description: Description): Block[] {
  if (!description.failures) return []
  return [
    'blank',
    { title: 'What can go wrong', indent: -3 },
    ...description.failures.flatMap(({ sign, meaning }): Block[] => [
      'blank',
      { text: sign },
      { text: meaning, indent: 3 },
    ]),
  ]
}

function synopsis(command: string, operation: ModelOperation): string[] {
  const required = requiredOf(operation)
  const lines = operationOptions(operation, []).map(({ name, takes, key }) => {
    const text = takes === 'flag' ? name : `${name} <value>${takes === 'several' ? ' …' : ''}`
    return `  ${required.has(key) ? text : `[${text}]`}`
  })
  return [command, ...lines]
}

const requiredOf = (operation: ModelOperation) =>
  new Set(
    (inputShape(operation).required ?? []).filter(
      (name) => !inputShape(operation).members?.[name]?.idempotencyToken,
    ),
  )

function options(operation: ModelOperation, description: Description | undefined): Block[] {
  const required = requiredOf(operation)
  const byMember = new Map(memberOptions(operation).map((option) => [option.member, option.spec]))
  const meaning: MeaningOf = (name) => description?.options?.[name] ?? usualMeaning(name)
  return operationOptions(operation, []).flatMap((option): Block[] => {
    const spec = byMember.get(option.key)
    if (!spec) return ['blank', ...extraOption(option)]
    const need = required.has(option.key) ? ' [required]' : ''
    const text = meaning(option.key)
    const details: Block[] = [
      ...(text === undefined ? [] : [{ text }]),
      ...limits(spec.shape),
      ...members(spec.shape, usualMeaning),
      ...syntax(spec.shape),
    ]
    return [
      'blank',
      { title: `${option.name} (${typeOf(spec.shape)})${need}` },
      ...details.map((block) => indented(block, 3)),
    ]
  })
}

function extraOption({ name, takes, choices, integer }: OptionSpec): Block[] {
  const text = EXTRA_MEANINGS[name.slice(2)]
  const type = integer ? 'integer' : 'string'
  return [
    { title: takes === 'flag' ? name : `${name} (${type})` },
    ...(text === undefined ? [] : [{ text, indent: 3 }]),
    ...(choices ? [{ text: `One of: ${choices.join(', ')}`, indent: 3 }] : []),
  ]
}

/** The options every command takes. */
export function globalOptions(): Block[] {
  return GLOBAL_OPTIONS.flatMap(({ name, takes, choices }): Block[] => [
    { title: takes === 'flag' ? name : `${name} (${choices?.join('|') ?? 'string'})` },
    { text: GLOBAL_MEANINGS[name.slice(2)] ?? '', indent: 3 },
  ])
}

function output(operation: ModelOperation): Block[] {
  if (membersOf(outputShape(operation)).length === 0) return [{ text: 'Nothing.' }]
  return members(operation.output?.shape ?? '', usualMeaning)
}

/** The operation's sentence, for lists. */
export function sentenceOf(operation: ModelOperation): string {
  return SENTENCES[operation.name] ?? `The operation ${commandName(operation.name)}.`
}
