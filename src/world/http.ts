// One HTTP request and its whole answer. The path goes out exactly as given (nothing decodes or
// normalises it), redirects are not followed, and every failure says which kind it is.

import { readFileSync } from 'node:fs'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { isIP, type Socket } from 'node:net'

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
  /** A proxy the request goes through, `http://user:password@host:port`; a tunnel for HTTPS. */
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
  | 'proxy'
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

export const systemHttp: Http = (request, options) => new Exchange(request, options).run()

/** One request with its time limits: up to the connection, then for every silence. */
class Exchange {
  readonly #request: HttpRequest
  readonly #options: HttpOptions
  readonly #proxy: URL | undefined
  #timer: NodeJS.Timeout | undefined
  #connected = false
  #stop: (failure: HttpFailure) => void = () => {}
  #open: { destroy(): void } | undefined

  constructor(request: HttpRequest, options: HttpOptions) {
    this.#request = request
    this.#options = options
    this.#proxy = options.proxy === undefined ? undefined : new URL(options.proxy)
  }

  async run(): Promise<HttpAnswer> {
    const stopped = new Promise<never>((_, reject) => {
      this.#stop = reject
    })
    const { signal } = this.#options
    const onAbort = () => this.#stop(new HttpFailure('aborted', 'interrupted'))
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#limit(this.#options.connectTimeoutMs, 'connect-timeout')
    try {
      return await Promise.race([this.#exchange(), stopped])
    } catch (error) {
      this.#open?.destroy()
      if (error instanceof HttpFailure) throw error
      const { message } = error as Error
      const kind = kindOf(error as NodeJS.ErrnoException, this.#connected)
      throw new HttpFailure(kind, message, { cause: error })
    } finally {
      clearTimeout(this.#timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #limit(ms: number | undefined, kind: HttpFailureKind): void {
    clearTimeout(this.#timer)
    if (!ms) return
    this.#timer = setTimeout(() => this.#stop(new HttpFailure(kind, 'timed out')), ms)
  }

  async #exchange(): Promise<HttpAnswer> {
    const secure = this.#request.protocol === 'https:'
    const tls = secure ? tlsOptions(this.#request, this.#options) : {}
    const tunnel = secure && this.#proxy ? await this.#tunnel(this.#proxy) : undefined
    const encrypted = secure || this.#proxy?.protocol === 'https:'
    const module = httpModule(encrypted)
    const outgoing = module.request({
      ...this.#target(),
      ...tls,
      ...(tunnel ? { socket: tunnel } : {}),
    })
    this.#open = outgoing
    return await new Promise<HttpAnswer>((resolve, reject) => {
      outgoing.on('error', reject)
      outgoing.on('socket', (socket) => {
        socket.once(encrypted ? 'secureConnect' : 'connect', () => {
          this.#connected = true
          this.#limit(this.#options.readTimeoutMs, 'read-timeout')
        })
      })
      outgoing.on('response', (incoming) => {
        const onData = () => this.#limit(this.#options.readTimeoutMs, 'read-timeout')
        collect(incoming, onData).then(resolve, (error) =>
          reject(new HttpFailure('closed', String(error), { cause: error })),
        )
      })
      outgoing.end(this.#request.body ?? undefined)
    }).catch((error) => {
      if (this.#proxy && !tunnel && !this.#connected) throw proxyFailure(error)
      throw error
    })
  }

  // Where the request goes and what it says; a proxy is told the whole address.
  #target(): RequestOptions {
    const { method, hostname, port, path, protocol, headers, body } = this.#request
    const length = body ? { 'content-length': String(body.length) } : {}
    const base = { method, headers: { ...headers, ...length }, agent: false as const }
    const proxy = this.#proxy
    if (!proxy || protocol === 'https:') {
      return { ...base, hostname, ...(port === undefined ? {} : { port }), path }
    }
    const host = port === undefined ? hostname : `${hostname}:${port}`
    return {
      ...base,
      headers: { ...base.headers, ...proxyAuthorization(proxy) },
      ...proxyAddress(proxy),
      path: `${protocol}//${host}${path}`,
    }
  }

  async #tunnel(proxy: URL): Promise<Socket> {
    const module = httpModule(proxy.protocol === 'https:')
    const { hostname, port = 443 } = this.#request
    const target = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
    const asking = module.request({
      method: 'CONNECT',
      ...proxyAddress(proxy),
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
    })
    this.#open = asking
    return await new Promise<Socket>((resolve, reject) => {
      asking.on('error', (error) => reject(proxyFailure(error)))
      asking.on('connect', (answer, socket) => {
        if (answer.statusCode === 200) return resolve(socket)
        socket.destroy()
        const why = `Tunnel connection failed: ${answer.statusCode} ${answer.statusMessage}`
        reject(new HttpFailure('proxy', why))
      })
      asking.end()
    })
  }
}

function proxyFailure(error: Error): HttpFailure {
  return new HttpFailure('proxy', error.message, { cause: error })
}

function proxyAddress(proxy: URL) {
  const port = proxy.port || (proxy.protocol === 'https:' ? 443 : 80)
  return { hostname: proxy.hostname.replace(/^\[|\]$/g, ''), port }
}

function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const [user, password] = [proxy.username, proxy.password].map(decodeURIComponent)
  const text = Buffer.from(`${user}:${password}`).toString('base64')
  return { 'proxy-authorization': `Basic ${text}` }
}

function tlsOptions(request: HttpRequest, options: HttpOptions) {
  const name = isIP(request.hostname) === 0 ? { servername: request.hostname } : {}
  if (options.insecure) return { ...name, rejectUnauthorized: false }
  if (options.caFile === undefined) return name
  try {
    return { ...name, ca: readFileSync(options.caFile) }
  } catch (error) {
    throw new HttpFailure('certificate', '[Errno 2] No such file or directory', { cause: error })
  }
}

// Loaded when the first request is sent. Not by `import()`: that evaluates every export, and one of
// node:http's is the whole of undici.
const httpModule = (encrypted: boolean) =>
  process.getBuiltinModule(encrypted ? 'node:https' : 'node:http')

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
