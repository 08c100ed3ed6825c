// Which server our own commands ask, and as whom: options, environment and shared files, as
// `backup OPERATION` finds them; where nothing names a server, the one on this machine.

import type { ClientSettings, Credentials } from '../../wire/index.ts'
import { type Configuration, openConfiguration } from '../aws/configuration.ts'
import { sender } from '../aws/connection.ts'
import { findCredentials } from '../aws/credentials.ts'
import { checkedRegion, configuredEndpoint, parseEndpoint } from '../aws/endpoint.ts'
import { findHttpOptions } from '../aws/settings.ts'
import { userAgentOf } from '../aws/user-agent.ts'
import type { Host } from '../host.ts'

import { UsageMistake } from './run.ts'

export interface ServerOptions {
  readonly region?: string
  readonly account?: string
  readonly profile?: string
  readonly endpointUrl?: string
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:8750'

/** How to reach the server. Throws UsageMistake, and CommandFailure for broken shared files. */
export function serverSettings(options: ServerOptions, host: Host): ClientSettings {
  const { surroundings, clock, random } = host
  const configuration = openConfiguration(surroundings, options.profile)
  const named =
    options.region ??
    (surroundings.variable('AWS_REGION') ||
      surroundings.variable('AWS_DEFAULT_REGION') ||
      configuration.setting('region'))
  if (named === undefined) throw new UsageMistake('Which Region? Use --region, or set AWS_REGION.')
  const region = checkedRegion(named)
  if (options.account !== undefined && !/^\d{12}$/.test(options.account)) {
    throw new UsageMistake(`--account ${options.account} is not an account: use 12 digits.`)
  }
  const url = configuredEndpoint(options.endpointUrl, configuration, surroundings)
  const send = sender(host.http, findHttpOptions(new Map(), configuration), surroundings)
  const credentials =
    developmentKey(options, host) ??
    (hasCredentials(configuration)
      ? () => findCredentials({ configuration, surroundings, region, send, now: clock.now() })
      : undefined)
  return {
    endpoint: parseEndpoint(url ?? DEFAULT_ENDPOINT),
    region,
    ...(credentials ? { credentials } : {}),
    maxAttempts: 1,
    timestamps: 'iso8601',
    userAgent: userAgentOf(configuration),
    send,
    now: () => clock.now(),
    sleep: (ms) => clock.sleep(ms),
    dice: () => (random.bytes(1)[0] ?? 0) / 256,
    uuid: () => random.uuid(),
  }
}

/** A development server takes the account from the key id, and any secret for it. */
function developmentKey(
  { account }: ServerOptions,
  { surroundings }: Host,
): (() => Promise<Credentials>) | undefined {
  const hasSecret = Boolean(surroundings.variable('AWS_SECRET_ACCESS_KEY'))
  const accessKeyId =
    account ?? (hasSecret ? undefined : surroundings.variable('AWS_ACCESS_KEY_ID'))
  if (!accessKeyId) return undefined
  return async () => ({ accessKeyId, secretAccessKey: 'development' })
}

/** Whether anything was set up to sign with; without, a development server is told the account. */
function hasCredentials(configuration: Configuration): boolean {
  if (configuration.variable('AWS_ACCESS_KEY_ID')) return true
  const settings = ['aws_access_key_id', 'credential_process', 'role_arn', 'sso_session']
  return settings.some((name) => configuration.setting(name) !== undefined)
}
