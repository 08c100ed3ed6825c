// Connections that say nothing, or too many of them, against a real server.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { connectionBounds } from './connections.ts'
import { send, startTestServer } from './test-server.suite.ts'

const HEALTH = { method: 'GET', path: '/healthz' }

test('there are never more connections than the process can open beside its work', () => {
  assert.deepEqual(connectionBounds(), { most: 2048, each: 2016 })
  assert.equal(connectionBounds(1_000_000).most, 2048)
  assert.equal(connectionBounds(1024).most, 768)
  assert.equal(connectionBounds(128).most, 64)
  assert.equal(connectionBounds(20).most, 16)
  for (const files of [20, 128, 1024, 1_000_000]) {
    const { most, each } = connectionBounds(files)
    assert.ok(each < most)
  }
})

test('silent connections make room for who asks, the oldest first, and probes are answered', async (t) => {
  const server = await startTestServer({ connections: { most: 8, each: 6 } })
  t.after(() => server.close())
  const { hostname, port } = new URL(server.url)
  const ended: number[] = []
  const sockets = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const socket = net.connect(Number(port), hostname)
      socket.on('close', () => ended.push(n)).on('error', () => {})
      await once(socket, 'connect')
      return socket
    }),
  )
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  assert.equal((await send(server, HEALTH)).status, 200)
  assert.equal((await send(server, HEALTH)).status, 200)
  while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(ended.length, 1, 'one made room, for a connection that is used again')
})

test('what is being answered is never cut for somebody new', async (t) => {
  const asked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const server = await startTestServer({
    connections: { most: 2, each: 1 },
    health: async () => {
      asked.resolve()
      await release.promise
      return { ready: true }
    },
  })
  t.after(() => server.close())
  const waiting = send(server, { method: 'GET', path: '/readyz' })
  await asked.promise
  await assert.rejects(send(server, HEALTH), { code: /ECONNRESET|EPIPE/ })
  release.resolve()
  assert.equal((await waiting).status, 200)
})
