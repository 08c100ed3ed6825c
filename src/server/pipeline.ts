// From a request to its reply, and the only place where the order is written: host and origin,
// then for AWS's operations route, authenticate, read, answer, write. Here every error becomes
// HTTP; what no one expected is logged and answered without a word of its inside.

import { authenticate, type Caller, type RequestFacts } from '../access/index.ts'
import { Answer, DiskFull, Trouble } from '../model/index.ts'
import {
  checkLabels,
  checkUrl,
  type OperationModel,
  readRequest,
  route,
  routesOf,
  WireError,
  writeError,
  writeResponse,
} from '../wire/index.ts'
import { type Clock, systemClock, systemRandom } from '../world/index.ts'
import { Audit, resourceOf } from './audit.ts'
import type { Exchange, ServerReply } from './exchange.ts'
import {
  answerExtension,
  checkExtension,
  extensionsAt,
  isExtensionUrl,
  readExtension,
} from './extensions.ts'
import { frontPage } from './front-page.ts'
import { acceptedNames, checkHost, checkWay } from './guard.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import type { HttpOptions } from './options.ts'
import { TooManyWaiting, Turnstile } from './turnstile.ts'

/**
 * Requests being answered at a time, event streams and probes apart, and those that may wait; of
 * all accounts and of each.
 */
const REQUESTS = { atOnce: 64, atOnceEach: 48, waiting: 2048, waitingEach: 1024 }
/** When who finds the queue full may come again. */
const RETRY_AFTER_S = '1'
/** An encoded ARN is long, and a path may hold two. */
const URL_BYTES_MAX = 16 * 1024
const HEARTBEAT_MS = 15_000
/** Of a request. A backup plan may be longer: up to what HTTP lets in. */
const BODY_BYTES_MAX = 256 * 1024

/** Answers one request. Never rejects. */
export type Pipeline = (exchange: Exchange) => Promise<ServerReply>

export function openPipeline<Context>(options: HttpOptions<Context>): Pipeline {
  const { clock = systemClock, random = systemRandom } = options
  const names = acceptedNames(options)
  const metrics = openMetrics(options.metrics)
  const turnstile = new Turnstile(REQUESTS)
  const audit = new Audit(options.log)

  return async (exchange) => {
    const visit: Visit<Context> = {
      options,
      metrics,
      clock,
      turnstile,
      requestId: random.uuid(),
      operation: 'other',
      own: undefined,
      caller: undefined,
      resource: undefined,
    }
    let reply: ServerReply
    try {
      checkSize(exchange)
      checkHost(exchange.headers, names)
      checkWay(exchange)
      checkUrl(exchange.rawUrl)
      reply = await dispatch(exchange, visit)
    } catch (error) {
      reply = refusal(error, exchange, visit)
    }
    metrics.countRequest(visit.operation, reply.status)
    const operation = visit.own ?? visit.operation
    audit.tell(exchange, reply, { ...visit, operation, at: clock.now() })
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': visit.requestId } }
  }
}

/** One request's way through. */
interface Visit<Context> {
  readonly options: HttpOptions<Context>
  readonly metrics: Metrics
  readonly clock: Clock
  readonly turnstile: Turnstile
  readonly requestId: string
  /** AWS's name of the operation, once it is known. */
  operation: string
  /** Method and path of an operation of ours. */
  own: string | undefined
  /** Who is believed to ask. */
  caller: Caller | undefined
  /** The names of what it is done to. */
  resource: string | undefined
}

async function dispatch<Context>(exchange: Exchange, visit: Visit<Context>): Promise<ServerReply> {
  if (exchange.method === 'OPTIONS') return methodsAt(exchange, visit.options)
  const own = await serveOwn(exchange, visit)
  if (own) return own
  const serve = isExtensionUrl(exchange.rawUrl) ? serveExtension : serveOperation
  return await serve(exchange, visit)
}

async function serveOperation<Context>(
  exchange: Exchange,
  visit: Visit<Context>,
): Promise<ServerReply> {
  const { authentication, authorize, operations, context } = visit.options
  const found = route(exchange.method, exchange.rawUrl)
  if (!found) throw unknown(exchange)
  const { name } = found.operation
  visit.operation = name
  checkLabels(found.operation, found.labels)
  checkBody(exchange, found.operation)
  const facts = factsOf(exchange, visit.clock.now())
  const caller = { ...(await authenticate(exchange, authentication)), facts }
  visit.caller = caller
  visit.resource = resourceOf(Object.fromEntries(found.labels))
  const answer = async () => {
    const input = readRequest(found.operation, { ...exchange, ...found })
    visit.resource = resourceOf(input)
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    if (!operation) throw refused('NotImplementedException', 501, `${name} is not implemented.`)
    await authorize.operation({ operation: name, input, caller }, context)
    return writeResponse(found.operation, await operation(input as never, caller, context))
  }
  return await visit.turnstile.pass(caller.account, answer, exchange.signal)
}

