// HTTP's mechanics: accepts connections, reads bodies up to a limit, sends replies, and ends in
// good order. Routing is not HTTP's: framework routers decode paths and cap parameters, so every
// request takes one route and the pipeline sees the URL as it came.

import type http from 'node:http'
import type https from 'node:https'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type {
  FastifyError,
  FastifyHttpOptions,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { fastify } from 'fastify'
import { Trouble } from '../model/index.ts'
import { WireError, writeError } from '../wire/index.ts'
import { openFilesMax, systemClock, systemRandom } from '../world/index.ts'
import { boundConnections, connectionBounds } from './connections.ts'
import type { HttpOptions, HttpServer, Listening } from './options.ts'
import { originOf } from './origin.ts'
import { openPipeline } from './pipeline.ts'

const BODY_BYTES_MAX = 1024 * 1024
/** Request line and headers together; a URL alone may have 16 KiB. */
const HEAD_BYTES_MAX = 48 * 1024
/** What a client may take: for its headers, for a whole request, and for a sign of life. */
const PATIENCE = { headersMs: 15_000, requestMs: 30_000, silentMs: 120_000, checkMs: 5_000 }
/** Longer than clients and balancers keep an idle connection, so that they close it first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000
/** What running requests have before their connections are cut. */
const CLOSE_TIMEOUT_MS = 10_000

/**
 * Serves until `close`. Throws `Trouble` when the address cannot be bound. Everything is answered
 * in AWS's form, also what is not HTTP.
 */
export async function startHttp<Context>(options: HttpOptions<Context>): Promise<HttpServer> {
  const { clock = systemClock, random = systemRandom, host = '127.0.0.1' } = options
  const pipeline = openPipeline({ ...options, clock, random })
  const closing = new AbortController()
  const app = openFastify(random.uuid, options)

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const gone = new AbortController()
    // Who has the reply needs nothing stopped any more, and an abort costs as much as a query.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort()
    })
    const answer = await pipeline({
      method: request.method,
      rawUrl: request.originalUrl,
      headers: request.headers,
      body: request.body instanceof Uint8Array ? request.body : NO_BYTES,
      ...originOf(request, options),
      signal: AbortSignal.any([closing.signal, gone.signal]),
    })
    reply.code(answer.status).headers(answer.headers)
    const isLast = closing.signal.aborted || typeof answer.body !== 'string'
    if (isLast) reply.header('connection', 'close')
    if (typeof answer.body !== 'string') return reply.send(Readable.from(answer.body))
    // Bytes, because fastify amends the content type of texts. Nothing is sent as nothing.
    return answer.body === '' ? reply.send() : reply.send(Buffer.from(answer.body))
  }

  app.all('/', serve)
  app.setNotFoundHandler(serve)
  const bounds = options.connections ?? connectionBounds(openFilesMax())
  boundConnections(app.server, bounds, options.trustedProxies)
  await listen(app, { port: options.port, host })
  return {
    url: urlOf(app.server.address(), { host, scheme: options.tls ? 'https' : 'http' }),
    async close() {
      closing.abort()
      const cut = new AbortController()
      const patience = clock.sleep(CLOSE_TIMEOUT_MS, cut.signal)
      const late = patience.then(() => {
        if (!cut.signal.aborted) app.server.closeAllConnections()
      })
      await app.close()
      cut.abort()
      await late
    },
  }
}

async function listen(
  app: ReturnType<typeof openFastify>,
  address: { readonly port: number; readonly host: string },
): Promise<void> {
  try {
    await app.listen(address)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const why = LISTEN_FAILURES.get(code)
    if (why === undefined) throw cause
    const message = `${address.host} port ${address.port} ${why}`
    throw new Trouble(message, { cause, retryable: false })
  }
}

const LISTEN_FAILURES: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'is in use by another program'],
  ['EACCES', 'may not be used by this user'],
  ['EADDRNOTAVAIL', 'is not an address of this machine'],
])

const NO_BYTES = new Uint8Array()

function openFastify(
  requestId: () => string,
  { tls, patience = PATIENCE }: Pick<Listening, 'tls' | 'patience'>,
): FastifyInstance {
  const head = {
    maxHeaderSize: HEAD_BYTES_MAX,
    headersTimeout: patience.headersMs,
    connectionsCheckingInterval: patience.checkMs,
  }
  const common: FastifyHttpOptions<http.Server> = {
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: patience.requestMs,
    connectionTimeout: patience.silentMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    rewriteUrl: () => '/',
    clientErrorHandler: (_error, socket) => refuseSocket(socket),
  }
  const app = tls ? overTls({ ...common, ...head }, tls) : fastify({ ...common, http: head })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // Only what HTTP itself refuses comes here: the pipeline never rejects.
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const answer = writeError(refusedByHttp(error))
    const headers = { ...answer.headers, 'x-amzn-requestid': requestId() }
    return reply.code(answer.status).headers(headers).send(Buffer.from(answer.body))
  })
  return app
}

/** The same server for whoever uses it; only fastify's types tell the two apart. */
function overTls(
  options: FastifyHttpOptions<http.Server> & https.ServerOptions,
  tls: NonNullable<Listening['tls']>,
): FastifyInstance {
  const { maxHeaderSize, headersTimeout, connectionsCheckingInterval, ...rest } = options
  const head = { maxHeaderSize, headersTimeout, connectionsCheckingInterval }
  const server = { ...head, key: tls.key, cert: tls.certificate }
  return fastify({ ...rest, https: server } as FastifyHttpOptions<http.Server>)
}

/** Answers what is not HTTP at all. */
function refuseSocket(socket: Socket): void {
  if (!socket.writable) return
  const { body } = writeError(malformed('This is not an HTTP request.'))
  const head = `content-type: application/json\r\nx-amzn-errortype: ${MALFORMED}`
  const length = Buffer.byteLength(body)
  socket.end(
    `HTTP/1.1 400 Bad Request\r\n${head}\r\ncontent-length: ${length}\r\n` +
      `connection: close\r\n\r\n${body}`,
  )
}

const MALFORMED = 'MalformedHttpRequestException'

function refusedByHttp(error: FastifyError): WireError {
  if (error.statusCode === 413) {
    const message = `A body ends at ${BODY_BYTES_MAX} bytes.`
    return new WireError({ shape: 'RequestEntityTooLargeException', status: 413, message })
  }
  if (error.statusCode === undefined || error.statusCode >= 500) {
    const message = 'The request failed due to a temporary failure of the server.'
    return new WireError({ shape: 'ServiceUnavailableException', status: 500, message })
  }
  return malformed('The request is not what HTTP allows.')
}

function malformed(message: string): WireError {
  return new WireError({ shape: MALFORMED, status: 400, message })
}

function urlOf(
  address: string | { port: number } | null,
  { host, scheme }: { host: string; scheme: string },
): string {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}
