// The Region of the instance this runs on, from the instance's own service: the last resort where
// nothing else names one. Quick to give up, since most machines are no such instance.

import type { Http } from '../../world/index.ts'
import type { Configuration } from './configuration.ts'
import { parseEndpoint } from './endpoint.ts'
import { checkInstanceService, instanceLimits } from './setting-checks.ts'

const ZONE = '/latest/meta-data/placement/availability-zone/'
const TOKEN_LIFE = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }

/** The Region; undefined where there is no such service or it is switched off. */
export async function instanceRegion(
  http: Http,
  configuration: Configuration,
): Promise<string | undefined> {
  if (configuration.variable('AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true')
    return undefined
  const address = checkInstanceService(configuration)
  const { timeoutMs, attempts } = instanceLimits(configuration)
  const askOnce = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ) => {
    const { protocol, hostname, port, basePath } = parseEndpoint(address)
    const host = port === undefined ? hostname : `${hostname}:${port}`
    const answer = await http(
      {
        method,
        protocol,
        hostname: hostname.replace(/^\[|\]$/g, ''),
        ...(port === undefined ? {} : { port }),
        path: basePath + path,
        headers: { host, ...headers },
      },
      { connectTimeoutMs: timeoutMs, readTimeoutMs: timeoutMs },
    ).catch(() => undefined)
    return answer?.status === 200 ? new TextDecoder().decode(answer.body) : undefined
  }
  const ask: typeof askOnce = async (method, path, headers) => {
    for (let attempt = 1; attempt < attempts; attempt++) {
      const said = await askOnce(method, path, headers)
      if (said !== undefined) return said
    }
    return await askOnce(method, path, headers)
  }
  const token = await ask('PUT', '/latest/api/token', TOKEN_LIFE)
  if (token === undefined) return undefined
  const zone = await ask('GET', ZONE, { 'x-aws-ec2-metadata-token': token })
  return zone?.trim().slice(0, -1)
}
