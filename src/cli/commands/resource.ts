// `copyhold resource add | list | remove`: what a server may back up.

import { encodeLabel } from '../../wire/index.ts'
import { formatJson } from '../aws/output-json.ts'
import { askExtension } from '../extensions.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'
import { type ServerOptions, serverSettings } from './server-options.ts'

/** Makes a folder a resource and prints its ARN. */
export async function addResource(
  options: ServerOptions & { kind: string; path: string; name?: string; output: string },
  host: Host,
): Promise<number> {
  const { kind, path, name, output } = options
  if (kind !== 'directory') {
    throw new UsageMistake(`${kind} is not a kind of resource: use directory.`)
  }
  const { surroundings, files } = host
  const whole = path.startsWith('/') ? path : `${surroundings.currentFolder}/${path}`
  const body = {
    type: 'directory',
    path: surroundings.exists(whole) ? files.realPath(whole) : whole,
    ...(name === undefined ? {} : { name }),
  }
  const settings = serverSettings(options, host)
  const made = (await askExtension(settings, { method: 'POST', path: '/resources', body })) as {
    ResourceArn: string
  }
  const { ResourceArn } = made
  host.terminal.out(output === 'text' ? `${ResourceArn}\n` : formatJson({ ResourceArn }))
  return 0
}

/** Prints the resources of the account in the Region. */
export async function listResources(options: ServerOptions, host: Host): Promise<number> {
  const settings = serverSettings(options, host)
  host.terminal.out(formatJson(await askExtension(settings, { method: 'GET', path: '/resources' })))
  return 0
}

/** Forgets a resource. */
export async function removeResource(
  options: ServerOptions & { arn: string },
  host: Host,
): Promise<number> {
  const region = options.region ?? options.arn.split(':')[3]
  const settings = serverSettings({ ...options, ...(region ? { region } : {}) }, host)
  const path = `/resources/${encodeLabel(options.arn)}`
  await askExtension(settings, { method: 'DELETE', path })
  return 0
}
