// One run of `backup OPERATION …`, as AWS's command line runs it: three passes over the arguments,
// settings, input, call, output; the order in which mistakes win is the reference's.

import * as client from '../../wire/index.ts'
import { noticingSend } from '../aws-notice.ts'
import type { HelpTopic } from '../help/show.ts'
import type { Host } from '../host.ts'
import type { ProgressStyle } from '../jobs/kinds.ts'
import { versionLine } from '../version.ts'
import {
  type Aliases,
  aliasWords,
  checkAliasOptions,
  readAliases,
  runShellAlias,
} from './aliases.ts'
import { parseArguments } from './arguments.ts'
import { type Configuration, openConfiguration } from './configuration.ts'
import { sender } from './connection.ts'
import { findCredentials } from './credentials.ts'
import type { DebugLog } from './debug.ts'
import { checkEndpointOption, configuredEndpoint } from './endpoint.ts'
import { reportError } from './error-output.ts'
import { CommandFailure, EXIT, UnknownOptions, UsageFailure } from './failure.ts'
import { checkNames, plainInput, readInput } from './input.ts'
import { GLOBAL_OPTIONS, operationNames, operationOptions } from './options.ts'
import { type Answer, printAnswer } from './output.ts'
import { outputEncoding } from './output-encoding.ts'
import { findPager, openOutputStream } from './output-stream.ts'
import { type PagingOptions, pagedAnswer } from './paging.ts'
import { pythonReading } from './python-reading.ts'
import { checkSettings } from './setting-checks.ts'
import {
  checkBinaryFormat,
  findAttempts,
  findEndpoint,
  findErrorFormat,
  findFormat,
  findHttpOptions,
  findRegion,
  findTimestampStyle,
  type GlobalValues,
  signingRegion,
  textOption,
} from './settings.ts'
import { inputSkeleton, outputSkeleton } from './skeleton.ts'
import { userAgentOf } from './user-agent.ts'
import { validateInput } from './validate.ts'
import { waitForJob } from './wait.ts'

/**
 * Runs the arguments after the program's name. Answers the exit code. `instead` is what is done
 * about arguments that are not right, in place of saying so.
 */
export async function runAws(
  argv: readonly string[],
  host: Host,
  instead?: () => Promise<number>,
): Promise<number> {
  const { terminal, surroundings } = host
  const interrupt = surroundings.onInterrupt(() => {
    terminal.out('\n')
    surroundings.exit(EXIT.interrupted)
  })
  const debug = await debugLog(argv, host)
  let run: Run | undefined
  try {
    const aliases = readAliases(host)
    const main = parseArguments(GLOBAL_OPTIONS, [commands(aliases)], withoutVersion(argv))
    const configuration = openConfiguration(surroundings, textOption(main.values, 'profile'))
    run = { host, values: main.values, configuration, aliases, debug, interrupt }
    return await runCommand(run, main.rest)
  } catch (error) {
    if (debug) (await import('./debug.ts')).debugFailure(debug, error)
    const format = run ? findErrorFormat(run.values, run.configuration) : 'enhanced'
    const report = await reportError(error, format)
    if (instead && report.exitCode === EXIT.usage) {
      interrupt()
      return await instead()
    }
    if (!run && error instanceof UsageFailure && error.argument === 'command') {
      return (await import('../help/short.ts')).refuseFirstWord(error.given, host)
    }
    terminal.err(report.text)
    if (terminal.errIsTerminal) await (await import('../next-step.ts')).tellNextStep(error, host)
    return report.exitCode
  } finally {
    interrupt()
  }
}

interface Run {
  readonly host: Host
  /** Aliases may add to them. */
  readonly values: Map<string, unknown>
  readonly configuration: Configuration
  readonly aliases: Aliases
  readonly debug: DebugLog
  /** Takes back what Ctrl-C does. */
  interrupt(): void
}

const withoutVersion = (argv: readonly string[]) => argv.filter((word) => word !== '--version')

const commands = (aliases: Aliases) => ({
  key: 'command',
  choices: ['backup', 'help', ...aliases.toplevel.keys()],
})

// A first look at the arguments, before anything can be wrong with them.
async function debugLog(argv: readonly string[], host: Host): Promise<DebugLog> {
  if (!argv.some((word) => word.length > 2 && '--debug'.startsWith(word))) return undefined
  const { debugArguments, openDebugLog } = await import('./debug.ts')
  const log = openDebugLog(host)
  debugArguments(log, argv, versionLine(host.surroundings.system))
  return log
}

