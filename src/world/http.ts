// One HTTP request and its whole answer. The path goes out exactly as given (nothing decodes or
// normalises it), redirects are not followed, and every failure says which kind it is.

import { readFileSync } from 'node:fs'
import type { IncomingMessage, RequestOptions } from 'node:http'

export interface HttpRequest {
  readonly method: string
  readonly protocol: 'http:' | 'https:'
  readonly hostname: string
  readonly port?: number
  /** Raw path and query, as they go on the wire. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface HttpOptions {
  /** 0 or absent: no limit. */
  readonly connectTimeoutMs?: number
  /** Longest silence while waiting for the answer. 0 or absent: no limit. */
  readonly readTimeoutMs?: number
  /** Accept any certificate. */
  readonly insecure?: boolean
  /** File with the certificates to trust. */
  readonly caFile?: string
  /** An HTTP proxy the request goes through: `http://host:port`. */
  readonly proxy?: string
  readonly signal?: AbortSignal
}

/** Why no answer came. */
export type HttpFailureKind =
  | 'refused'
  | 'connect-timeout'
  | 'read-timeout'
  | 'closed'
  | 'certificate'
  | 'aborted'

export class HttpFailure extends Error {
  readonly kind: HttpFailureKind
  constructor(kind: HttpFailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'HttpFailure'
    this.kind = kind
  }
}

/** Sends a request over a connection of its own. Throws HttpFailure when no answer comes. */
export type Http = (request: HttpRequest, options: HttpOptions) => Promise<HttpAnswer>

export const systemHttp: Http = async (request, options) => {
  const secure = request.protocol === 'https:' && options.proxy === undefined
  // Not `import()`: that evaluates every export, and one of node:http's is the whole of undici.
  const module = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
  const sent = requestOptions(request, options)
  return await new Promise<HttpAnswer>((resolve, reject) => {
    let connected = false
    let timer: NodeJS.Timeout | undefined
    const fail = (kind: HttpFailureKind, message: string, cause?: unknown) => {
      clearTimeout(timer)
      outgoing.destroy()
      reject(new HttpFailure(kind, message, { cause }))
    }
    const limit = (ms: number | undefined, kind: HttpFailureKind) => {
      clearTimeout(timer)
      if (ms) timer = setTimeout(() => fail(kind, 'timed out'), ms)
    }
    const outgoing = module.request(sent, (incoming) => {
      collect(incoming, () => limit(options.readTimeoutMs, 'read-timeout')).then(
        (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
        (error) => fail('closed', String(error), error),
      )
    })
    limit(options.connectTimeoutMs, 'connect-timeout')
    outgoing.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true
        limit(options.readTimeoutMs, 'read-timeout')
      })
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      fail(kindOf(error, connected), error.message, error),
    )
    options.signal?.addEventListener('abort', () => fail('aborted', 'interrupted'), { once: true })
    outgoing.end(request.body ?? undefined)
  })
}

function requestOptions(request: HttpRequest, options: HttpOptions): RequestOptions {
  const proxy = options.proxy === undefined ? undefined : new URL(options.proxy)
  const port = request.port === undefined ? '' : `:${request.port}`
  const base = {
    method: request.method,
    headers: {
      ...request.headers,
      ...(request.body ? { 'content-length': String(request.body.length) } : {}),
    },
    agent: false as const,
  }
  if (proxy) {
    const path = `${request.protocol}//${request.hostname}${port}${request.path}`
    return { ...base, hostname: proxy.hostname, port: proxy.port || 80, path }
  }
  return {
    ...base,
    hostname: request.hostname,
    ...(request.port === undefined ? {} : { port: request.port }),
    path: request.path,
    ...tlsOptions(request, options),
  }
}

function tlsOptions(request: HttpRequest, options: HttpOptions) {
  if (request.protocol !== 'https:') return {}
  if (options.insecure) return { rejectUnauthorized: false }
  if (options.caFile === undefined) return {}
  try {
    return { ca: readFileSync(options.caFile) }
  } catch (error) {
    throw new HttpFailure('certificate', '[Errno 2] No such file or directory', { cause: error })
  }
}

async function collect(incoming: IncomingMessage, onData: () => void): Promise<HttpAnswer> {
  const parts: Buffer[] = []
  for await (const part of incoming) {
    onData()
    parts.push(part as Buffer)
  }
  if (!incoming.complete) throw new Error('the connection was closed before the answer ended')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers,
    body: new Uint8Array(Buffer.concat(parts)),
  }
}

function kindOf(error: NodeJS.ErrnoException, connected: boolean): HttpFailureKind {
  const code = error.code ?? ''
  if (/^(ERR_TLS|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_SSL|EPROTO)/.test(code)) {
    return 'certificate'
  }
  if (code === 'ETIMEDOUT') return 'connect-timeout'
  return connected ? 'closed' : 'refused'
}
