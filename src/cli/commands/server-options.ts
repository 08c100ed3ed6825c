// Which server our own commands ask, and as whom: options, then the environment, then a
// development server on this machine.

import type { ClientSettings } from '../../wire/index.ts'
import { sender } from '../aws/connection.ts'
import { parseEndpoint } from '../aws/endpoint.ts'
import type { Host } from '../host.ts'
import { PROGRAM_VERSION } from '../version.ts'
import { UsageMistake } from './run.ts'

export interface ServerOptions {
  readonly region?: string
  readonly account?: string
  readonly endpointUrl?: string
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:8750'
const READ_TIMEOUT_MS = 60_000

/** How to reach the server. Throws UsageMistake. */
export function serverSettings(options: ServerOptions, host: Host): ClientSettings {
  const { surroundings, clock, random } = host
  const variable = (name: string) => surroundings.variable(name) || undefined
  const region = options.region ?? variable('AWS_REGION') ?? variable('AWS_DEFAULT_REGION')
  if (region === undefined) throw new UsageMistake('Which Region? Use --region, or set AWS_REGION.')
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw new UsageMistake(`${options.account} is no account: an account is 12 digits.`)
  }
  const url =
    options.endpointUrl ??
    variable('AWS_ENDPOINT_URL_BACKUP') ??
    variable('AWS_ENDPOINT_URL') ??
    DEFAULT_ENDPOINT
  const credentials = credentialsOf(options, host)
  return {
    endpoint: parseEndpoint(url),
    region,
    ...(credentials ? { credentials } : {}),
    maxAttempts: 1,
    timestamps: 'iso8601',
    userAgent: `copyhold/${PROGRAM_VERSION}`,
    send: sender(host.http, { readTimeoutMs: READ_TIMEOUT_MS }, surroundings),
    now: () => clock.now(),
    sleep: (ms) => clock.sleep(ms),
    dice: () => (random.bytes(1)[0] ?? 0) / 256,
    uuid: () => random.uuid(),
  }
}

// A development server takes the account from the key id; without keys the query names it.
function credentialsOf({ account }: ServerOptions, { surroundings }: Host) {
  const accessKeyId = account ?? surroundings.variable('AWS_ACCESS_KEY_ID')
  if (!accessKeyId) return undefined
  const secretAccessKey = surroundings.variable('AWS_SECRET_ACCESS_KEY') || 'development'
  const sessionToken = surroundings.variable('AWS_SESSION_TOKEN')
  return async () => ({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && account === undefined ? { sessionToken } : {}),
  })
}
