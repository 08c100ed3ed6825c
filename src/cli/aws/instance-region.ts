// The Region of the instance this runs on, from the instance's own service: the last resort where
// nothing else names one. Quick to give up, since most machines are no such instance.

import type { Http, Surroundings } from '../../world/index.ts'
import { parseEndpoint } from './endpoint.ts'

const LIMIT_MS = 1000
const ZONE = '/latest/meta-data/placement/availability-zone/'
const TOKEN_LIFE = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }

/** The Region; undefined where there is no such service or it is switched off. */
export async function instanceRegion(
  http: Http,
  surroundings: Surroundings,
): Promise<string | undefined> {
  if (surroundings.variable('AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true') return undefined
  const address =
    surroundings.variable('AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? 'http://169.254.169.254'
  const ask = async (method: string, path: string, headers: Readonly<Record<string, string>>) => {
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
      { connectTimeoutMs: LIMIT_MS, readTimeoutMs: LIMIT_MS },
    ).catch(() => undefined)
    return answer?.status === 200 ? new TextDecoder().decode(answer.body) : undefined
  }
  const token = await ask('PUT', '/latest/api/token', TOKEN_LIFE)
  if (token === undefined) return undefined
  const zone = await ask('GET', ZONE, { 'x-aws-ec2-metadata-token': token })
  return zone?.trim().slice(0, -1)
}
