// One call of one operation: build, sign, send, try again as AWS's standard mode does, read.
// Knows no clock, dice or network: all three are handed in.

import {
  type AnswerReading,
  type Output,
  readError,
  readOutput,
  type SpelledError,
  type TimestampStyle,
  type WireAnswer,
} from './answer.ts'
import {
  inputShape,
  knownOperation,
  type ModelOperation,
  membersOf,
  outputShape,
} from './model-view.ts'
import { buildRequest, type ClientInput, type ClientRequest, encodeLabel } from './request.ts'
import type { Credentials, SignableRequest } from './sign.ts'

export interface Endpoint {
  readonly protocol: 'http:' | 'https:'
  readonly hostname: string
  readonly port?: number
  /** What stands before every path; '' mostly. No trailing slash. */
  readonly basePath: string
}

/** A request as it goes out. `url` is for messages. */
export interface OutgoingRequest {
  readonly method: string
  readonly endpoint: Endpoint
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly url: string
}

export interface ClientSettings {
  readonly endpoint: Endpoint
  /** Region of the signature. */
  readonly region: string
  /** Absent: requests are not signed. Asked once for each call. */
  readonly credentials?: () => Promise<Credentials>
  /** The first one counts. */
  readonly maxAttempts: number
  readonly timestamps: TimestampStyle
  /** Absent: as JavaScript reads JSON. */
  readonly reading?: AnswerReading
  readonly userAgent: string
  /** Throws NoAnswer when none comes. */
  send(request: OutgoingRequest): Promise<WireAnswer>
  now(): number
  sleep(ms: number): Promise<void>
  /** A number in [0, 1). */
  dice(): number
  uuid(): string
}

/** The network gave no answer. `retryable`: another attempt may fare better. */
export class NoAnswer extends Error {
  readonly retryable: boolean
  constructor(message: string, options: ErrorOptions & { retryable: boolean }) {
    super(message, options)
    this.name = 'NoAnswer'
    this.retryable = options.retryable
  }
}

/** The service answered with an error. */
export class ServiceError extends Error {
  readonly operation: string
  readonly spelled: SpelledError
  /** Set when all attempts were used: how many there were after the first. */
  readonly retries: number | undefined
  constructor(operation: string, spelled: SpelledError, retries: number | undefined) {
    super(`${spelled.code}: ${spelled.message}`)
    this.name = 'ServiceError'
    this.operation = operation
    this.spelled = spelled
    this.retries = retries
  }
}

/** Longest pause between two attempts. */
const MAX_PAUSE_MS = 20_000

const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'TransactionInProgressException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'RequestThrottled',
  'SlowDown',
  'PriorRequestNotComplete',
  'EC2ThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
])
const PASSING_STATUS = new Set([500, 502, 503, 504])

/**
 * Calls an operation. Empty idempotency tokens are filled in, once for all attempts. Throws
 * ServiceError, NoAnswer, UnreadableAnswer and whatever the credentials throw.
 */
export async function callOperation(
  operation: ModelOperation,
  input: ClientInput,
  settings: ClientSettings,
): Promise<Output> {
  const request = buildRequest(operation, withTokens(operation, input, settings))
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= settings.maxAttempts
    try {
      const answer = await settings.send(await outgoing(request, settings, attempt))
      if (answer.status < 300)
        return readOutput(outputShape(operation), answer, settings.timestamps, settings.reading)
      const spelled = readError(answer, settings.reading)
      const passing = PASSING_STATUS.has(spelled.status) || THROTTLED.has(spelled.code)
      if (last || !passing) {
        throw new ServiceError(operation.name, spelled, last ? attempt - 1 : undefined)
      }
    } catch (error) {
      if (!(error instanceof NoAnswer) || !error.retryable || last) throw error
    }
    await settings.sleep(Math.min(MAX_PAUSE_MS, settings.dice() * 1000 * 2 ** (attempt - 1)))
  }
}

/** A client of one endpoint for callers inside the program: operations by their AWS name. */
export function openClient(settings: ClientSettings) {
  return {
    call: (name: string, input: ClientInput): Promise<Output> =>
      callOperation(knownOperation(name), input, settings),
  }
}

function withTokens(
  operation: ModelOperation,
  input: ClientInput,
  settings: ClientSettings,
): ClientInput {
  const filled: Record<string, unknown> = { ...input }
  for (const [name, member] of membersOf(inputShape(operation))) {
    if (member.idempotencyToken && filled[name] === undefined) filled[name] = settings.uuid()
  }
  return filled
}

/**
 * Sends one request that the model does not know, once, signed like any other. Answers whatever
 * comes; throws NoAnswer.
 */
export async function sendPlain(
  request: PlainRequest,
  settings: ClientSettings,
): Promise<WireAnswer> {
  return await settings.send(await outgoing(request, settings, 1))
}

/** A request below the endpoint, its path and query already as they go out. */
export type PlainRequest = ClientRequest & { readonly headers?: Readonly<Record<string, string>> }

async function outgoing(
  request: PlainRequest,
  settings: ClientSettings,
  attempt: number,
): Promise<OutgoingRequest> {
  const { endpoint } = settings
  const path = endpoint.basePath + request.path
  const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body)
  const unsigned: SignableRequest = {
    method: request.method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === undefined ? {} : { port: endpoint.port }),
    path,
    query: request.query,
    headers: {
      host: hostOf(endpoint),
      ...(body ? { 'content-type': 'application/json' } : {}),
      'user-agent': settings.userAgent,
      'amz-sdk-request': `attempt=${attempt}`,
      ...request.headers,
    },
    ...(body ? { body } : {}),
  }
  const target = path + queryString(request.query)
  return {
    method: request.method,
    endpoint,
    path: target,
    headers: await headersOf(unsigned, settings),
    ...(body ? { body } : {}),
    url: `${endpoint.protocol}//${hostOf(endpoint)}${target}`,
  }
}

async function headersOf(
  request: SignableRequest,
  settings: ClientSettings,
): Promise<Readonly<Record<string, string>>> {
  const credentials = await settings.credentials?.()
  if (!credentials) return request.headers
  const { signedHeaders } = await import('./sign.ts')
  const { region } = settings
  return await signedHeaders(request, { credentials, region, atMs: settings.now() })
}

function hostOf(endpoint: Endpoint): string {
  return endpoint.port === undefined ? endpoint.hostname : `${endpoint.hostname}:${endpoint.port}`
}

function queryString(query: readonly (readonly [string, string])[]): string {
  if (query.length === 0) return ''
  const pairs = query.map(([name, value]) => `${encodeLabel(name)}=${encodeLabel(value)}`)
  return `?${pairs.join('&')}`
}
