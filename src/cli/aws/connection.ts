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
      throw new client.NoAnswer(describe(error, request.url), {
        retryable: error.kind !== 'certificate' && error.kind !== 'aborted',
        cause: error,
      })
    }
  }
}

function describe(failure: HttpFailure, url: string): string {
  if (failure.kind === 'refused') return `Could not connect to the endpoint URL: "${url}"`
  if (failure.kind === 'connect-timeout') return `Connect timeout on endpoint URL: "${url}"`
  if (failure.kind === 'read-timeout') return `Read timeout on endpoint URL: "${url}"`
  if (failure.kind === 'certificate') return `SSL validation failed for ${url} ${failure.message}`
  return `Connection was closed before we received a valid response from endpoint URL: "${url}".`
}

// HTTP through HTTP_PROXY; a tunnel for HTTPS is not built.
function proxyFor(endpoint: client.Endpoint, surroundings: Surroundings): string | undefined {
  if (endpoint.protocol !== 'http:') return undefined
  const get = (name: string) =>
    surroundings.variable(name.toLowerCase()) || surroundings.variable(name)
  const proxy = get('HTTP_PROXY')
  if (!proxy) return undefined
  const passes = (get('NO_PROXY') ?? '').split(',').map((entry) => entry.trim())
  const host = endpoint.hostname
  const direct = passes.some(
    (entry) => entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry}`))),
  )
  return direct ? undefined : proxy
}
