// The pages of our own commands: what the commands declare of themselves, and our descriptions.

import type { Command } from 'commander'
import type { Description } from './descriptions/description.ts'
import { OWN_COMMANDS } from './descriptions/own-commands.ts'
import type { OwnCommand } from './overview-pages.ts'
import type { Block, Section } from './page.ts'

/** The commands of the tree with their sentences, those below others included. */
export function ownCommands(tree: Command): OwnCommand[] {
  return listed(tree)
    .filter((command) => command.name() !== 'backup')
    .flatMap((command): OwnCommand[] => {
      const inner = listed(command)
      if (inner.length > 0 && command.name() !== 'wait') return ownCommands(command)
      return [{ usage: usageOf(command), summary: sentence(command.description()) }]
    })
}

/** The page of the command of these words; undefined when there is none. */
export function ownPage(tree: Command, words: readonly string[]): Section[] | undefined {
  let command: Command | undefined = tree
  for (const word of words) command = command?.commands.find((inner) => inner.name() === word)
  if (!command || words.length === 0) return undefined
  const path = words.join(' ')
  const description = OWN_COMMANDS[path] ?? OWN_COMMANDS[words[0] ?? '']
  const inner = listed(command)
  return [
    { title: 'NAME', blocks: [{ text: path }] },
    { title: 'DESCRIPTION', blocks: about(command, description) },
    { title: 'SYNOPSIS', blocks: [{ lines: [`copyhold ${usageOf(command)}`] }] },
    ...(inner.length > 0 ? [{ title: 'AVAILABLE COMMANDS', blocks: commandBlocks(inner) }] : []),
    ...optionSection(command),
    ...exampleSection(description),
  ]
}

const listed = (command: Command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((inner) => inner.name() !== 'help')

/** `wait copy-job-completed [options]`, from the first word on. */
function usageOf(command: Command): string {
  const words: string[] = []
  for (let at: Command | null = command; at?.parent; at = at.parent) words.unshift(at.name())
  return `${words.join(' ')} ${command.usage()}`
}

const sentence = (text: string) =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function about(command: Command, description: Description | undefined): Block[] {
  return [
    { text: sentence(command.description()) },
    ...(description?.about ?? []).flatMap((text): Block[] => ['blank', { text }]),
  ]
}

function commandBlocks(commands: readonly Command[]): Block[] {
  return commands.flatMap((command): Block[] => [
    { title: command.name() },
    { text: sentence(command.description()), indent: 3 },
  ])
}

function optionSection(command: Command): Section[] {
  const names = command.registeredArguments.map((argument): [string, string] => [
    argument.name(),
    argument.description,
  ])
  const options = command.options
    .filter((option) => !option.hidden)
    .map((option): [string, string] => [
      `${option.flags}${option.mandatory ? ' [required]' : ''}`,
      option.description + choicesOf(option.argChoices) + defaultOf(option.defaultValue),
    ])
  const all = [...names, ...options]
  if (all.length === 0) return []
  const blocks = all.flatMap(([name, text]): Block[] => [
    { title: name },
    { text: sentence(text), indent: 3 },
  ])
  return [{ title: 'OPTIONS', blocks }]
}

const choicesOf = (choices: readonly string[] | undefined) =>
  choices ? ` (one of: ${choices.join(', ')})` : ''
const defaultOf = (value: unknown) =>
  value === undefined || value === false ? '' : ` [default: ${String(value)}]`

function exampleSection(description: Description | undefined): Section[] {
  if (!description || description.examples.length === 0) return []
  const blocks = description.examples.flatMap(({ what, command }, index): Block[] => [
    ...(index === 0 ? [] : (['blank'] as const)),
    { text: `${what}:` },
    'blank',
    { lines: command.split('\n'), indent: 3 },
  ])
  return [{ title: 'EXAMPLES', blocks }]
}
