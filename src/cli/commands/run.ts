// Copyhold's own commands, apart from `backup`, which is AWS's. Each is loaded when it runs.

import { Argument, Command, CommanderError, Option } from 'commander'
import { NoAnswer, ServiceError } from '../../wire/index.ts'
import { CommandFailure, EXIT } from '../aws/failure.ts'
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts'
import { Refused } from '../extensions.ts'
import type { Host } from '../host.ts'
import { NoSuchJob } from '../jobs/find-job.ts'
import { tellNextStep } from '../next-step.ts'
import { FOLLOWED_VERSION, PROGRAM_VERSION } from '../version.ts'
import { addAdminCommands } from './admin-commands.ts'
import { addDevCommands } from './dev-commands.ts'
import { type EnvOptions, env, SYNTAXES } from './env.ts'
import { addJobCommands } from './job-commands.ts'
import { addVaultCommands } from './vault-commands.ts'

const DEFAULT_PORT = '8750'

/** Runs one of our own commands. Answers the exit code; mistakes get one clear message. */
export async function runOwnCommand(argv: readonly string[], host: Host): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    const words = argv.slice(
      0,
      argv.findIndex((word) => word.startsWith('-')),
    )
    const { showOwnHelp } = await import('../help/show.ts')
    while (words.length > 0) {
      if (await showOwnHelp(words, host)) return EXIT.success
      words.pop()
    }
  }
  let code = 0
  const program = commands(host, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage
    if (error instanceof ServiceError || error instanceof CommandFailure) {
      const { reportError } = await import('../aws/error-output.ts')
      const { text, exitCode } = await reportError(error, 'legacy')
      host.terminal.err(text.trimStart().replace(/^aws: \[ERROR\]/, 'copyhold'))
      if (host.terminal.errIsTerminal) await tellNextStep(error, host)
      return exitCode
    }
    host.terminal.err(`copyhold: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof UsageMistake) return EXIT.usage
    if (error instanceof Refused || error instanceof NoSuchJob) return EXIT.service
    if (error instanceof NoAnswer) await tellNextStep(error, host)
    return EXIT.general
  }
}

/** Arguments that make no sense; said in one line. */
export class UsageMistake extends Error {
  override readonly name = 'UsageMistake'
}

/** All our own commands, for reading what they declare. */
export function commandTree(host: Host): Command {
  return commands(host, () => {})
}

function commands(host: Host, ended: (code: number) => void): Command {
  const program = new Command('copyhold')
    .description('An open, self-hosted AWS Backup that really copies.')
    .version(`copyhold/${PROGRAM_VERSION}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.terminal.out(text),
      writeErr: (text) => host.terminal.err(text),
    })
    .showHelpAfterError(
      '(`copyhold help` lists all commands, `copyhold help COMMAND` explains one)',
    )
  program
    .command('backup')
    .argument('<operation>')
    .argument('[parameters...]')
    .helpOption(false)
    .description('AWS Backup, with the arguments of `aws backup`; `copyhold backup help`')
  addQuickstart(program, host, ended)
  addDev(program, host, ended)
  addEnv(program, host, ended)
  addServe(program, host, ended)
  addResource(program, host, ended)
  addVaultCommands(program, asksServer, { host, ended })
  addAdminCommands(program, { host, ended })
  addLimits(program, host, ended)
  addDevCommands(program, asksServer, { host, ended })
  addCompletion(program, host, ended)
  addJobCommands(program, host, ended)
  program
    .command('version')
    .description('print the version')
    .action(() => {
      host.terminal.out(`copyhold ${PROGRAM_VERSION}, which follows AWS CLI ${FOLLOWED_VERSION}\n`)
      ended(0)
    })
  return program
}

type Ended = (code: number) => void

function addQuickstart(program: Command, host: Host, ended: Ended): void {
  program
    .command('quickstart')
    .argument('[path]', 'the folder to back up [default: a sample that is made]')
    .option('--keep', 'leave the temporary folder behind', false)
    .description('backup, copy to another Region, restore from the copy, compare: all for real')
    .action(async (path: string | undefined, options: { keep: boolean }) => {
      const { quickstart } = await import('../quickstart/quickstart.ts')
      const chosen = { keep: options.keep, ...(path === undefined ? {} : { path }) }
      ended(await quickstart(chosen, host))
    })
}

