// The server of a recorded case: plays its canned answers in order, the last one again and again,
// and keeps what was sent in the form the recordings have.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CaseAnswer, SeenRequest } from './case.ts'
import { checkSignature } from './signature.ts'

/** Headers that say nothing about the command line's behaviour. */
const VOLATILE = new Set(
  [
    'user-agent x-amz-user-agent amz-sdk-invocation-id amz-sdk-request content-length host',
    'connection accept accept-encoding date x-amzn-trace-id expect x-amz-date transfer-encoding',
    'accept-language sec-fetch-mode x-amz-content-sha256 authorization proxy-connection',
  ]
    .join(' ')
    .split(' '),
)

export interface CaseServer {
  readonly port: number
  readonly requests: SeenRequest[]
  close(): Promise<void>
}

export async function startCaseServer(answers: readonly CaseAnswer[]): Promise<CaseServer> {
  const requests: SeenRequest[] = []
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    const at = requests.push(seen(incoming, Buffer.concat(parts))) - 1
    const answer = answers[Math.min(at, answers.length - 1)] ?? { status: 500 }
    if (answer.close) {
      incoming.socket.destroy()
      return
    }
    if (answer.delay === undefined) reply(outgoing, answer, at)
    else timers.add(setTimeout(() => reply(outgoing, answer, at), answer.delay * 1000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    async close() {
      for (const timer of timers) clearTimeout(timer)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function seen(incoming: IncomingMessage, body: Buffer): SeenRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value)
  const { method = '', url = '' } = incoming
  const at = url.indexOf('?')
  const kept = Object.entries(headers).filter(([name]) => !VOLATILE.has(name))
  return {
    method,
    path: at === -1 ? url : url.slice(0, at),
    query:
      at === -1
        ? []
        : url
            .slice(at + 1)
            .split('&')
            .sort(),
    headers: Object.fromEntries(kept.sort()),
    ...checkSignature({ method, target: url, headers, body }),
    body: body.toString(),
  }
}

function reply(outgoing: ServerResponse, answer: CaseAnswer, at: number): void {
  const body = 'json' in answer ? JSON.stringify(answer.json) : (answer.body ?? '')
  const headers: Record<string, string | null> = {
    'Content-Type': 'application/json',
    'x-amzn-RequestId': `11111111-2222-3333-4444-${String(at).padStart(12, '0')}`,
    ...answer.headers,
    'Content-Length': String(Buffer.byteLength(body)),
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null) outgoing.setHeader(name, value)
  }
  outgoing.writeHead(answer.status ?? 200)
  outgoing.end(body)
}
