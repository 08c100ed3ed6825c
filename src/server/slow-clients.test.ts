// Clients that take their time hold no connection for ever, and disturb nobody else.

import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { HttpServer } from './index.ts'
import { SIGNED, send, startTestServer } from './test-server.suite.ts'

/** Longer than a busy machine may hold up a client that takes no time of its own. */
const PATIENCE = { headersMs: 1_000, requestMs: 2_000, silentMs: 3_000, checkMs: 100 }

let server: HttpServer
before(async () => {
  server = await startTestServer({
    patience: PATIENCE,
    operations: { CreateBackupVault: async () => ({}) },
  })
})
after(() => server.close())

/** Sends only that, and waits for the server to end the connection; answers what it said. */
async function stall(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = net.connect(Number(port), hostname)
  if (bytes !== '') socket.write(bytes)
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

const HEAD = 'PUT /backup-vaults/one HTTP/1.1\r\nhost: localhost\r\n'

const CASES: readonly [string, string][] = [
  ['says nothing at all', ''],
  ['stops in the request line', 'PUT /backup-va'],
  ['stops in its headers', `${HEAD}x-more: a`],
  ['promises a body and sends none', `${HEAD}content-length: 10\r\n\r\n`],
  ['stops in its body', `${HEAD}content-length: 10\r\n\r\n{`],
  ['stops in a chunk of its body', `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nab`],
]

describe('of clients that stall at the same time', { concurrency: true }, () => {
  for (const [what, bytes] of CASES) {
    test(`a client that ${what} is let go, while others are answered`, async () => {
      const stalled = stall(bytes)
      const path = '/backup-vaults/two'
      const answer = await send(server, { method: 'PUT', path, headers: SIGNED, body: '{}' })
      assert.equal(answer.status, 200)
      assert.doesNotMatch(await stalled, /^HTTP\/1\.1 (2|5)/)
    })
  }
})