async function printHelp(host: Host, topic: HelpTopic): Promise<number> {
  const { showHelp } = await import('../help/show.ts')
  await showHelp(topic, host)
  return EXIT.success
}

async function runCommand(run: Run, argv: readonly string[]): Promise<number> {
  const { values, host, aliases } = run
  checkEndpointOption(textOption(values, 'endpoint-url'))
  if (values.has('query')) await compiledQuery(values)
  findHttpOptions(values, run.configuration)
  const shadowed = new Set<string>()
  let rest = argv
  for (;;) {
    const command = String(values.get('command'))
    const alias = shadowed.has(command) ? undefined : aliases.toplevel.get(command)
    if (alias === undefined) {
      return command === 'help' ? await printHelp(host, 'copyhold') : await runService(run, rest)
    }
    if (alias.startsWith('!')) return await runShellAlias(host, alias, rest)
    const words = parseArguments(GLOBAL_OPTIONS, [commands(aliases)], aliasWords(command, alias))
    adopt(run, command, words.values)
    shadowed.add(command)
    rest = [...words.rest, ...rest]
  }
}

// Takes over the options of every command that an alias sets.
function adopt(run: Run, alias: string, given: ReadonlyMap<string, unknown>): void {
  checkAliasOptions(alias, given)
  checkEndpointOption(textOption(given, 'endpoint-url'))
  for (const [name, value] of given) run.values.set(name, value)
}

async function runService(run: Run, argv: readonly string[]): Promise<number> {
  const { host, aliases } = run
  const names = ['help', ...operationNames(), ...aliases.backup.keys()]
  const operations = [{ key: 'operation', choices: names }]
  let service = parseArguments([], operations, argv)
  let command = String(service.values.get('operation'))
  for (const shadowed = new Set<string>(); ; shadowed.add(command)) {
    const alias = shadowed.has(command) ? undefined : aliases.backup.get(command)
    if (alias === undefined) break
    if (alias.startsWith('!')) return await runShellAlias(host, alias, service.rest)
    const words = parseArguments(GLOBAL_OPTIONS, [], aliasWords(command, alias))
    adopt(run, command, words.values)
    shadowed.add(command)
    service = parseArguments([], operations, [...words.rest, ...service.rest])
    command = String(service.values.get('operation'))
  }
  if (command === 'help') return await printHelp(host, 'backup')
  const operation = client.operationsByCommand().get(command) as client.ModelOperation
  if (service.rest.length === 1 && service.rest[0] === 'help')
    return await printHelp(host, { operation: command })
  const options = operationOptions(operation, service.rest)
  const parsed = parseArguments(options, [{ key: 'help', optional: true }], service.rest)
  const extra = parsed.values.get('help')
  if (extra === 'help') return await printHelp(host, { operation: command })
  const unknown = typeof extra === 'string' ? [...parsed.rest, extra] : parsed.rest
  if (unknown.length > 0) throw new UnknownOptions(unknown)
  return await runOperation(run, operation, parsed.values)
}

async function compiledQuery(values: GlobalValues): Promise<(value: unknown) => unknown> {
  const expression = textOption(values, 'query')
  if (expression === undefined) return (value) => value
  return await (await import('./query.ts')).compileQuery(expression)
}

// Prints an answer, on a terminal through the pager, and takes back the colours of a table.
async function print(run: Run, answer: Answer): Promise<void> {
  const { host, values, configuration } = run
  const { terminal } = host
  const format = findFormat(values, configuration)
  // Text is written past it.
  const encode = format === 'text' ? undefined : outputEncoding(configuration)
  const stream = openOutputStream(host, findPager(host, values, configuration), encode)
  const colour = textOption(values, 'color') ?? 'auto'
  let coloured = false
  try {
    await printAnswer(answer, {
      format,
      query: await compiledQuery(values),
      stream,
      columns: terminal.columns(),
      coloured: colour === 'on' || (colour === 'auto' && terminal.outIsTerminal),
      onColour: () => {
        coloured = true
      },
    })
  } finally {
    await stream.close()
    if (coloured && terminal.outIsTerminal) terminal.out('\x1b[0m')
  }
}

