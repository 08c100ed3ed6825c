// Requests of the AWS SDK over the command line's own network, so that certificates, proxies and
// time limits hold for the services that hand out credentials, too.

import type * as client from '../../wire/index.ts'

/** What of a request of the SDK is needed here. */
interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null | undefined>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request handler in the SDK's form. */
export function sdkRequestHandler(
  send: (request: client.OutgoingRequest) => Promise<client.WireAnswer>,
) {
  return {
    async handle(request: SdkRequest) {
      const path = request.path + queryOf(request)
      const port = request.port === undefined ? '' : `:${request.port}`
      const body = request.body === undefined ? undefined : bytesOf(request.body)
      const answer = await send({
        method: request.method,
        endpoint: {
          protocol: request.protocol as client.Endpoint['protocol'],
          hostname: request.hostname,
          ...(request.port === undefined ? {} : { port: request.port }),
          basePath: '',
        },
        path,
        headers: request.headers,
        ...(body === undefined ? {} : { body }),
        url: `${request.protocol}//${request.hostname}${port}${path}`,
      })
      const { status: statusCode, headers } = answer
      return { response: { statusCode, headers: { ...headers }, body: answer.body } }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
}

function queryOf({ query = {} }: SdkRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new TextEncoder().encode(String(body))
}
