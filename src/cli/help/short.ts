// The short help: what `copyhold` alone says, and what a first word gets that is no command. What
// follows `copyhold backup` is AWS's command line, and fails in its words.

import { closeMatches } from '../aws/close-matches.ts'
import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { COMMAND_GROUPS } from './groups.ts'

export const SHORT_HELP = `Copyhold: an open, self-hosted AWS Backup that really copies.

Start here    copyhold quickstart           back up, copy, restore and compare, for real
              copyhold dev                  start a server for development
              eval "$(copyhold env)"        have the commands of this shell ask it
              copyhold init, serve          write a configuration, start a server for production
Copies        copyhold backup OPERATION     what \`aws backup OPERATION\` does
              copyhold copy, preflight, watch, wait, explain
Vaults        copyhold resource, vault, limits, admin
Development   copyhold dev-clock, dev-fault, completion, version

copyhold help           all commands            copyhold help COMMAND   one of them
copyhold backup help    all operations of AWS Backup
`

/** Shows the short help as the answer. */
export function showShortHelp({ terminal }: Host): number {
  terminal.out(SHORT_HELP)
  return EXIT.success
}

/** Tells what is wrong with the first word, or that there is none, and what there is. */
export function refuseFirstWord(word: string | undefined, { terminal }: Host): number {
  terminal.err(`copyhold: ${word === undefined ? 'which command?' : aboutWord(word)}\n\n`)
  terminal.err(SHORT_HELP)
  return EXIT.usage
}

/** Tells that a command has no such command below it. */
export function refuseInnerWord(words: readonly string[], { terminal }: Host): number {
  const [first = ''] = words
  terminal.err(`copyhold: \`${words.join(' ')}\` is not a command.\n`)
  terminal.err(`\`copyhold help ${first}\` shows what \`${first}\` can do.\n`)
  return EXIT.usage
}

function aboutWord(word: string): string {
  const names = ['backup', 'help', ...COMMAND_GROUPS.flatMap(({ commands }) => commands)]
  if (names.includes(word)) return `the options of \`${word}\` stand after it: copyhold ${word} …`
  const [close] = closeMatches(word, names)
  const meant = close === undefined ? '' : ` Did you mean \`${close}\`?`
  return `\`${word}\` is not a command.${meant}`
}
