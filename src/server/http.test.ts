// HTTP's mechanics and the guards before any operation: limits, foreign pages, probes, order.

import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, test } from 'node:test'
import type { HttpServer } from './index.ts'
import {
  type RawAnswer,
  type RawRequest,
  recordingLog,
  SIGNED,
  send,
  startTestServer,
} from './test-server.suite.ts'

let server: HttpServer
let ready = true

before(async () => {
  server = await startTestServer({
    hostNames: ['backup.example'],
    health: async () => (ready ? { ready } : { ready, reason: 'the catalog is closed' }),
    metrics: {
      jobs: async () => [{ kind: 'copy', state: 'RUNNING', count: 2 }],
      bytes: () => ({ read: 1, copied: 2, reused: 3 }),
    },
    operations: {
      TagResource: async () => undefined,
      DescribeBackupVault: async (input: { BackupVaultName: string }) => input,
      ListTags: async (input: { ResourceArn: string }) => ({ Tags: { arn: input.ResourceArn } }),
      ListBackupVaults: async () => ({ NotInTheModel: 1 }),
    },
  })
})
after(() => server.close())

const TAGS = '/tags/arn%3Aaws%3Abackup%3Aeu-west-1%3A111122223333%3Abackup-vault%3Aone'

async function ask(request: Partial<RawRequest>): Promise<RawAnswer> {
  const { method = 'POST', path = TAGS, headers = SIGNED, body } = request
  return await send(server, { method, path, headers, body })
}

async function refusedAs(request: Partial<RawRequest>, status: number, shape: string) {
  const answer = await ask(request)
  assert.deepEqual([answer.status, answer.headers['x-amzn-errortype']], [status, shape])
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
  assert.deepEqual(Object.keys(JSON.parse(answer.body)), ['Message'])
}

test('a void operation is answered with an empty body', async () => {
  const { status, headers, body } = await ask({ body: '{"Tags":{"a":"b"}}' })
  assert.deepEqual([status, headers['content-length'], body], [200, '0', ''])
  assert.equal(headers['content-type'], undefined)
})

test('an encoded slash is part of its label, and a trailing one is nothing', async () => {
  for (const path of [TAGS, `${TAGS}/`]) {
    const { body } = await ask({ method: 'GET', path })
    const arn = 'arn:aws:backup:eu-west-1:111122223333:backup-vault:one'
    assert.deepEqual(JSON.parse(body), { Tags: { arn } })
  }
})

test('a plus in a path is a plus', async () => {
  const { body } = await ask({ method: 'GET', path: '/backup-vaults/a+b%20c' })
  assert.deepEqual(JSON.parse(body), { BackupVaultName: 'a+b c' })
})

test('an unknown path or method is no operation', async () => {
  await refusedAs({ method: 'GET', path: '/none' }, 404, 'UnknownOperationException')
  await refusedAs({ method: 'PATCH' }, 404, 'UnknownOperationException')
  await refusedAs({ method: 'PUT', path: '/' }, 404, 'UnknownOperationException')
})

test('an operation that is not built says so, but only to a sound request', async () => {
  const path = '/copy-jobs/some-id'
  await refusedAs({ method: 'GET', path }, 501, 'NotImplementedException')
  const unsound = { method: 'PUT', path: '/copy-jobs', body: '{}' }
  await refusedAs(unsound, 400, 'MissingParameterValueException')
  assert.match((await ask({ method: 'GET', path })).body, /DescribeCopyJob/)
})

test('an unsigned request is refused before its body is looked at', async () => {
  await refusedAs({ headers: {}, body: '{' }, 403, 'MissingAuthenticationToken')
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' }
  await refusedAs({ headers }, 403, 'IncompleteSignature')
})

test('what cannot be read is the client’s mistake', async () => {
  await refusedAs({ body: '{"Tags":' }, 400, 'SerializationException')
  await refusedAs({ body: '[]' }, 400, 'SerializationException')
  await refusedAs({ body: Buffer.from([0x7b, 0xff]) }, 400, 'SerializationException')
  await refusedAs({ body: `{"a":${'['.repeat(40)}` }, 400, 'SerializationException')
  await refusedAs({ path: '/tags/%zz' }, 400, 'MalformedHttpRequestException')
  const query = { method: 'GET', path: `${TAGS}?nextToken=%zz` }
  await refusedAs(query, 400, 'MalformedHttpRequestException')
  const headers = { ...SIGNED, 'content-type': 'no type' }
  await refusedAs({ headers, body: '{}' }, 400, 'MalformedHttpRequestException')
})

test('a body of 256 KiB is read, and one byte more is too much; a plan may have a megabyte', async () => {
  const fill = (size: number) => `{"Tags":{"a":"${'x'.repeat(size - 17)}"}}`.padEnd(size)
  assert.equal((await ask({ body: fill(256 * 1024) })).status, 200)
  await refusedAs({ body: fill(256 * 1024 + 1) }, 413, 'RequestEntityTooLargeException')
  const plan = { method: 'PUT', path: '/backup/plans/', body: fill(1024 * 1024) }
  assert.equal((await ask(plan)).status, 400)
  const longer = { ...plan, body: fill(1024 * 1024 + 1) }
  await refusedAs(longer, 413, 'RequestEntityTooLargeException')
})

