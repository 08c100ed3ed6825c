// The client's network: requests of `wire` over the world's HTTP, with the command line's limits,
// certificates and proxies, and every failure in AWS's words.

import * as client from '../../wire/index.ts'
import { type Http, HttpFailure, type HttpOptions, type Surroundings } from '../../world/index.ts'

/** A `send` for the client. Throws client.NoAnswer with AWS's text. */
export function sender(http: Http, options: HttpOptions, surroundings: Surroundings) {
  return async (request: client.OutgoingRequest): Promise<client.WireAnswer> => {
    const { endpoint } = request
    const proxy = options.proxy ?? proxyFor(endpoint, surroundings)
    try {
      return await http(
        {
          method: request.method,
          protocol: endpoint.protocol,
          hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
          ...(endpoint.port === undefined ? {} : { port: endpoint.port }),
          path: request.path,
          headers: request.headers,
          ...(request.body ? { body: request.body } : {}),
        },
        { ...options, ...(proxy === undefined ? {} : { proxy }) },
      )
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      throw new client.NoAnswer(describe(error, request.url, proxy && withoutPassword(proxy)), {
        retryable: error.kind !== 'certificate' && error.kind !== 'aborted',
        cause: error,
      })
    }
  }
}

function describe(failure: HttpFailure, url: string, proxy: string | undefined): string {
  if (failure.kind === 'refused') return `Could not connect to the endpoint URL: "${url}"`
  if (failure.kind === 'connect-timeout') return `Connect timeout on endpoint URL: "${url}"`
  if (failure.kind === 'read-timeout') return `Read timeout on endpoint URL: "${url}"`
  if (failure.kind === 'certificate') return `SSL validation failed for ${url} ${tlsText(failure)}`
  if (failure.kind === 'proxy') return `Failed to connect to proxy URL: "${proxy}"`
  return `Connection was closed before we received a valid response from endpoint URL: "${url}".`
}

// OpenSSL's words in the frame Python puts around them.
function tlsText({ message }: HttpFailure): string {
  if (message.startsWith('[')) return message
  return `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${message}`
}

function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^@/]*@/, '//***:***@')
}

/**
 * The proxy for an endpoint, as Python reads the environment: names in any case, small letters
 * first, and a name in small letters that is set to nothing takes the other away.
 */
export function proxyFor(
  endpoint: Pick<client.Endpoint, 'protocol' | 'hostname' | 'port'>,
  surroundings: Pick<Surroundings, 'variables'>,
): string | undefined {
  const variables = surroundings.variables()
  const proxies = new Map<string, string>()
  for (const [name, value] of Object.entries(variables)) {
    const small = name.toLowerCase()
    if (value && small.endsWith('_proxy')) proxies.set(small, value)
  }
  if ('REQUEST_METHOD' in variables) proxies.delete('http_proxy')
  for (const [name, value] of Object.entries(variables)) {
    if (!name.endsWith('_proxy')) continue
    if (value) proxies.set(name.toLowerCase(), value)
    else proxies.delete(name.toLowerCase())
  }
  const proxy = proxies.get(endpoint.protocol === 'https:' ? 'https_proxy' : 'http_proxy')
  if (!proxy || passesBy(endpoint, proxies.get('no_proxy'))) return undefined
  if (/^https?:/.test(proxy)) return proxy
  return proxy.startsWith('//') ? `http:${proxy}` : `http://${proxy}`
}

function passesBy(
  { hostname, port }: Pick<client.Endpoint, 'hostname' | 'port'>,
  list: string | undefined,
): boolean {
  if (list === undefined) return false
  if (list === '*') return true
  const hosts = port === undefined ? [hostname] : [hostname, `${hostname}:${port}`]
  const entries = list.split(',').map((entry) => entry.trim().replace(/^\.+/, '').toLowerCase())
  return entries.some(
    (entry) => entry !== '' && hosts.some((host) => host === entry || host.endsWith(`.${entry}`)),
  )
}
