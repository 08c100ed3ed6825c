// What a command is given to work with. Everything it does to the world goes through here, so a
// test can run any command against fakes.

import type { RebuildReport } from '../model/index.ts'
import type { Clock, Files, Http, Random, Surroundings, Terminal } from '../world/index.ts'

/** A server started inside this process. */
export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:8750`. */
  readonly url: string
  readonly dataDir: string
  close(): Promise<void>
}

export interface ServerOptions {
  readonly mode: 'dev'
  /** 0 for any free port. */
  readonly port: number
  /** Absent: a temporary folder that is gone when the server closes. */
  readonly dataDir?: string
  /** Folders that restores may write below. */
  readonly restoreRoots?: readonly string[]
  readonly logLevel: 'info' | 'warn' | 'error' | 'silent'
}

/** Resolves when the server answers. */
export type StartServer = (options: ServerOptions) => Promise<RunningServer>

/** What making a catalog anew found, and where it is. */
export interface RebuiltCatalog extends RebuildReport {
  readonly catalog: string
  /** Where the catalog is that was there before. */
  readonly replaced?: string
}

/** Makes the catalog of a data folder anew; no server may run on it. Throws why it cannot. */
export type RebuildCatalog = (
  options: { readonly dataDir: string } | { readonly configFile: string },
) => Promise<RebuiltCatalog>

/** Why a configuration cannot be used, every mistake on a line. */
export interface ConfigurationRefused {
  readonly mistakes: string
}

/** What `copyhold init` wrote. */
export interface FirstFiles {
  readonly configuration: string
  readonly secret: string
  /** An AWS configuration file with the key. */
  readonly profile: string
  readonly accessKeyId: string
}

/** A server in production, from its configuration file. Paths are absolute. */
export interface Serving {
  /** Resolves when the server answers. */
  start(file: string): Promise<RunningServer | ConfigurationRefused>
  /** Touches nothing. */
  check(file: string): Promise<{ readonly summary: string } | ConfigurationRefused>
  /** The JSON schema of configurations. */
  schema(): Promise<string>
  /** Throws when there is a configuration in the folder already. */
  init(folder: string, choice: { account: string; region: string }): Promise<FirstFiles>
}

/** Makes a store the catalog's own. Paths are absolute; false when it was not confirmed. */
export type AdoptStore = (options: {
  readonly from: { readonly dataDir: string } | { readonly configFile: string }
  readonly region: string
  readonly isCold: boolean
  confirm(what: string): Promise<boolean>
}) => Promise<boolean>

export interface Host {
  readonly startServer: StartServer
  readonly rebuildCatalog: RebuildCatalog
  readonly adoptStore: AdoptStore
  readonly serving: Serving
  readonly terminal: Terminal
  readonly surroundings: Surroundings
  readonly http: Http
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
}
