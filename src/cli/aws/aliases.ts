// Aliases of commands, from the file `~/.aws/cli/alias`: names for a command line of AWS's kind, or
// (with `!`) for a line of the shell.

import type { Host } from '../host.ts'
import { homePath } from './configuration.ts'
import { generalFailure } from './failure.ts'
import { parseIni } from './ini-file.ts'
import { quoteWord, splitWords, UnfinishedLine } from './words.ts'

export interface Aliases {
  /** By name, for the first word of a command line. */
  readonly toplevel: ReadonlyMap<string, string>
  /** By name, for the operation of `backup`. */
  readonly backup: ReadonlyMap<string, string>
}

const NONE: ReadonlyMap<string, string> = new Map()

/** What the user's file says; nothing where there is none. Throws CommandFailure (255). */
export function readAliases({ surroundings }: Pick<Host, 'surroundings'>): Aliases {
  const file = homePath(surroundings, '~/.aws/cli/alias')
  if (!surroundings.exists(file)) return { toplevel: NONE, backup: NONE }
  try {
    const sections = parseIni(new TextDecoder().decode(surroundings.readFile(file)))
    const of = (section: string) =>
      new Map(
        [...(sections.get(section) ?? [])].filter(
          (pair): pair is [string, string] => typeof pair[1] === 'string',
        ),
      )
    return { toplevel: of('toplevel'), backup: of('command backup') }
  } catch (error) {
    throw generalFailure(`Unable to parse config file: ${file}`, error)
  }
}

/** The words an alias stands for. Throws CommandFailure (255). */
export function aliasWords(name: string, value: string): string[] {
  try {
    return splitWords(value)
  } catch (error) {
    if (!(error instanceof UnfinishedLine)) throw error
    const why = `Received error: ${error.message} when parsing:\n${value}`
    throw generalFailure(`Value of alias "${name}" could not be parsed. ${why}`, error)
  }
}

/** Options an alias may not set: they were needed before it was read. */
export function checkAliasOptions(name: string, given: ReadonlyMap<string, unknown>): void {
  for (const option of ['debug', 'profile']) {
    if (!given.has(option)) continue
    throw generalFailure(
      `Global parameter "--${option}" detected in alias "${name}" ` +
        'which is not supported in subcommand aliases.',
    )
  }
}

/** Runs an alias that is a line of the shell, with the arguments behind it. Its exit code. */
export async function runShellAlias(
  host: Host,
  value: string,
  argv: readonly string[],
): Promise<number> {
  const line = [value.slice(1), ...argv.map(quoteWord)].join(' ')
  const program = await host.surroundings.startProgram(['/bin/sh', '-c', line], {
    env: host.surroundings.variables(),
    input: 'inherit',
    output: 'inherit',
  })
  return (await program.end()).code
}