async function serveExtension<Context>(
  exchange: Exchange,
  visit: Visit<Context>,
): Promise<ServerReply> {
  const { options, clock } = visit
  const found = extensionsAt(options.extensions, exchange.rawUrl).find(
    ({ extension }) => extension.method === exchange.method,
  )
  if (!found) throw unknown(exchange)
  visit.own = `${exchange.method} /_copyhold${found.extension.path}`
  checkExtension(found, exchange, options)
  const read = await readExtension(found, exchange, options)
  const request = { ...read, caller: { ...read.caller, facts: factsOf(exchange, clock.now()) } }
  const { method, path } = found.extension
  const { params, caller } = request
  visit.caller = caller
  visit.resource = Object.values(params).join(' ').slice(0, 600) || undefined
  const answer = async () => {
    await options.authorize.extension({ method, path, params, caller }, options.context)
    return await answerExtension(found, request, {
      ...options,
      clock,
      accept: String(exchange.headers.accept ?? ''),
      heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
      signal: exchange.signal,
      onError: (error) => writeError(spoken(error, visit)).body,
    })
  }
  return await visit.turnstile.pass(caller.account, answer, exchange.signal)
}

/** What policies may ask about a request besides who sent it. */
function factsOf({ headers, sourceIp, secure = false }: Exchange, at: number): RequestFacts {
  const { 'user-agent': userAgent, referer } = headers
  return {
    ...{ at, sourceIp, secure },
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
    referer: typeof referer === 'string' ? referer : undefined,
  }
}

/** What probes and scrapers ask; undefined when the request is none of these. */
async function serveOwn<Context>(
  exchange: Exchange,
  { options, metrics }: Visit<Context>,
): Promise<ServerReply | undefined> {
  const { method, rawUrl } = exchange
  if (method !== 'GET' && method !== 'HEAD') return undefined
  switch (pathOf(rawUrl)) {
    case '/':
      return frontPage(exchange, options.version)
    case '/healthz':
      return plainJson(200, { status: 'ok' })
    case '/readyz': {
      const health = await options.health()
      return plainJson(health.ready ? 200 : 503, health)
    }
    case '/metrics': {
      const headers = { 'content-type': metrics.contentType }
      return { status: 200, headers, body: await metrics.text() }
    }
    default:
      return undefined
  }
}

function methodsAt<Context>(exchange: Exchange, options: HttpOptions<Context>): ServerReply {
  const { rawUrl } = exchange
  const methods = OWN_PATHS.includes(pathOf(rawUrl))
    ? ['GET', 'HEAD']
    : isExtensionUrl(rawUrl)
      ? extensionsAt(options.extensions, rawUrl).map(({ extension }) => extension.method)
      : routesOf(rawUrl)
  if (methods.length === 0) throw unknown(exchange)
  return { status: 204, headers: { allow: ['OPTIONS', ...methods].join(', ') }, body: '' }
}

const OWN_PATHS = ['/', '/healthz', '/readyz', '/metrics']

function plainJson(status: number, value: object): ServerReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status, headers, body: JSON.stringify(value) }
}

function pathOf(rawUrl: string): string {
  return rawUrl.split('?', 1)[0] ?? ''
}

function checkSize(exchange: Exchange): void {
  if (exchange.rawUrl.length > URL_BYTES_MAX) {
    throw refused('RequestUriTooLongException', 414, `A URL ends at ${URL_BYTES_MAX} bytes.`)
  }
}

function checkBody({ body }: Exchange, { name }: OperationModel): void {
  if (body.length <= BODY_BYTES_MAX || name.includes('BackupPlan')) return
  const message = `A body of ${name} ends at ${BODY_BYTES_MAX} bytes.`
  throw refused('RequestEntityTooLargeException', 413, message)
}

/** The reply to what could not be answered. Who is to come again hears when. */
function refusal<Context>(
  error: unknown,
  { signal }: Exchange,
  visit: Visit<Context>,
): ServerReply {
  if (!(error instanceof TooManyWaiting)) {
    // Nobody listens any more, or the server is closing: that is nobody's mistake.
    const isOver = signal.aborted && error === signal.reason
    return writeError(isOver ? unavailable() : spoken(error, visit))
  }
  // AWS's text for a caller who is too fast.
  const reply = writeError(refused('ThrottlingException', 400, 'Rate exceeded'))
  return { ...reply, headers: { ...reply.headers, 'retry-after': RETRY_AFTER_S } }
}

/** The error to be written: as it is when it was meant for the client, else a general one. */
function spoken<Context>(error: unknown, visit: Visit<Context>): Answer | WireError {
  if (error instanceof Answer || error instanceof WireError) return error
  const { requestId, operation } = visit
  const { log } = visit.options
  if (error instanceof DiskFull) {
    log.warn({ requestId, operation, error }, 'a disk is full')
    return new Answer({ code: 'DiskFull', of: error.of })
  }
  if (error instanceof Trouble) log.warn({ requestId, operation, error }, 'the world failed')
  else log.error({ requestId, operation, error }, 'a bug ended this request')
  return unavailable()
}

function unavailable(): WireError {
  const message = 'The request failed due to a temporary failure of the server.'
  return refused('ServiceUnavailableException', 500, message)
}

function unknown({ method, rawUrl }: Exchange): WireError {
  const what = `${method} ${pathOf(rawUrl).slice(0, 200)}`
  return refused('UnknownOperationException', 404, `No operation is at ${what}.`)
}

function refused(shape: string, status: number, message: string): WireError {
  return new WireError({ shape, status, message })
}
