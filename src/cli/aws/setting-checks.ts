// Settings that nothing here goes by, and that are refused where AWS's command line refuses them:
// a mistake in a configuration is told wherever it is first used.

import type { Configuration } from './configuration.ts'
import { parseEndpoint } from './endpoint.ts'
import { generalFailure } from './failure.ts'
import { outputEncoding } from './output-encoding.ts'
import { toInteger } from './python.ts'

/** Throws CommandFailure (255) in AWS's words for the first setting that cannot be. */
export function checkSettings(configuration: Configuration): void {
  for (const check of CHECKS) check(configuration)
}

type Check = (configuration: Configuration) => unknown

const CHECKS: readonly Check[] = [
  outputEncoding,
  checkSession,
  instanceLimits,
  checkInstanceService,
  checkCompression,
  oneOf('account_id_endpoint_mode', ['preferred', 'disabled', 'required'], (value, name, valid) => {
    return `The configured value '${value}' for '${name}' is invalid. Valid values are: ${valid}.`
  }),
  checksums('request_checksum_calculation'),
  checksums('response_checksum_validation'),
  checkExpressSessions,
]

function settingOf(configuration: Configuration, name: string): string | undefined {
  return configuration.either([`AWS_${name.toUpperCase()}`], name)
}

function oneOf(
  name: string,
  valid: readonly string[],
  message: (value: string, name: string, valid: string) => string,
): Check {
  const list = `(${valid.map((value) => `'${value}'`).join(', ')})`
  return (configuration) => {
    const value = settingOf(configuration, name)
    if (value === undefined || valid.includes(value)) return
    throw generalFailure(message(value, name, list))
  }
}

function checksums(name: string): Check {
  const valid = ['when_supported', 'when_required']
  return (configuration) => {
    const value = settingOf(configuration, name)?.toLowerCase()
    if (value === undefined || valid.includes(value)) return
    throw generalFailure(
      `Unsupported configuration value for ${name}. Expected one of ` +
        `('when_supported', 'when_required') but got ${value}.`,
    )
  }
}

function checkCompression(configuration: Configuration): void {
  const name = 'request_min_compression_size_bytes'
  const value = settingOf(configuration, name)
  if (value === undefined) return
  const start = `Invalid value "${value}" for ${name}. Value must be`
  let size: number
  try {
    size = Number(toInteger(value))
  } catch (error) {
    throw generalFailure(`${start} an integer. Received <class 'str'> instead.`, error)
  }
  if (size < 1 || size > 1_048_576) throw generalFailure(`${start} between 1 and 1048576.`)
}

function checkExpressSessions(configuration: Configuration): void {
  const name = 's3_disable_express_session_auth'
  const value = settingOf(configuration, name)
  if (value === undefined || /^(true|false)$/i.test(value)) return
  throw generalFailure(`Invalid value "${value}" for ${name}. Value must be a boolean`)
}

function checkSession(configuration: Configuration): void {
  const session = configuration.setting('sso_session')
  if (session === undefined || configuration.hasSection(`sso-session ${session}`)) return
  throw generalFailure(
    `The profile "${configuration.profileName}" is configured to use the SSO token provider but ` +
      `the "${session}" sso_session configuration does not exist.`,
  )
}

/** How long and how often an instance's own service is asked. */
export function instanceLimits(configuration: Configuration): {
  readonly timeoutMs: number
  readonly attempts: number
} {
  const number = (name: string) => {
    try {
      return Number(toInteger(settingOf(configuration, name) ?? '1'))
    } catch (error) {
      throw generalFailure((error as Error).message, error)
    }
  }
  return {
    timeoutMs: number('metadata_service_timeout') * 1000,
    attempts: number('metadata_service_num_attempts'),
  }
}

/** Where an instance's own service is. Throws CommandFailure for what cannot be an address. */
export function checkInstanceService(configuration: Configuration): string {
  const mode = settingOf(configuration, 'ec2_metadata_service_endpoint_mode')
  if (mode !== undefined && !/^ipv[46]$/i.test(mode)) {
    throw generalFailure(
      `Invalid EC2 Instance Metadata endpoint mode: ${mode} Valid endpoint modes ` +
        `(case-insensitive): ('ipv4', 'ipv6').`,
    )
  }
  const address = settingOf(configuration, 'ec2_metadata_service_endpoint')
  const six = mode?.toLowerCase() === 'ipv6'
  if (!address) return six ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254'
  try {
    parseEndpoint(address)
    return address
  } catch (error) {
    throw generalFailure(`Invalid endpoint EC2 Instance Metadata endpoint: ${address}`, error)
  }
}
