// What `copyhold serve` asks for: a server from a configuration file, or a look at whether the file
// is right.

import { type Configuration, ConfigurationInvalid, NotReadable } from '../config/index.ts'
import { openConfiguration } from './configuration-file.ts'
import { type RunningServer, startServer } from './server.ts'

/** Why a configuration cannot be used, every mistake on a line. */
export interface Refused {
  readonly mistakes: string
}

/** In a few words what a right configuration declares. */
export interface Checked {
  readonly summary: string
}

/** Starts what the file declares. Throws what `startServer` throws. */
export async function serveConfiguration(
  file: string,
  options: { readonly putLog?: string } = {},
): Promise<RunningServer | Refused> {
  const configuration = read(file, { makesSecrets: true })
  if ('mistakes' in configuration) return configuration
  return await startServer({ mode: 'serve', configuration, ...options })
}

/** Says whether the file could be served, touching nothing. */
export function checkConfiguration(file: string): Checked | Refused {
  const configuration = read(file)
  if ('mistakes' in configuration) return configuration
  const { accounts, stores, resources, identities } = configuration
  const counts = [
    [accounts.length, 'account'],
    [Object.keys(stores).length, 'Region'],
    [identities.accessKeys.size, 'access key'],
    [identities.roles.size, 'role'],
    [resources.length, 'resource'],
  ] as const
  const list = counts.map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`)
  return { summary: `${file} is right: ${list.join(', ')}` }
}

function read(
  file: string,
  options: { readonly makesSecrets?: boolean } = {},
): Configuration | Refused {
  try {
    return openConfiguration(file, options)
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return { mistakes: error.message }
    if (error instanceof NotReadable) return { mistakes: error.message }
    throw error
  }
}