test('a URL that a signature and its reader could take for two is refused unread', async () => {
  const paths = [
    '/..',
    '/a/../tags',
    '/./tags',
    '/%2e%2E/tags',
    '/tags/%2E',
    '//tags',
    '/tags/a?b=a+b',
  ]
  for (const path of paths) {
    const request = { method: 'GET', path, headers: {} }
    await refusedAs(request, 400, 'MalformedHttpRequestException')
  }
  const empty = { method: 'GET', path: '/backup-vaults//', headers: {} }
  await refusedAs(empty, 400, 'MissingParameterValueException')
  for (const name of ['a%20b', 'a%2Bb', 'a+b', 'a%2F..%2Fb', 'a%3Ab/', '...']) {
    assert.equal(
      (await ask({ method: 'GET', path: `/tags/${name}?nextToken=a%2Bb%20c` })).status,
      200,
    )
  }
})

test('a URL of 16 KiB is read, and a longer one is too long', async () => {
  const path = `/tags/${'a'.repeat(16 * 1024 - 6)}`
  assert.equal((await ask({ method: 'GET', path })).status, 200)
  await refusedAs({ method: 'GET', path: `${path}a` }, 414, 'RequestUriTooLongException')
})

test('only the names of this machine and declared ones are served', async () => {
  const asked = async (host: string) =>
    (await ask({ path: '/healthz', method: 'GET', headers: { host } })).status
  for (const host of ['localhost', 'LOCALHOST:8750', '127.0.0.1:1', '[::1]:80', 'backup.example']) {
    assert.equal(await asked(host), 200, host)
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '[::1',
    ':80',
  ]) {
    assert.equal(await asked(host), 403, host)
  }
})

test('a page of another origin is not answered, one of this server is', async () => {
  const asked = async (origin: string) => {
    const headers = { host: 'localhost:8750', origin }
    return (await ask({ path: '/healthz', method: 'GET', headers })).status
  }
  assert.equal(await asked('http://localhost:8750'), 200)
  for (const origin of [
    'http://evil.example',
    'null',
    'http://localhost:3000',
    'http://localhost',
  ]) {
    assert.equal(await asked(origin), 403, origin)
  }
})

test('probes tell whether the server lives and whether it is ready', async () => {
  const probe = async (path: string, method = 'GET') => await ask({ method, path, headers: {} })
  assert.equal((await probe('/healthz')).status, 200)
  assert.deepEqual(JSON.parse((await probe('/readyz')).body), { ready: true })
  ready = false
  const answer = await probe('/readyz')
  ready = true
  assert.equal(answer.status, 503)
  assert.deepEqual(JSON.parse(answer.body), { ready: false, reason: 'the catalog is closed' })
  const head = await probe('/healthz', 'HEAD')
  assert.deepEqual([head.status, head.body], [200, ''])
})

test('metrics count jobs, bytes and requests', async () => {
  await ask({ method: 'GET', path: '/copy-jobs/counted' })
  const { headers, body } = await ask({ method: 'GET', path: '/metrics', headers: {} })
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/)
  assert.match(body, /^copyhold_jobs\{kind="copy",state="RUNNING"\} 2$/m)
  assert.match(body, /^copyhold_bytes_read_total 1$/m)
  assert.match(body, /^copyhold_bytes_copied_total 2$/m)
  assert.match(body, /^copyhold_bytes_reused_total 3$/m)
  assert.match(body, /^copyhold_requests_total\{operation="DescribeCopyJob",status="501"\} /m)
})

test('OPTIONS names the methods of a path', async () => {
  const answer = await ask({ method: 'OPTIONS', path: '/copy-jobs/', headers: {} })
  assert.deepEqual([answer.status, answer.headers.allow], [204, 'OPTIONS, GET, PUT'])
  await refusedAs({ method: 'OPTIONS', path: '/none' }, 404, 'UnknownOperationException')
})

test('an answer that is not what the model says is a bug, and shows nothing', async () => {
  const answer = await ask({ method: 'GET', path: '/backup-vaults' })
  assert.equal(answer.status, 500)
  assert.equal(answer.headers['x-amzn-errortype'], 'ServiceUnavailableException')
  assert.ok(!answer.body.includes('NotInTheModel'))
})

test('what is not HTTP is answered in the form of AWS, and the connection ends', async () => {
  const { hostname, port } = new URL(server.url)
  const socket = net.connect(Number(port), hostname)
  socket.end('nonsense\r\n\r\n')
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  assert.match(text, /^HTTP\/1\.1 400 /)
  assert.match(text, /x-amzn-errortype: MalformedHttpRequestException/)
})

test('an address that cannot be bound is told in a sentence', async () => {
  const port = Number(new URL(server.url).port)
  const message = `127.0.0.1 port ${port} is in use by another program`
  await assert.rejects(startTestServer({ port }), { name: 'Trouble', message })
})

test('a closing server finishes what runs and takes nothing new', async () => {
  const running = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const other = await startTestServer({
    log: recordingLog(),
    operations: {
      ListTags: async () => {
        running.resolve()
        await release.promise
        return { Tags: {} }
      },
    },
  })
  const answer = send(other, { method: 'GET', path: TAGS, headers: SIGNED })
  await running.promise
  const closed = other.close()
  release.resolve()
  assert.equal((await answer).status, 200)
  await closed
  await assert.rejects(send(other, { method: 'GET', path: '/healthz' }), { code: 'ECONNREFUSED' })
})

test('whoever opens the address finds what it is and how to ask it, and nothing more', async () => {
  const page = async (accept: string, host = 'localhost') =>
    await ask({ method: 'GET', path: '/', headers: { host, accept } })
  const text = await page('*/*')
  assert.deepEqual([text.status, text.headers['content-type']], [200, 'text/plain; charset=utf-8'])
  assert.match(text.body, /^Copyhold/)
  assert.match(text.body, /AWS_ENDPOINT_URL_BACKUP=http:\/\/localhost\n/)
  const html = await page('text/html,*/*')
  assert.equal(html.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(html.body, /href="\/readyz"/)
  assert.equal((await page('*/*', 'evil.example')).status, 403)
})
