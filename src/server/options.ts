// What a server is made of: everything it serves is handed in, so that the same program runs in a
// test, in the development server and in production.

import type { Authentication, Caller } from '../access/index.ts'
import type { Clock, Log, Random } from '../world/index.ts'
import type { ConnectionBounds } from './connections.ts'

/** One AWS operation. `input` was read and checked against the service model before. */
export type ServedOperation<Context> = (
  input: never,
  caller: Caller,
  context: Context,
) => Promise<unknown>

/** A request below `/_copyhold`. */
export interface ExtensionRequest {
  /** The `:names` of the extension's path, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** The query's first value for each key. */
  readonly query: Readonly<Record<string, string>>
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown
  /** From the signature if there is one, else from `account` and `region` in the query. */
  readonly caller: Caller
}

/** One route of our own below `/_copyhold`. A result of undefined is answered 204. */
export interface ServedExtension<Context> {
  readonly method: string
  /** Below `/_copyhold`, such as `/jobs/:id/progress`. */
  readonly path: string
  readonly answer?: (request: ExtensionRequest, context: Context) => Promise<unknown>
  /** Answered as server-sent events to who accepts `text/event-stream`, or when alone. */
  readonly stream?: (
    request: ExtensionRequest,
    context: Context,
    signal: AbortSignal,
  ) => AsyncIterable<unknown>
  /** Refused unless the server believes every credential (`dev`): what to do instead. */
  readonly devOnly?: string
}

/** Asked when a request has been read and before it is answered. */
export interface Authorization<Context> {
  operation(
    asked: { readonly operation: string; readonly input: unknown; readonly caller: Caller },
    context: Context,
  ): Promise<void>
  extension(
    asked: {
      readonly method: string
      /** As the extension declares it. */
      readonly path: string
      readonly params: Readonly<Record<string, string>>
      readonly caller: Caller
    },
    context: Context,
  ): Promise<void>
}

export type Health =
  | { readonly ready: true; readonly troubles?: readonly string[] }
  | { readonly ready: false; readonly reason: string }

/** Where `/metrics` finds its numbers, asked at each scrape. */
export interface MetricSources {
  /** How many jobs there are of each kind and state. */
  jobs(): Promise<readonly { kind: string; state: string; count: number }[]>
  /** Bytes moved by jobs since the server started. */
  bytes(): { read: number; copied: number; reused: number }
}

/** Where and how connections are accepted. */
export interface Listening {
  /** 0 for any free port. */
  readonly port: number
  /** Address to bind to; loopback when absent. */
  readonly host?: string
  /** Names, besides the loopback ones, under which this server may be asked for. */
  readonly hostNames?: readonly string[]
  /** PEM texts; without them connections are in the clear. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /**
   * Addresses of proxies that end TLS in front of this server: their X-Forwarded headers are
   * believed, and nobody else but this machine is answered. Absent or empty: there are none.
   */
  readonly trustedProxies?: readonly string[]
  /**
   * How many connections there may be, of all and of one address; when absent 2,048 and 2,016, or
   * less where the process may not open so many files.
   */
  readonly connections?: ConnectionBounds
  /** How long slow clients are waited for, and how often that is looked at; milliseconds. */
  readonly patience?: {
    /** For all headers. */
    readonly headersMs: number
    /** For a whole request. */
    readonly requestMs: number
    /** For any byte in either direction. */
    readonly silentMs: number
    readonly checkMs: number
  }
}

export interface HttpOptions<Context> extends Listening {
  /** `dev` believes every credential; anything else verifies it. */
  readonly authentication: Authentication
  readonly context: Context
  /** Throws an Answer unless the caller may do what a request asks; nothing is answered without. */
  readonly authorize: Authorization<Context>
  /** By AWS's names. An operation of the service model that is not here answers 501. */
  readonly operations: Readonly<Record<string, ServedOperation<Context>>>
  readonly extensions: readonly ServedExtension<Context>[]
  readonly health: () => Promise<Health>
  readonly metrics: MetricSources
  readonly log: Log
  /** Of the program, for the page at `/`. */
  readonly version?: string
  readonly clock?: Clock
  readonly random?: Random
  /** Pause between comments on an idle event stream; 15 s when absent. */
  readonly heartbeatMs?: number
}

/** A server that accepts connections. */
export interface HttpServer {
  /** Such as `http://127.0.0.1:8750`. */
  readonly url: string
  /** Stops accepting, ends event streams, lets running requests finish, then closes. */
  close(): Promise<void>
}