async function runOperation(
  run: Run,
  operation: client.ModelOperation,
  given: ReadonlyMap<string, unknown>,
): Promise<number> {
  const { host } = run
  const timestamps = findTimestampStyle(run.configuration)
  checkBinaryFormat(run.configuration)
  const { input, paging } = await readInput(operation, given, {
    surroundings: host.surroundings,
    noPaginate: run.values.get('no-paginate') === true,
    warn: (text) => host.terminal.err(text),
  })
  const skeleton = textOption(given, 'generate-cli-skeleton')
  if (skeleton !== undefined && skeleton !== 'output') {
    const value = inputSkeleton(operation)
    if (skeleton === 'input') host.terminal.out(JSON.stringify(value, undefined, 4).concat('\n'))
    else host.terminal.out((await import('./output-yaml.ts')).formatYamlSkeleton(value, operation))
    return EXIT.success
  }
  const settings = await clientSettings(run, timestamps, operation)
  checkNames(input)
  checkInput(run, operation, input)
  if (skeleton === 'output') {
    const answer = outputSkeleton(operation)
    await print(run, { operationName: operation.name, pages: only(answer) })
    return EXIT.success
  }
  const call = { operation, input: plainInput(input), paging, settings, given }
  return await callAndPrint(run, call)
}

function checkInput({ configuration }: Run, operation: client.ModelOperation, input: object): void {
  if (configuration.setting('parameter_validation')?.toLowerCase() === 'false') return
  validateInput(client.inputShape(operation), input as Record<string, unknown>)
}

interface Call {
  readonly operation: client.ModelOperation
  readonly input: Record<string, unknown>
  readonly paging: PagingOptions | undefined
  readonly settings: client.ClientSettings
  readonly given: ReadonlyMap<string, unknown>
}

async function callAndPrint(run: Run, call: Call): Promise<number> {
  const { operation, input, paging, settings, given } = call
  const paginator = client.paginatorOf(operation)
  if (paging && paginator) {
    const pages = client.pagesOf(paginator, input, paging, (asked) => {
      checkInput(run, operation, asked)
      return client.callOperation(operation, asked, settings)
    })
    await print(run, pagedAnswer(operation, paginator, pages))
    return EXIT.success
  }
  const answer = await client.callOperation(operation, input, settings)
  await print(run, { operationName: operation.name, pages: only(answer) })
  if (given.get('wait') !== true) return EXIT.success
  run.interrupt()
  const timeout = given.get('wait-timeout')
  const timeoutMs = timeout === undefined ? undefined : Number(timeout) * 1000
  return await waitForJob(run.host, settings, {
    operation: operation.name,
    started: answer,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(given.has('progress') ? { progress: given.get('progress') as ProgressStyle } : {}),
  })
}

async function* only(value: unknown): AsyncGenerator<unknown> {
  yield value
}

async function regionOf({ host, values, configuration }: Run): Promise<string> {
  try {
    return findRegion(values, configuration, host.surroundings)
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.code !== 'NoRegion') throw error
    const { instanceRegion } = await import('./instance-region.ts')
    const region = await instanceRegion(host.http, configuration)
    if (region === undefined) throw error
    return region
  }
}

async function clientSettings(
  run: Run,
  timestamps: client.TimestampStyle,
  operation: client.ModelOperation,
): Promise<client.ClientSettings> {
  const { host, values, configuration } = run
  const { surroundings } = host
  const region = await regionOf(run)
  checkSettings(configuration)
  const endpoint = findEndpoint(values, configuration, surroundings, region)
  const signed = values.get('no-sign-request') !== true
  const command = client.commandName(operation.name)
  const option = textOption(values, 'endpoint-url')
  const endpointGiven = configuredEndpoint(option, configuration, surroundings) !== undefined
  const plain = noticingSend(
    sender(host.http, findHttpOptions(values, configuration), surroundings),
    { endpointGiven, hostname: endpoint.hostname },
    host,
  )
  const send = run.debug
    ? (await import('./debug.ts')).debuggedSend(run.debug, host.clock, plain)
    : plain
  let found: Promise<client.Credentials> | undefined
  const credentials = () => {
    found ??= findCredentials({ configuration, surroundings, region, send, now: host.clock.now() })
    return found
  }
  return {
    endpoint,
    region: signingRegion(region),
    ...(signed ? { credentials } : {}),
    maxAttempts: findAttempts(configuration),
    timestamps,
    reading: pythonReading,
    userAgent: userAgentOf(configuration, `md/command#backup.${command}`),
    send,
    now: () => host.clock.now(),
    sleep: (ms) => host.clock.sleep(ms),
    dice: () => (host.random.bytes(1)[0] ?? 0) / 256,
    uuid: () => host.random.uuid(),
  }
}
