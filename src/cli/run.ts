// Which command the arguments name, loaded only when it is named. What is not one of our own
// commands is an AWS command line.

import {
  systemClock,
  systemFiles,
  systemHttp,
  systemRandom,
  systemSurroundings,
  systemTerminal,
} from '../world/index.ts'
import type { Host } from './host.ts'
import { versionLine } from './version.ts'

/**
 * Runs one command with the arguments after the program's name. Answers the process's exit code;
 * never throws for a user's mistake. What `host` leaves out is the real world.
 */
export async function runCli(
  argv: readonly string[],
  host: Partial<Host> & Pick<Host, 'startServer' | 'rebuildCatalog' | 'adoptStore' | 'serving'>,
): Promise<number> {
  const whole: Host = {
    terminal: systemTerminal,
    surroundings: systemSurroundings,
    http: systemHttp,
    clock: systemClock,
    random: systemRandom,
    files: systemFiles,
    ...host,
  }
  const [first] = argv
  if (first === '_complete') {
    const { complete } = await import('./completion/complete.ts')
    return await complete(argv.slice(1), whole)
  }
  if (argv.includes('--version') && !OWN_COMMANDS.has(first ?? '')) {
    whole.terminal.out(`${versionLine(whole.surroundings.system)}\n`)
    return 0
  }
  if (asksForShortHelp(argv)) return (await import('./help/short.ts')).showShortHelp(whole)
  if (first === 'help' && argv.length > 1) return await help(argv.slice(1), whole)
  if (first !== undefined && OWN_COMMANDS.has(first)) {
    const { runOwnCommand } = await import('./commands/run.ts')
    return await runOwnCommand(argv, whole)
  }
  const { runWithQuestions } = await import('./auto-prompt/run.ts')
  return await runWithQuestions(argv, whole)
}

const OWN_COMMANDS = new Set([
  ...['quickstart', 'dev', 'env', 'serve', 'init', 'resource', 'vault', 'limits', 'completion'],
  'admin',
  ...['dev-clock', 'dev-fault', 'version'],
  ...['wait', 'watch', 'explain', 'preflight', 'copy'],
])

// Before any command: what stands behind one is its own.
function asksForShortHelp(argv: readonly string[]): boolean {
  const at = argv.findIndex((word) => word === '--help' || word === '-h')
  return at !== -1 && argv.slice(0, at).every((word) => word.startsWith('-'))
}

// `help COMMAND`; what is not one of our own commands is AWS's.
async function help(words: readonly string[], host: Host): Promise<number> {
  const { showOwnHelp } = await import('./help/show.ts')
  if (words[0] !== 'backup' && (await showOwnHelp(words, host))) return 0
  if (OWN_COMMANDS.has(words[0] ?? '')) {
    return (await import('./help/short.ts')).refuseInnerWord(words, host)
  }
  const { runAws } = await import('./aws/run.ts')
  return await runAws([...words, 'help'], host)
}
