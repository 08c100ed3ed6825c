// `copyhold dev-fault`: raises failures on purpose on a development server.

import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

export interface RaiseOptions extends ServerOptions {
  readonly match?: readonly string[]
  readonly times?: string
  readonly seconds?: string
}

interface Answer {
  readonly faults: readonly object[]
  readonly names: readonly string[]
}

/** Raises a fault and prints all that there are then. Throws UsageMistake. */
export async function raiseFault(name: string, options: RaiseOptions, host: Host): Promise<number> {
  const { match = [], times, seconds } = options
  const body = {
    name,
    match: Object.fromEntries(match.map(parseMatch)),
    ...(times === undefined ? {} : { times: parseCount('--times', times) }),
    ...(seconds === undefined ? {} : { seconds: parseCount('--seconds', seconds) }),
  }
  return print(options, host, { method: 'PUT', path: '/faults', body })
}

/** Prints the faults that there are; with `names`, those that can be raised. */
export async function listFaults(
  options: ServerOptions & { readonly names?: boolean },
  host: Host,
): Promise<number> {
  if (!options.names) return print(options, host, { method: 'GET', path: '/faults' })
  const answer = await ask(options, host, { method: 'GET', path: '/faults' })
  host.terminal.out(`${answer.names.join('\n')}\n`)
  return 0
}

export async function clearFaults(options: ServerOptions, host: Host): Promise<number> {
  return print(options, host, { method: 'DELETE', path: '/faults' })
}

type Request = Parameters<typeof askExtension>[1]

async function ask(options: ServerOptions, host: Host, request: Request): Promise<Answer> {
  return (await askExtension(serverSettings(options, host), request)) as Answer
}

async function print(options: ServerOptions, host: Host, request: Request): Promise<number> {
  const { faults } = await ask(options, host, request)
  host.terminal.out(formatJson({ faults }))
  return 0
}

function parseMatch(text: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new UsageMistake(`${text} matches nothing; kind=copy does, and vault=daily.`)
}

function parseCount(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new UsageMistake(`${option} ${text} is not a number: use a whole number from 1.`)
}
