// What lies below `/_copyhold`: marks of a write, callers, parameters, and streams of events that
// end when either side goes.

import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { Answer } from '../model/index.ts'
import { systemClock } from '../world/index.ts'
import type { ExtensionRequest, HttpServer, ServedExtension } from './index.ts'
import { SIGNED, send, startTestServer } from './test-server.suite.ts'

const MARKED = { 'x-copyhold': '1', 'content-type': 'application/json' }

/** How each stream ended, as the extension saw it. */
const ended: string[] = []

const EXTENSIONS: ServedExtension<undefined>[] = [
  { method: 'POST', path: '/resources', answer: async (request) => request },
  { method: 'GET', path: '/resources/:arn/of/:name', answer: async (request) => request },
  { method: 'DELETE', path: '/resources/:arn', answer: async () => undefined },
  { method: 'POST', path: '/reset', devOnly: 'Start one.', answer: async () => ({ done: true }) },
  {
    method: 'GET',
    path: '/jobs/:id/progress',
    answer: async () => ({ once: true }),
    async *stream({ params }) {
      if (params.id === 'none')
        throw new Answer({ code: 'JobNotFound', kind: 'copy', jobId: 'none' })
      yield { bytes: 1 }
      if (params.id === 'broken') throw new Error('inside')
      yield { bytes: 2, line: 'a\nb' }
    },
  },
  {
    method: 'GET',
    path: '/silence',
    async *stream(_request, _context, signal) {
      await systemClock.sleep(60_000, signal)
      ended.push(signal.aborted ? 'aborted' : 'slept')
      yield* []
    },
  },
]

let server: HttpServer

before(async () => {
  server = await startTestServer({ extensions: EXTENSIONS, heartbeatMs: 20 })
})
after(() => server.close())

async function ask(method: string, path: string, headers = {}, body?: string) {
  return await send(server, { method, path: `/_copyhold${path}`, headers, body })
}

test('a write needs the header and the content type that no page can send unasked', async () => {
  const body = '{"path":"/srv"}'
  const accepted = await ask('POST', '/resources', MARKED, body)
  assert.equal(accepted.status, 200)
  assert.deepEqual((JSON.parse(accepted.body) as ExtensionRequest).body, { path: '/srv' })
  const { 'x-copyhold': _mark, ...unmarked } = MARKED
  assert.equal((await ask('POST', '/resources', unmarked, body)).status, 403)
  const asText = { ...MARKED, 'content-type': 'text/plain' }
  assert.equal((await ask('POST', '/resources', asText, body)).status, 415)
  assert.equal((await ask('DELETE', '/resources/x')).status, 403)
  assert.equal((await ask('DELETE', '/resources/x', MARKED)).status, 204)
})

test('parameters and query are decoded', async () => {
  const { body } = await ask('GET', '/resources/arn%3Aa%2Fb/of/a+b?q=a%20b&q=second')
  const { params, query } = JSON.parse(body) as ExtensionRequest
  assert.deepEqual(params, { arn: 'arn:a/b', name: 'a+b' })
  assert.deepEqual(query, { q: 'a b' })
})

test('the caller is who signed, else who the query names, else the default', async () => {
  const callerOf = async (query: string, headers = {}) => {
    const { body } = await ask('GET', `/resources/a/of/b${query}`, headers)
    const { account, region } = (JSON.parse(body) as ExtensionRequest).caller
    return `${account} ${region}`
  }
  assert.equal(await callerOf(''), '000000000000 us-east-1')
  assert.equal(await callerOf('?account=444455556666&region=eu-north-1'), '444455556666 eu-north-1')
  assert.equal(await callerOf('?account=444455556666', SIGNED), '111122223333 eu-west-1')
  const wrong = await ask('GET', '/resources/a/of/b?account=12')
  assert.equal(wrong.headers['x-amzn-errortype'], 'InvalidParameterValueException')
})

test('what only dev does is refused elsewhere, and so is a caller who proves nothing', async () => {
  assert.equal((await ask('POST', '/reset', MARKED, '{}')).status, 200)
  const strict = await startTestServer({
    extensions: EXTENSIONS,
    authentication: {
      mode: 'serve',
      verify: async () => {
        throw new Error('no one is asked')
      },
    },
  })
  const path = '/_copyhold/reset'
  const reset = await send(strict, { method: 'POST', path, headers: MARKED, body: '{}' })
  const read = await send(strict, { method: 'GET', path: '/_copyhold/resources/a/of/b' })
  await strict.close()
  assert.equal(reset.status, 403)
  assert.equal(read.headers['x-amzn-errortype'], 'MissingAuthenticationToken')
})

test('an unknown extension is no operation', async () => {
  const { status, headers } = await ask('GET', '/nothing')
  assert.deepEqual([status, headers['x-amzn-errortype']], [404, 'UnknownOperationException'])
})

const EVENTS = { accept: 'text/event-stream' }

test('who accepts events gets a stream, and who does not an answer', async () => {
  const streamed = await ask('GET', '/jobs/one/progress', EVENTS)
  assert.equal(streamed.headers['content-type'], 'text/event-stream')
  assert.deepEqual(dataOf(streamed.body), [{ bytes: 1 }, { bytes: 2, line: 'a\nb' }])
  assert.deepEqual(JSON.parse((await ask('GET', '/jobs/one/progress')).body), { once: true })
})

test('a stream that is refused at once is refused with a status', async () => {
  const { status, headers } = await ask('GET', '/jobs/none/progress', EVENTS)
  assert.deepEqual([status, headers['x-amzn-errortype']], [400, 'ResourceNotFoundException'])
})

test('an error in mid-stream becomes an event that shows nothing of its inside', async () => {
  const { body } = await ask('GET', '/jobs/broken/progress', EVENTS)
  assert.match(body, /event: error\ndata: \{"Message":/)
  assert.ok(!body.includes('inside'))
})

test('a silent stream is kept open with comments, and ends when its client goes', async () => {
  ended.length = 0
  const heard = await listen(server, '/_copyhold/silence', 3)
  assert.match(heard, /^: open\n\n(: waiting\n\n)+$/)
  while (ended.length === 0) await systemClock.sleep(5)
  assert.deepEqual(ended, ['aborted'])
})

test('a closing server ends its streams', async () => {
  ended.length = 0
  const other = await startTestServer({ extensions: EXTENSIONS, heartbeatMs: 20 })
  const stream = send(other, { method: 'GET', path: '/_copyhold/silence', headers: EVENTS })
  await systemClock.sleep(150)
  await other.close()
  assert.match((await stream).body, /^: open\n\n/)
  assert.deepEqual(ended, ['aborted'])
})

function dataOf(text: string): unknown[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ''))
}

/** The text of a stream until it had that many comments; then hangs up. */
async function listen({ url }: HttpServer, path: string, comments: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const request = http.get(`${url}${path}`, { agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        if (text.split('\n\n').length <= comments) return
        request.destroy()
        resolve(text)
      })
    })
    request.on('error', reject)
  })
}
