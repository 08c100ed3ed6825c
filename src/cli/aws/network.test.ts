// Goal: certificates, proxies and time limits hold as they do for AWS's command line. Method: whole
// commands against a TLS server with a certificate made for the test, and through a proxy of the
// test's own.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost } from '../stub.suite.ts'
import { proxyFor } from './connection.ts'

const tool = 'openssl'
const skip = spawnSync(tool, ['version']).status === 0 ? false : `${tool} is not installed`
const folder = mkdtempSync(path.join(tmpdir(), 'copyhold-tls-'))
const certificate = path.join(folder, 'cert.pem')
const key = path.join(folder, 'key.pem')
const LIST = ['backup', 'list-copy-jobs', '--query', 'CopyJobs']

let asked: IncomingMessage[] = []
const answer = (incoming: IncomingMessage, outgoing: import('node:http').ServerResponse) => {
  asked.push(incoming)
  outgoing.setHeader('content-type', 'application/json').end('{"CopyJobs": []}')
}
const plain = createServer(answer)
let secure: ReturnType<typeof createTlsServer> | undefined
let address = { plain: '', secure: '' }

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
const listen = (server: ReturnType<typeof createServer>) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

before(async () => {
  const subject = ['-subj', '/CN=copyhold', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject]
  spawnSync(tool, [...made, '-keyout', key, '-out', certificate])
  await listen(plain)
  address = { ...address, plain: `http://127.0.0.1:${portOf(plain)}` }
  if (skip) return
  secure = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, answer)
  await listen(secure)
  address = { ...address, secure: `https://127.0.0.1:${portOf(secure)}` }
})

after(() => {
  plain.close()
  secure?.close()
  rmSync(folder, { recursive: true })
})

async function run(
  options: readonly string[],
  variables: Record<string, string> = {},
  files: Record<string, string> = {},
) {
  asked = []
  const host = fakeHost({ variables: { AWS_MAX_ATTEMPTS: '1', ...variables }, files })
  const code = await runCli([...LIST, ...options], host)
  return { code, ...host.printed }
}

test('a certificate is trusted that --ca-bundle, the environment or the profile names', {
  skip,
}, async () => {
  const to = ['--endpoint-url', address.secure]
  assert.equal((await run([...to, '--ca-bundle', certificate])).code, 0)
  assert.equal((await run(to, { AWS_CA_BUNDLE: certificate })).code, 0)
  assert.equal((await run(to, { REQUESTS_CA_BUNDLE: certificate })).code, 0)
  const config = { '/home/nobody/.aws/config': `[default]\nca_bundle = ${certificate}\n` }
  assert.equal((await run(to, {}, config)).code, 0)
})

