// The settings of one run: what options, environment and shared files together say about Region,
// endpoint, retries, time limits, output.

import type * as client from '../../wire/index.ts'
import type { HttpOptions, Surroundings } from '../../world/index.ts'
import type { Configuration } from './configuration.ts'
import { awsEndpoint, checkedRegion, configuredEndpoint, parseEndpoint } from './endpoint.ts'
import { CommandFailure, EXIT, generalFailure } from './failure.ts'
import { BINARY_FORMATS, ERROR_FORMATS } from './options.ts'
import { represent, toInteger } from './python.ts'

/** Values of the options every command takes, by their name without dashes. */
export type GlobalValues = ReadonlyMap<string, unknown>

const DEFAULT_ATTEMPTS = 3
const DEFAULT_TIMEOUT_S = 60

export function textOption(values: GlobalValues, name: string): string | undefined {
  const value = values.get(name)
  return typeof value === 'string' ? value : undefined
}

/** The Region to sign for. Throws CommandFailure: 253 when nothing names one, 255 for a bad one. */
export function findRegion(
  values: GlobalValues,
  configuration: Configuration,
  surroundings: Surroundings,
): string {
  const region =
    textOption(values, 'region') ??
    surroundings.variable('AWS_REGION') ??
    surroundings.variable('AWS_DEFAULT_REGION') ??
    configuration.setting('region')
  if (region !== undefined) return checkedRegion(region)
  const message =
    'You must specify a region. You can also configure your region by running "aws configure".'
  throw new CommandFailure(message, EXIT.configuration, { code: 'NoRegion' })
}

/** Where requests go. */
export function findEndpoint(
  values: GlobalValues,
  configuration: Configuration,
  surroundings: Surroundings,
  region: string,
): client.Endpoint {
  const option = textOption(values, 'endpoint-url')
  const configured = configuredEndpoint(option, configuration, surroundings)
  const on = (variable: string, name: string) =>
    configuration.either([variable], name)?.toLowerCase() === 'true'
  const fips = on('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint')
  const dualStack = on('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint')
  if (configured !== undefined) return parseEndpoint(configured)
  const signing = signingRegion(region)
  const variants = { fips: fips || signing !== region, dualStack }
  return parseEndpoint(awsEndpoint(signing, variants))
}

/** The Region that requests are signed for: `fips-us-east-1` is an address in `us-east-1`. */
export const signingRegion = (region: string): string => region.replace(/^fips-|-fips$/, '')

/** How often a request is sent at most, the first time included. */
export function findAttempts(configuration: Configuration): number {
  const mode = configuration.either(['AWS_RETRY_MODE'], 'retry_mode')
  if (mode !== undefined && !['standard', 'adaptive'].includes(mode)) {
    const modes = '"standard" or "adaptive"'
    throw generalFailure(`Invalid value provided to "mode": "${mode}" must be one of: ${modes}`)
  }
  const attempts = configuration.either(['AWS_MAX_ATTEMPTS'], 'max_attempts')
  if (attempts === undefined) return DEFAULT_ATTEMPTS
  const count = asInteger(attempts)
  if (count < 1) {
    throw generalFailure(
      `Value provided to "max_attempts": ${count} must be an integer greater than or equal to one.`,
    )
  }
  return count
}

/** Limits and certificates of a connection. */
export function findHttpOptions(values: GlobalValues, configuration: Configuration): HttpOptions {
  const limit = (what: 'read' | 'connect') => {
    const text = textOption(values, `cli-${what}-timeout`)
    return text === undefined ? DEFAULT_TIMEOUT_S * 1000 : timeLimit(what, asInteger(text))
  }
  const caFile =
    textOption(values, 'ca-bundle') ??
    configuration.either(['AWS_CA_BUNDLE'], 'ca_bundle') ??
    configuration.variable('REQUESTS_CA_BUNDLE')
  if (caFile?.trim() === '' && values.get('no-verify-ssl') !== true) {
    throw generalFailure(
      'Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, or ' +
        'verify) resolved to an empty or whitespace-only string. Provide a valid path to a CA ' +
        'bundle file.',
    )
  }
  return {
    connectTimeoutMs: limit('connect'),
    readTimeoutMs: limit('read'),
    ...(values.get('no-verify-ssl') === true ? { insecure: true } : {}),
    ...(caFile ? { caFile } : {}),
  }
}

/** Seconds that AWS's command line can count, and milliseconds that a timer of ours can. */
const SECONDS_MAX = 9_223_372_036
const TIMER_MAX_MS = 2 ** 31 - 1

// None is 0.
function timeLimit(what: string, seconds: number): number {
  if (seconds < 0) {
    throw generalFailure(
      `Attempted to set ${what} timeout to ${seconds}, but the timeout cannot be set to a value ` +
        'less than or equal to 0.',
    )
  }
  if (seconds > SECONDS_MAX) {
    const why = 'timestamp out of range for C PyTime_t'
    throw generalFailure(`An HTTP Client raised an unhandled exception: ${why}`)
  }
  return Math.min(seconds * 1000, TIMER_MAX_MS)
}

/** The output format: option, environment, profile, JSON. */
export function findFormat(values: GlobalValues, configuration: Configuration): string {
  return (
    textOption(values, 'output') ?? configuration.either(['AWS_DEFAULT_OUTPUT'], 'output') ?? 'json'
  )
}

/** How failures are spelled. Never fails: a broken configuration falls back to the default. */
export function findErrorFormat(values: GlobalValues, configuration: Configuration): string {
  const option = textOption(values, 'cli-error-format')
  if (option !== undefined) return option
  try {
    const set = configuration.either(['AWS_CLI_ERROR_FORMAT'], 'cli_error_format')
    return set !== undefined && ERROR_FORMATS.includes(set) ? set : 'enhanced'
  } catch {
    return 'enhanced'
  }
}

/** How timestamps are printed. Throws CommandFailure (253) for a style that does not exist. */
export function findTimestampStyle(configuration: Configuration): client.TimestampStyle {
  const style = configuration.setting('cli_timestamp_format') ?? 'iso8601'
  if (style === 'iso8601' || style === 'wire') return style
  const valid = 'valid values are "wire" or "iso8601"'
  const message = `Unknown cli_timestamp_format value: ${style}, ${valid}`
  throw new CommandFailure(message, EXIT.configuration, { code: 'Configuration' })
}

/** Refuses a `cli_binary_format` that does not exist, in the reference's bare words. */
export function checkBinaryFormat(configuration: Configuration): void {
  const format = configuration.setting('cli_binary_format')
  if (format === undefined || BINARY_FORMATS.includes(format)) return
  throw generalFailure(represent(format))
}

function asInteger(text: string): number {
  try {
    return Number(toInteger(text))
  } catch (error) {
    throw generalFailure((error as Error).message, error)
  }
}
