// Where the service is: what the user said, by AWS's precedence, or AWS's own address for the
// Region.

import type * as client from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import type { Configuration } from './configuration.ts'
import { generalFailure, parameterFailure } from './failure.ts'
import { represent } from './python.ts'

/** Refuses a `--endpoint-url` without a scheme. */
export function checkEndpointOption(url: string | undefined): void {
  if (url === undefined || /^[a-z][a-z0-9+.-]*:/i.test(url)) return
  throw parameterFailure(
    `Bad value for --endpoint-url "${url}": scheme is missing.  ` +
      'Must be of the form http://<hostname>/ or https://<hostname>/',
  )
}

/** What the user set, or undefined where AWS's own address applies. */
export function configuredEndpoint(
  option: string | undefined,
  configuration: Configuration,
  surroundings: Surroundings,
): string | undefined {
  if (option !== undefined) return option
  const ignored = configuration.either(
    ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'],
    'ignore_configured_endpoint_urls',
  )
  if (ignored?.toLowerCase() === 'true') return undefined
  const services = configuration.setting('services')
  if (services !== undefined && !configuration.hasSection(`services ${services}`)) {
    throw generalFailure(
      `The profile is configured to use the services section but the "${services}" services ` +
        'configuration does not exist.',
    )
  }
  return (
    (surroundings.variable('AWS_ENDPOINT_URL_BACKUP') ||
      surroundings.variable('AWS_ENDPOINT_URL') ||
      (services && configuration.nested(`services ${services}`, 'backup', 'endpoint_url'))) ??
    configuration.setting('endpoint_url')
  )
}

/** Answers the Region. Throws CommandFailure (255) for a name that cannot be one. */
export function checkedRegion(region: string): string {
  if (/^(?!\d+$)(?!-)[a-z0-9-]{0,63}(?<!-)$/i.test(region)) return region
  throw generalFailure(`Provided region_name '${region}' doesn't match a supported format.`)
}

/** AWS's address of the service in a Region. Throws CommandFailure for a name that is none. */
export function awsEndpoint(
  region: string,
  { fips = false, dualStack = false }: { fips?: boolean; dualStack?: boolean } = {},
): string {
  checkedRegion(region)
  const partition = PARTITIONS.find(([prefix]) => region.startsWith(prefix))
  const [, suffix, dualSuffix] = partition ?? ['', 'amazonaws.com', 'api.aws']
  if (dualStack && dualSuffix === undefined) {
    throw generalFailure('DualStack is enabled but this partition does not support DualStack')
  }
  return `https://backup${fips ? '-fips' : ''}.${region}.${dualStack ? dualSuffix : suffix}`
}

/** What Regions begin with, and the domains of their services, plain and dual-stack. */
const PARTITIONS: readonly (readonly [string, string, string?])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
]

// Letters, digits and inner dashes between dots, or an address in brackets.
function isHostName(name: string): boolean {
  if (/^\[[0-9a-f:.%]+\]$/i.test(name)) return true
  const labels = name.replace(/\.$/, '').split('.')
  return name.length <= 255 && labels.every((l) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i.test(l))
}

/** Takes an address apart. Throws CommandFailure (255) for one that cannot be used. */
export function parseEndpoint(url: string): client.Endpoint {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(url)
  const scheme = match?.[1]?.toLowerCase()
  const authority = match?.[2] ?? ''
  const [, hostname = '', portText] =
    /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? []
  if (/^\[[^\]]*$/.test(authority)) throw generalFailure('Invalid IPv6 URL')
  if (!isHostName(hostname)) throw generalFailure(`Invalid endpoint: ${url}`)
  if (portText && !/^\d+$/.test(portText)) {
    throw generalFailure(`Port could not be cast to integer value as ${represent(portText)}`)
  }
  const port = portText ? Number(portText) : undefined
  if (port !== undefined && port > 65_535) throw generalFailure('Port out of range 0-65535')
  if (scheme !== 'http' && scheme !== 'https') {
    throw generalFailure(
      `An HTTP Client raised an unhandled exception: Not supported URL scheme ${scheme}`,
    )
  }
  return {
    protocol: `${scheme}:`,
    hostname: hostname.toLowerCase(),
    ...(port === undefined ? {} : { port }),
    basePath: (match?.[3] ?? '').replace(/\/+$/, '').replace(/[^\0-\x7f]+/g, encodeURIComponent),
  }
}