function addDev(program: Command, host: Host, ended: Ended): void {
  program
    .command('dev')
    .option('--port <port>', 'where to listen, 0 for any free port', DEFAULT_PORT)
    .option('--data <folder>', 'the folder to keep everything in [default: a temporary folder]')
    .option(
      '--restore-root <folder>',
      'one more folder that restores may write into, besides this one',
    )
    .description('a server for development: any signature is accepted')
    .action(async (options: { port: string; data?: string; restoreRoot?: string }) => {
      const { dev } = await import('./dev.ts')
      ended(await dev(options, host))
    })
}

function addEnv(program: Command, host: Host, ended: Ended): void {
  program
    .command('env')
    .option('--port <port>', 'where the development server listens', DEFAULT_PORT)
    .option('--account <account>', 'the account to be, 12 digits', '123456789012')
    .option('--region <region>', 'the Region [default: that of the environment, else eu-west-1]')
    .addOption(new Option('--shell <syntax>', 'the language').choices(SYNTAXES).default('sh'))
    .option('--unset', 'print what takes it back', false)
    .description('print the settings with which the commands of a shell ask the development server')
    .action((options: EnvOptions) => ended(env(options, host)))
}

function addServe(program: Command, host: Host, ended: Ended): void {
  program
    .command('serve')
    .option('--config <file>', 'the configuration; else copyhold.yaml here or in /etc/copyhold')
    .option('--check', 'say whether the configuration is right, and end')
    .option('--schema', 'print the JSON schema of configurations, for editors, and end')
    .description(
      'a server for production: it verifies signatures, and its configuration declares everything',
    )
    .action(async (options: { config?: string; check?: true; schema?: true }) => {
      const { serve } = await import('./serve.ts')
      ended(await serve(options, host))
    })
  program
    .command('init')
    .argument('[folder]', 'where to write it [default: here]')
    .option('--account <account>', 'the account, 12 digits', '123456789012')
    .option('--region <region>', 'its first Region', 'eu-central-1')
    .description('write a first configuration for serve, with a generated access key')
    .action(async (folder: string | undefined, options: { account: string; region: string }) => {
      const { init } = await import('./init.ts')
      ended(await init({ ...options, ...(folder === undefined ? {} : { folder }) }, host))
    })
}

// Options of commands that ask a server.
function asksServer(command: Command): Command {
  return command
    .option('--region <region>', 'the Region; else AWS_REGION or AWS_DEFAULT_REGION')
    .option('--account <account>', 'the account, 12 digits, on a development server')
    .option('--profile <name>', 'the profile to sign with; else AWS_PROFILE')
    .addOption(new Option('--endpoint-url <url>', 'the server; else AWS_ENDPOINT_URL_BACKUP'))
}

function addResource(program: Command, host: Host, ended: Ended): void {
  const resource = program.command('resource').description('what can be backed up')
  asksServer(resource.command('add'))
    .argument('<kind>', 'directory')
    .argument('<path>', 'the folder')
    .option('--name <name>', 'its name in lists')
    .addOption(
      new Option('--output <format>', 'json, or as text the ARN alone')
        .choices(['json', 'text'])
        .default('json'),
    )
    .description('make a folder a resource; prints its ARN')
    .action(async (kind: string, path: string, options) => {
      const { addResource: add } = await import('./resource.ts')
      ended(await add({ kind, path, ...options }, host))
    })
  asksServer(resource.command('list'))
    .description('the resources of a Region')
    .action(async (options) => {
      const { listResources } = await import('./resource.ts')
      ended(await listResources(options, host))
    })
  asksServer(resource.command('remove'))
    .argument('<arn>', 'its ARN')
    .description('forget a resource; its recovery points stay')
    .action(async (arn: string, options) => {
      const { removeResource } = await import('./resource.ts')
      ended(await removeResource({ arn, ...options }, host))
    })
}

function addLimits(program: Command, host: Host, ended: Ended): void {
  const each = (value: string, before: string[] = []) => [...before, value]
  asksServer(program.command('limits'))
    .option('--process <rate>', 'all jobs together, such as 50MB/s, or none')
    .option('--job <rate>', 'each job by itself')
    .option('--vault <name=rate>', 'all jobs into one vault; may be given again', each)
    .option('--copies <number>', 'copy jobs at the same time, or none')
    .option('--compaction <size>', 'packs one sweep may compact, such as 8GiB, or 0B')
    .description('show or set how fast jobs write and how many copies run at once')
    .action(async (options) => {
      const { limits } = await import('./limits.ts')
      ended(await limits(options, host))
    })
}

function addCompletion(program: Command, host: Host, ended: Ended): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell to teach').choices(SHELLS))
    .description('print the script that has a shell complete copyhold’s commands')
    .action((shell: Shell) => {
      host.terminal.out(completionScript(shell))
      ended(0)
    })
}
