// One run of `backup OPERATION …`, as AWS's command line runs it: three passes over the arguments,
// settings, input, call, output; the order in which mistakes win is the reference's.

import * as client from '../../wire/index.ts'
import type { Host } from '../host.ts'
import type { ProgressStyle } from '../jobs/kinds.ts'
import { PROGRAM_VERSION } from '../version.ts'
import { parseArguments } from './arguments.ts'
import { type Configuration, openConfiguration } from './configuration.ts'
import { sender } from './connection.ts'
import { findCredentials } from './credentials.ts'
import { checkEndpointOption } from './endpoint.ts'
import { reportError } from './error-output.ts'
import { EXIT, UnknownOptions } from './failure.ts'
import { readInput } from './input.ts'
import { GLOBAL_OPTIONS, operationNames, operationOptions } from './options.ts'
import { type OutputOptions, printAnswer } from './output.ts'
import { type PagingOptions, pagedAnswer } from './paging.ts'
import {
  findAttempts,
  findEndpoint,
  findErrorFormat,
  findFormat,
  findHttpOptions,
  findRegion,
  findTimestampStyle,
  type GlobalValues,
  textOption,
} from './settings.ts'
import { inputSkeleton, outputSkeleton } from './skeleton.ts'
import { validateInput } from './validate.ts'
import { waitForJob } from './wait.ts'

/** Runs the arguments after the program's name. Answers the exit code. */
export async function runAws(argv: readonly string[], host: Host): Promise<number> {
  const { terminal, surroundings } = host
  const interrupt = surroundings.onInterrupt(() => {
    terminal.out('\n')
    surroundings.exit(EXIT.interrupted)
  })
  let run: Run | undefined
  try {
    const main = parseArguments(
      GLOBAL_OPTIONS,
      [{ key: 'command', choices: ['backup', 'help'] }],
      withoutVersion(argv),
    )
    const configuration = openConfiguration(surroundings, textOption(main.values, 'profile'))
    run = { host, values: main.values, configuration, interrupt }
    if (main.values.get('command') === 'help') return await printHelp(host, undefined)
    return await runCommand(run, main.rest)
  } catch (error) {
    const { format, warning } = run
      ? findErrorFormat(run.values, run.configuration)
      : { format: 'enhanced', warning: undefined }
    if (warning !== undefined) terminal.err(`${warning}\n`)
    const report = await reportError(error, format)
    terminal.err(report.text)
    return report.exitCode
  } finally {
    interrupt()
  }
}

interface Run {
  readonly host: Host
  readonly values: GlobalValues
  readonly configuration: Configuration
  /** Takes back what Ctrl-C does. */
  interrupt(): void
}

const withoutVersion = (argv: readonly string[]) => argv.filter((word) => word !== '--version')

async function printHelp(host: Host, operation: string | undefined, isService = false) {
  const { helpText } = await import('./help.ts')
  host.terminal.out(helpText(operation, isService))
  return EXIT.success
}

async function runCommand(run: Run, argv: readonly string[]): Promise<number> {
  const { values, host } = run
  checkEndpointOption(textOption(values, 'endpoint-url'))
  const output = await outputOptions(run)
  findHttpOptions(values, run.configuration)
  const names = ['help', ...operationNames()]
  const service = parseArguments([], [{ key: 'operation', choices: names }], argv)
  const command = String(service.values.get('operation'))
  if (command === 'help') return await printHelp(host, undefined, true)
  const operation = client.operationsByCommand().get(command) as client.ModelOperation
  if (service.rest.length === 1 && service.rest[0] === 'help') return await printHelp(host, command)
  const options = operationOptions(operation, service.rest)
  const parsed = parseArguments(options, [{ key: 'help', optional: true }], service.rest)
  const extra = parsed.values.get('help')
  if (extra === 'help') return await printHelp(host, command)
  const unknown = typeof extra === 'string' ? [...parsed.rest, extra] : parsed.rest
  if (unknown.length > 0) throw new UnknownOptions(unknown)
  return await runOperation(run, operation, parsed.values, output)
}

async function outputOptions(run: Run): Promise<OutputOptions> {
  const expression = textOption(run.values, 'query')
  const query =
    expression === undefined
      ? (value: unknown) => value
      : await (await import('./query.ts')).compileQuery(expression)
  return {
    get format() {
      return findFormat(run.values, run.configuration)
    },
    query,
    hasQuery: expression !== undefined,
    write: (text) => run.host.terminal.out(text),
    columns: run.host.terminal.columns(),
  }
}

async function runOperation(
  run: Run,
  operation: client.ModelOperation,
  given: ReadonlyMap<string, unknown>,
  output: OutputOptions,
): Promise<number> {
  const { host } = run
  const timestamps = findTimestampStyle(run.configuration)
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
  if (run.configuration.setting('parameter_validation')?.toLowerCase() !== 'false') {
    validateInput(client.inputShape(operation), input)
  }
  if (skeleton === 'output') {
    const answer = outputSkeleton(operation)
    await printAnswer({ operationName: operation.name, pages: only(answer) }, output)
    return EXIT.success
  }
  return await callAndPrint(run, { operation, input, paging, settings, given, output })
}

interface Call {
  readonly operation: client.ModelOperation
  readonly input: Record<string, unknown>
  readonly paging: PagingOptions | undefined
  readonly settings: client.ClientSettings
  readonly given: ReadonlyMap<string, unknown>
  readonly output: OutputOptions
}

async function callAndPrint(run: Run, call: Call): Promise<number> {
  const { operation, input, paging, settings, given, output } = call
  const paginator = client.paginatorOf(operation)
  if (paging && paginator) {
    const pages = client.pagesOf(paginator, input, paging, (asked) =>
      client.callOperation(operation, asked, settings),
    )
    await printAnswer(pagedAnswer(operation, paginator, pages), output)
    return EXIT.success
  }
  const answer = await client.callOperation(operation, input, settings)
  await printAnswer({ operationName: operation.name, pages: only(answer) }, output)
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

async function clientSettings(
  run: Run,
  timestamps: client.TimestampStyle,
  operation: client.ModelOperation,
): Promise<client.ClientSettings> {
  const { host, values, configuration } = run
  const { surroundings } = host
  const region = findRegion(values, configuration, surroundings)
  const endpoint = findEndpoint(values, configuration, surroundings, region)
  const signed = values.get('no-sign-request') !== true
  const command = client.commandName(operation.name)
  let found: Promise<client.Credentials> | undefined
  const credentials = () => {
    found ??= findCredentials(configuration, surroundings, region)
    return found
  }
  return {
    endpoint,
    region,
    ...(signed ? { credentials } : {}),
    maxAttempts: findAttempts(configuration),
    timestamps,
    userAgent: `copyhold/${PROGRAM_VERSION} md/command#backup.${command}`,
    send: sender(host.http, findHttpOptions(values, configuration), surroundings),
    now: () => host.clock.now(),
    sleep: (ms) => host.clock.sleep(ms),
    dice: () => (host.random.bytes(1)[0] ?? 0) / 256,
    uuid: () => host.random.uuid(),
  }
}
