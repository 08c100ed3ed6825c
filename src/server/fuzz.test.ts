// Goal: no input, however broken, is answered with a 5xx or reaches an operation in a form the
// service model does not have. Method: random methods, paths, queries, headers and bodies, from
// pure noise to samples with one value replaced, over real HTTP.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { model, shapeNamed } from '../wire/index.ts'
import type { HttpServer } from './index.ts'
import { requestOf, sampleInput, sampleOutput } from './samples.suite.ts'
import { type RawRequest, SIGNED, send, startTestServer } from './test-server.suite.ts'

let server: HttpServer

before(async () => {
  server = await startTestServer({
    operations: Object.fromEntries(
      Object.values(model.operations).map((operation) => [
        operation.name,
        async (input: unknown) => {
          if (operation.input) checkTypes(operation.input.shape, input)
          return sampleOutput(operation)
        },
      ]),
    ),
  })
})
after(() => server.close())

async function neverFails(request: RawRequest): Promise<void> {
  const { status, headers, body } = await send(server, request)
  assert.ok(status < 500, `${status} ${body}`)
  if (status >= 400) {
    assert.ok(headers['x-amzn-errortype'], `${status} ${body}`)
    if (request.method !== 'HEAD') JSON.parse(body)
  }
}

const operations = fc.constantFrom(...Object.values(model.operations))
const junk = fc.oneof(
  fc.anything({ maxDepth: 4 }).filter((value) => JSON.stringify(value) !== undefined),
  fc.constantFrom('__proto__', 'constructor', '', '\u0000', '\ud800', 1e308, -1, 2 ** 53, null),
)

test('a sample with any member replaced by anything is never answered with a 5xx', async () => {
  await fc.assert(
    fc.asyncProperty(operations, fc.nat(), junk, async (operation, which, value) => {
      const input = sampleInput(operation, 'all')
      const names = Object.keys(input)
      const name = names[which % Math.max(names.length, 1)] ?? 'none'
      const replacement = typeof value === 'string' ? value.toWellFormed() : value
      const changed = { ...input, [name]: replacement }
      await neverFails({ ...requestOf(operation, changed), headers: SIGNED })
    }),
    { numRuns: 600 },
  )
})

test('any bytes as a body are never answered with a 5xx', async () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text.slice(0, -1))),
  )
  await fc.assert(
    fc.asyncProperty(operations, bodies, async (operation, body) => {
      const { method, path } = requestOf(operation, sampleInput(operation, 'required'))
      if (method !== 'GET') await neverFails({ method, path, headers: SIGNED, body })
    }),
    { numRuns: 400 },
  )
})

test('any path and query are never answered with a 5xx', async () => {
  const piece = fc.oneof(
    fc.constantFrom('', '.', '..', '%', '%2F', '%ff', '%00', '+', '?', '&', '=', 'delete', '{x}'),
    fc.constantFrom(
      'backup-vaults',
      'copy-jobs',
      'recovery-points',
      'backup',
      'plans',
      '_copyhold',
    ),
    fc.string().map((text) => encodeURIComponent(text.toWellFormed())),
    fc.stringMatching(/^[!-~]{0,9}$/),
  )
  const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'LOCK')
  const path = fc.array(piece, { maxLength: 7 }).map((pieces) => `/${pieces.join('/')}`)
  const query = fc.array(fc.tuple(piece, piece), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(method, path, query, async (verb, rawPath, pairs) => {
      const rawQuery = pairs.map(([key, value]) => `${key}=${value}`).join('&')
      await neverFails({ method: verb, path: `${rawPath}?${rawQuery}`, headers: SIGNED })
    }),
    { numRuns: 600 },
  )
})

test('any Authorization is never answered with a 5xx', async () => {
  const authorization = fc.oneof(
    fc.stringMatching(/^[ -~]{1,80}$/),
    fc.stringMatching(/^AWS4-HMAC-SHA256 Credential=[!-~]{0,40}, SignedHeaders=h, Signature=s$/),
  )
  await fc.assert(
    fc.asyncProperty(authorization, async (text) => {
      await neverFails({ method: 'GET', path: '/copy-jobs', headers: { authorization: text } })
    }),
    { numRuns: 200 },
  )
})

/** Fails on anything that is not what its shape says. */
function checkTypes(shapeName: string, value: unknown): void {
  const shape = shapeNamed(shapeName)
  switch (shape.type) {
    case 'structure':
      assert.equal(Object.getPrototypeOf(value), Object.prototype)
      for (const [name, item] of Object.entries(value as object)) {
        const member = shape.members[name]
        assert.ok(member, name)
        checkTypes(member.shape, item)
      }
      return
    case 'list':
      assert.ok(Array.isArray(value))
      for (const item of value) checkTypes(shape.member.shape, item)
      return
    case 'map':
      assert.equal(Object.getPrototypeOf(value), Object.prototype)
      for (const item of Object.values(value as object)) checkTypes(shape.value.shape, item)
      return
    case 'integer':
    case 'long':
    case 'timestamp':
      assert.ok(Number.isSafeInteger(value))
      return
    default:
      assert.equal(typeof value, shape.type)
  }
}
