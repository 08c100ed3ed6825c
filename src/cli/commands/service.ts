// The service our own commands ask: AWS Backup itself or a Copyhold, found as `backup OPERATION`
// finds it, by options, environment and shared files. Answers are as on the wire: moments are
// seconds since 1970.

import * as client from '../../wire/index.ts'
import { openConfiguration } from '../aws/configuration.ts'
import { sender } from '../aws/connection.ts'
import { findCredentials } from '../aws/credentials.ts'
import { checkEndpointOption, configuredEndpoint } from '../aws/endpoint.ts'
import {
  findAttempts,
  findEndpoint,
  findHttpOptions,
  findRegion,
  signingRegion,
} from '../aws/settings.ts'
import { userAgentOf } from '../aws/user-agent.ts'
import { noticingSend } from '../aws-notice.ts'
import type { Host } from '../host.ts'

/** Options of every command that asks the service. */
export interface ServiceOptions {
  readonly region?: string
  readonly profile?: string
  readonly endpointUrl?: string
  readonly caBundle?: string
  /** Seconds after which nothing more is asked, and that one answer may take; for ever without. */
  readonly patienceS?: number
}

/** One service, in all of its Regions. */
export interface Service {
  /** Where the command works unless it says otherwise. */
  readonly region: string
  /** Whether the user named the address; then it is the same in every Region. */
  readonly addressGiven: boolean
  /** How to call it in a Region. */
  at(region: string): client.ClientSettings
  /** Calls an operation by its AWS name. Throws what a call throws. */
  call(operation: string, input: client.ClientInput, region?: string): Promise<client.Output>
  /** Every result of a paged operation, page after page. */
  all(operation: string, input: client.ClientInput, region?: string): AsyncIterable<client.Output>
}

/** Credentials are asked for again after so long: a wait may outlive them. */
const CREDENTIALS_MS = 5 * 60_000

/** Finds the service. Throws CommandFailure. */
export function openService(options: ServiceOptions, host: Host): Service {
  const { surroundings, clock, random } = host
  checkEndpointOption(options.endpointUrl)
  const values = new Map<string, unknown>([
    ['region', options.region],
    ['endpoint-url', options.endpointUrl],
    ['ca-bundle', options.caBundle],
    ['cli-connect-timeout', options.patienceS?.toString()],
    ['cli-read-timeout', options.patienceS?.toString()],
  ])
  const configuration = openConfiguration(surroundings, options.profile)
  const region = findRegion(values, configuration, surroundings)
  const given = configuredEndpoint(options.endpointUrl, configuration, surroundings)
  const { hostname } = findEndpoint(values, configuration, surroundings, region)
  const hurried = hurrying(options.patienceS, host)
  const send = noticingSend(
    hurried(sender(host.http, findHttpOptions(values, configuration), surroundings)),
    { endpointGiven: given !== undefined, hostname },
    host,
  )
  let found: { at: number; credentials: Promise<client.Credentials> } | undefined
  const credentials = () => {
    const now = clock.monotonicMs()
    if (!found || now - found.at > CREDENTIALS_MS) {
      found = {
        at: now,
        credentials: findCredentials({
          configuration,
          surroundings,
          region,
          send,
          now: clock.now(),
        }),
      }
    }
    return found.credentials
  }
  const at = (there: string): client.ClientSettings => ({
    endpoint: findEndpoint(values, configuration, surroundings, there),
    region: signingRegion(there),
    credentials,
    maxAttempts: options.patienceS === undefined ? findAttempts(configuration) : 1,
    timestamps: 'wire',
    userAgent: userAgentOf(configuration),
    send,
    now: () => clock.now(),
    sleep: (ms) => clock.sleep(ms),
    dice: () => (random.bytes(1)[0] ?? 0) / 256,
    uuid: () => random.uuid(),
  })
  return { region, addressGiven: given !== undefined, at, ...callsOf(at, region) }
}

// Sends nothing more when the time is over that the whole may take.
function hurrying(patienceS: number | undefined, { clock }: Host) {
  const end = clock.monotonicMs() + (patienceS ?? Number.POSITIVE_INFINITY) * 1000
  return (send: client.ClientSettings['send']): client.ClientSettings['send'] =>
    async (request) => {
      if (clock.monotonicMs() <= end) return await send(request)
      throw new client.NoAnswer('the time is over', { retryable: false })
    }
}

function callsOf(at: Service['at'], home: string): Pick<Service, 'call' | 'all'> {
  return {
    call: (operation, input, region = home) => client.openClient(at(region)).call(operation, input),
    async *all(name, input, region = home) {
      const operation = client.operationsByCommand().get(client.commandName(name))
      const paginator = operation && client.paginatorOf(operation)
      if (!operation || !paginator) throw new Error(`${name} has no pages`)
      const settings = at(region)
      const ask = (asked: client.ClientInput) => client.callOperation(operation, asked, settings)
      for await (const page of client.pagesOf(paginator, input, {}, ask)) {
        yield* (page[paginator.result_key] as client.Output[] | undefined) ?? []
      }
    },
  }
}

/** A text of an answer; '' where it says nothing. */
export const textOf = (answer: client.Output, member: string): string =>
  typeof answer[member] === 'string' ? answer[member] : ''

/** A moment of an answer in milliseconds since 1970. */
export function momentOf(answer: client.Output, member: string): number | undefined {
  const value = answer[member]
  if (typeof value === 'number') return Math.round(value * 1000)
  const moment = typeof value === 'string' ? client.parseMoment(value) : undefined
  return moment === undefined ? undefined : Number(moment / 1000n)
}
