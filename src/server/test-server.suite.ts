// A server for tests: the real HTTP, in front of operations and extensions that a test hands in.

import http from 'node:http'
import type { Log } from '../world/index.ts'
import { type HttpOptions, type HttpServer, startHttp } from './index.ts'

export const ACCOUNT = '111122223333'
export const SIGNED = {
  authorization: [
    `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260102/eu-west-1/backup/aws4_request`,
    'SignedHeaders=host;x-amz-date',
    `Signature=${'0'.repeat(64)}`,
  ].join(', '),
}

/** What a server logged, by level. */
export interface RecordedLog extends Log {
  readonly lines: { level: string; fields: Record<string, unknown>; message: string }[]
}

export function recordingLog(): RecordedLog {
  const lines: RecordedLog['lines'] = []
  const at = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

export async function startTestServer(
  options: Partial<HttpOptions<undefined>> = {},
): Promise<HttpServer> {
  return await startHttp<undefined>({
    port: 0,
    authentication: { mode: 'dev' },
    context: undefined,
    authorize: { operation: async () => {}, extension: async () => {} },
    operations: {},
    extensions: [],
    health: async () => ({ ready: true }),
    metrics: { jobs: async () => [], bytes: () => ({ read: 0, copied: 0, reused: 0 }) },
    log: recordingLog(),
    ...options,
  })
}

export interface RawRequest {
  readonly method: string
  /** Sent as it is, without a URL parser's corrections. */
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array | undefined
}

export interface RawAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })

/** One request, byte for byte as it is given. */
export async function send({ url }: HttpServer, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const { method, path, headers = {}, body } = request
  return await new Promise((resolve, reject) => {
    const sent = http.request({ agent, hostname, port, method, path, headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString()
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
