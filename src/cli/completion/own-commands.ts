// Our own commands as completion sees them, read from what they declare.

import type { Command } from 'commander'
import type { OptionSpec } from '../aws/arguments.ts'
import type { Host } from '../host.ts'

export interface CommandFacts {
  readonly name: string
  readonly about: string
  readonly commands: readonly CommandFacts[]
  readonly options: readonly { readonly spec: OptionSpec; readonly about: string }[]
  /** What may stand as the first, second, … word without dashes, where that is known. */
  readonly argumentChoices: readonly (readonly string[])[]
}

/** The facts of the program and all below it. */
export async function readOwnCommands(host: Host): Promise<CommandFacts> {
  const { commandTree } = await import('../commands/run.ts')
  return factsOf(commandTree(host))
}

function factsOf(command: Command): CommandFacts {
  return {
    name: command.name(),
    about: command.description(),
    commands: command
      .createHelp()
      .visibleCommands(command)
      .filter((inner) => inner.name() !== 'help')
      .map(factsOf),
    options: command.options
      .filter((option) => !option.hidden && option.long)
      .map((option) => ({
        about: option.description,
        spec: {
          name: option.long ?? '',
          key: option.attributeName(),
          takes: option.required ? 'one' : 'flag',
          ...(option.argChoices ? { choices: option.argChoices } : {}),
          required: option.mandatory,
        },
      })),
    argumentChoices: command.registeredArguments.map((argument) => argument.argChoices ?? []),
  }
}
