// How a route of our own below `/_copyhold` is written: what AWS lacks, never a bent operation of
// AWS. Which requests may come here at all (content type, header, host) is the server's guard.

import type { Caller } from '../access/index.ts'
import type { ApiContext } from './context.ts'

/** A request as the server hands it over. */
export interface ExtensionRequest {
  /** The `:names` of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** The query's first value for each key. */
  readonly query: Readonly<Record<string, string>>
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown
  readonly caller: Caller
}

/** `devOnly` of what only helps to develop and test. */
export const START_DEV = 'Start one with `copyhold dev`.'

/** One method on one path. */
export interface Extension {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/_copyhold`, such as `/jobs/:id/progress`. */
  readonly path: string
  /** Throws an Answer to refuse; undefined is answered without a body. */
  readonly answer: (request: ExtensionRequest, context: ApiContext) => Promise<unknown>
  /** The same as a stream of events, for who asks for one; ends by itself or with `signal`. */
  readonly stream?: (
    request: ExtensionRequest,
    context: ApiContext,
    signal: AbortSignal,
  ) => AsyncIterable<unknown>
  /** Refused unless the server runs in `dev` mode, with this sentence on what to do instead. */
  readonly devOnly?: string
}