test('any other certificate ends the command, unless it is not looked at', { skip }, async () => {
  const to = ['--endpoint-url', address.secure]
  const refused = await run(to)
  assert.equal(refused.code, 255)
  assert.match(
    refused.err,
    /SSL validation failed for https:\/\/127\.0\.0\.1:\d+\/copy-jobs\/ \[SSL: CERT.*self-signed/,
  )
  assert.equal(asked.length, 0)
  assert.equal((await run([...to, '--no-verify-ssl'])).code, 0)
})

interface Proxy {
  readonly url: string
  readonly seen: string[]
  close(): void
}

async function startProxy(refuses?: number): Promise<Proxy> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const note = (incoming: IncomingMessage) => {
    const login = incoming.headers['proxy-authorization'] ?? 'nobody'
    seen.push(`${incoming.method} ${incoming.url} ${login}`)
  }
  const server = createServer((incoming, outgoing) => {
    note(incoming)
    outgoing.end('{"CopyJobs": []}')
  })
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    note(incoming)
    if (refuses !== undefined) {
      client.end(`HTTP/1.1 ${refuses} No\r\n\r\n`)
      return
    }
    const [host, port] = String(incoming.url).split(':')
    const onward = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(client).pipe(onward)
    })
    for (const socket of [client, onward]) sockets.add(socket.on('error', () => {}))
  })
  await listen(server)
  return {
    url: `http://user:p%40ss@127.0.0.1:${portOf(server)}`,
    seen,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const LOGIN = `Basic ${Buffer.from('user:p@ss').toString('base64')}`

test('HTTPS goes through a tunnel of the proxy, its certificate checked at the end', {
  skip,
}, async () => {
  const proxy = await startProxy()
  try {
    const to = ['--endpoint-url', address.secure, '--ca-bundle', certificate]
    const { code, err } = await run(to, { HTTPS_PROXY: proxy.url })
    assert.equal(code, 0, err)
    assert.equal(asked.length, 1)
    assert.deepEqual(proxy.seen, [`CONNECT 127.0.0.1:${new URL(address.secure).port} ${LOGIN}`])
    const untrusted = ['--endpoint-url', address.secure]
    assert.equal((await run(untrusted, { HTTPS_PROXY: proxy.url })).code, 255)
    assert.equal((await run(to, { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' })).code, 0)
    assert.equal(proxy.seen.length, 2)
  } finally {
    proxy.close()
  }
})

test('HTTP is handed to the proxy whole', async () => {
  const proxy = await startProxy()
  try {
    const { code } = await run(['--endpoint-url', 'http://backup.test'], { HTTP_PROXY: proxy.url })
    assert.equal(code, 0)
    assert.deepEqual(proxy.seen, [`GET http://backup.test/copy-jobs/ ${LOGIN}`])
  } finally {
    proxy.close()
  }
})

test('a proxy that is not there or refuses is named without its password', { skip }, async () => {
  const proxy = await startProxy(407)
  const dead = 'http://user:secret@127.0.0.1:1'
  try {
    for (const [to, variables] of [
      [address.secure, { HTTPS_PROXY: proxy.url }],
      [address.secure, { HTTPS_PROXY: dead }],
      [address.plain, { HTTP_PROXY: dead }],
    ] as const) {
      const { code, err } = await run(['--endpoint-url', to], variables)
      assert.equal(code, 255)
      assert.match(
        err,
        /Failed to connect to proxy URL: "http:\/\/\*\*\*:\*\*\*@127\.0\.0\.1:\d+"\n$/,
      )
    }
  } finally {
    proxy.close()
  }
})

test('which proxy serves is read from the environment as Python reads it', () => {
  const endpoint = { protocol: 'https:', hostname: 'backup.eu-west-1.amazonaws.com' } as const
  const found = (variables: Record<string, string>) =>
    proxyFor(endpoint, { variables: () => variables })
  assert.equal(found({ HTTPS_PROXY: 'http://a' }), 'http://a')
  assert.equal(found({ HTTPS_PROXY: 'http://a', https_proxy: 'b:1' }), 'http://b:1')
  assert.equal(found({ HTTPS_PROXY: 'http://a', https_proxy: '' }), undefined)
  assert.equal(found({ HTTP_PROXY: 'http://a', ALL_PROXY: 'http://a' }), undefined)
  assert.equal(found({ HTTPS_PROXY: 'http://a', NO_PROXY: '*' }), undefined)
  assert.equal(found({ HTTPS_PROXY: 'http://a', no_proxy: 'x, .AMAZONAWS.com' }), undefined)
  assert.equal(found({ HTTPS_PROXY: 'http://a', NO_PROXY: 'aws.com,169.254.0.0/16' }), 'http://a')
})

test('an answer that does not come ends the wait', async () => {
  const silent = createServer(() => {})
  await listen(silent)
  try {
    const to = ['--endpoint-url', `http://127.0.0.1:${portOf(silent)}`, '--cli-read-timeout', '1']
    const { code, err } = await run(to)
    assert.equal(code, 255)
    assert.match(err, /Read timeout on endpoint URL: "http:\/\/127\.0\.0\.1:\d+\/copy-jobs\/"\n$/)
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})
