// What a server is arranged from: in `dev` defaults that need no configuration, in `serve` what
// the configuration declares. Everything else of a server is the same in both.

import { realpathSync } from 'node:fs'
import path from 'node:path'
import type { Authentication, Identities } from '../access/index.ts'
import { devIdentities, signatureVerifier } from '../access/index.ts'
import type { Configuration, DeclaredIdentities, DeclaredResource } from '../config/index.ts'
import { identitiesOf } from '../config/index.ts'
import type { RestoreRoots } from '../jobs/index.ts'
import type { AccountId, Limits, Quotas } from '../model/index.ts'
import { NO_LIMITS, parseRegionName } from '../model/index.ts'
import type { Listening } from '../server/index.ts'
import { systemClock } from '../world/index.ts'
import type { DataFolder } from './data-folder.ts'
import { makeDataFolder } from './data-folder.ts'

type LogLevel = 'info' | 'warn' | 'error' | 'silent'

export interface DevOptions {
  readonly mode: 'dev'
  /** 0 for any free port. */
  readonly port: number
  /** Absent: a temporary folder that is gone when the server closes. */
  readonly dataDir?: string
  /** Folders that restores may write below, besides the current and the data folder. */
  readonly restoreRoots?: readonly string[]
  readonly logLevel: LogLevel
  /** Names of objects created are appended to this file, for audits of what was put how often. */
  readonly putLog?: string
  /** Makes files of locked vaults immutable, as `serve` does. */
  readonly holdsFiles?: true
}

export interface ServeOptions {
  readonly mode: 'serve'
  readonly configuration: Configuration
  readonly putLog?: string
}

export type ServerOptions = DevOptions | ServeOptions

export interface Arrangement {
  readonly data: DataFolder
  /** Whether the data folder outlives the server. */
  readonly isKept: boolean
  /** Takes a temporary data folder away again. */
  remove(): void
  /** Whether what only development may do can be done: reset, another time. */
  readonly dev: boolean
  readonly listening: Listening
  readonly authentication: Authentication
  readonly identities: Identities
  /** The same for another thread, without access keys: no signature is verified there. */
  readonly declaredIdentities?: DeclaredIdentities
  readonly restoreRoots: RestoreRoots
  /** All that can be backed up; undefined where resources are added by request. */
  readonly resources?: readonly DeclaredResource[]
  readonly quotas: Quotas
  /** Whether the account may set what concerns every account. */
  readonly isManager: (account: AccountId) => boolean
  /** Those that hold until others are set. */
  readonly limits: Limits
  readonly logLevel: LogLevel
  readonly putLog?: string
  /** Whether files of locked vaults are made immutable. */
  readonly holdsFiles: boolean
}

export function arrange(options: ServerOptions): Arrangement {
  return options.mode === 'dev' ? arrangeDev(options) : arrangeServe(options)
}

function arrangeDev(options: DevOptions): Arrangement {
  const { data, isKept, remove } = makeDataFolder(options.dataDir)
  return {
    data,
    isKept,
    remove,
    dev: true,
    listening: { port: options.port },
    authentication: { mode: 'dev' },
    identities: devIdentities,
    restoreRoots: rootsOf([process.cwd(), data.folder, ...(options.restoreRoots ?? [])]),
    quotas: {},
    // One person's server, whatever account he speaks for.
    isManager: () => true,
    limits: NO_LIMITS,
    // A clock that can be moved puts locks in force; its folder must still be easy to throw away.
    holdsFiles: options.holdsFiles ?? false,
    logLevel: options.logLevel,
    ...(options.putLog === undefined ? {} : { putLog: options.putLog }),
  }
}

/** What a configuration arranges. */
export function arrangeServe({ configuration, putLog }: ServeOptions): Arrangement {
  const { keyring, stores, coldStores, listen, resources, quotas, limits } = configuration
  const { restoreRoots, restoreRootsByAccount } = configuration
  const declared = { keyring, storesByRegion: stores, coldByRegion: coldStores }
  const { data, isKept, remove } = makeDataFolder(configuration.data, declared)
  const identities = identitiesOf(configuration.identities)
  const verify = signatureVerifier({
    accessKey: (id) => identities.accessKey(id),
    service: 'backup',
    region: (name) => (Object.hasOwn(stores, name) ? parseRegionName(name) : undefined),
    now: () => systemClock.now(),
  })
  return {
    data,
    isKept,
    remove,
    dev: false,
    listening: listen,
    authentication: { mode: 'serve', verify },
    identities,
    declaredIdentities: { ...configuration.identities, accessKeys: new Map() },
    restoreRoots: rootsOf(restoreRoots, restoreRootsByAccount),
    resources,
    quotas,
    isManager: (account) =>
      configuration.accounts.length === 1 ||
      identities.organization(account)?.managementAccount === account,
    limits,
    holdsFiles: true,
    logLevel: configuration.logLevel,
    ...(putLog === undefined ? {} : { putLog }),
  }
}

/** Each root under the name it was given and the one it really has now. */
function rootsOf(
  all: readonly string[],
  byAccount: Configuration['restoreRootsByAccount'] = {},
): RestoreRoots {
  const known = (roots: readonly string[]) =>
    roots.map((root) => ({ name: path.resolve(root), real: real(path.resolve(root)) }))
  const own = Object.entries(byAccount).map(([account, roots]) => [account, known(roots)])
  return { all: known(all), byAccount: Object.fromEntries(own) }
}

/** What is not there yet may be made later, without a link, below what is there. */
function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    const above = path.dirname(folder)
    return above === folder ? folder : path.join(real(above), path.basename(folder))
  }
}
