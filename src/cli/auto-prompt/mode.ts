// Whether missing arguments are asked for: flags, environment, profile, in AWS's order.

import { openConfiguration } from '../aws/configuration.ts'
import { parameterFailure } from '../aws/failure.ts'
import type { Host } from '../host.ts'

/** `on-partial`: only when the command as given is not right. */
export type PromptMode = 'on' | 'on-partial' | 'off'

const ON = '--cli-auto-prompt'
const OFF = '--no-cli-auto-prompt'

/** The mode of a command line. Throws CommandFailure (252) when told both. */
export function promptMode(argv: readonly string[], { surroundings }: Host): PromptMode {
  if (argv.includes('help') || argv.includes('--version')) return 'off'
  const on = argv.some((word) => isOption(word, ON))
  const off = argv.some((word) => isOption(word, OFF))
  if (on && off)
    throw parameterFailure(`Both ${ON} and ${OFF} cannot be specified at the same time.`)
  if (on || off) return on ? 'on' : 'off'
  const set = configured(argv, surroundings)?.toLowerCase()
  return set === 'on' || set === 'on-partial' ? set : 'off'
}

/** The arguments without those that only say whether to ask. */
export const withoutPromptOptions = (argv: readonly string[]): string[] =>
  argv.filter((word) => !isOption(word, ON) && !isOption(word, OFF))

// In full or cut short; `--cli-` and `--no-` alone could be others.
const isOption = (word: string, option: string) =>
  word.length > '--no-cli-'.length && option.startsWith(word)

function configured(argv: readonly string[], surroundings: Host['surroundings']) {
  const variable = surroundings.variable('AWS_CLI_AUTO_PROMPT')
  if (variable !== undefined) return variable
  const at = argv.findIndex((word) => /^--profile(=|$)/.test(word))
  const profile = at === -1 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  try {
    return openConfiguration(surroundings, profile).setting('cli_auto_prompt')
  } catch {
    // What is wrong with the configuration is told when the command needs it.
    return undefined
  }
}
