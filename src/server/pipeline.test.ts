// The order of the pipeline and its limit on requests at a time, without HTTP around it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPipeline } from './pipeline.ts'
import { recordingLog, SIGNED } from './test-server.suite.ts'

const HEADERS = { ...SIGNED, host: 'localhost' }
const NO_BYTES = new Uint8Array()

function exchange(rawUrl: string, headers: Record<string, string> = HEADERS, body = NO_BYTES) {
  return { method: 'PUT', rawUrl, headers, body, signal: new AbortController().signal }
}

function openWith(answer: () => Promise<unknown>, host?: string) {
  return openPipeline<undefined>({
    port: 0,
    authentication: { mode: 'dev' },
    context: undefined,
    authorize: { operation: async () => {}, extension: async () => {} },
    operations: { CreateBackupVault: answer },
    extensions: [],
    health: async () => ({ ready: true }),
    metrics: { jobs: async () => [], bytes: () => ({ read: 0, copied: 0, reused: 0 }) },
    log: recordingLog(),
    ...(host === undefined ? {} : { host }),
  })
}

test('each step refuses before the next one looks', async () => {
  const pipeline = openWith(async () => assert.fail('no request here is sound'))
  const shapeOf = async (...request: Parameters<typeof exchange>) => {
    return (await pipeline(exchange(...request))).headers['x-amzn-errortype']
  }
  const broken = Buffer.from('{')
  assert.equal(await shapeOf('/none', { host: 'evil.example' }, broken), 'AccessDeniedException')
  assert.equal(await shapeOf('/none', { host: 'localhost' }, broken), 'UnknownOperationException')
  const unsigned = { host: 'localhost' }
  assert.equal(await shapeOf('/backup-vaults/!', unsigned, broken), 'MissingAuthenticationToken')
  assert.equal(await shapeOf('/backup-vaults/!', HEADERS, broken), 'SerializationException')
  assert.equal(await shapeOf('/backup-vaults/!', HEADERS), 'InvalidParameterValueException')
})

test('a storm waits in a queue with an end; who finds it full is told when to come', async () => {
  const release = Promise.withResolvers<void>()
  let inside = 0
  let most = 0
  const pipeline = openWith(async () => {
    inside += 1
    most = Math.max(most, inside)
    await release.promise
    inside -= 1
    return {}
  })
  const storm = Array.from({ length: 48 + 1024 }, () => pipeline(exchange('/backup-vaults/one')))
  const refused = await pipeline(exchange('/backup-vaults/one'))
  assert.equal(refused.headers['x-amzn-errortype'], 'ThrottlingException')
  assert.equal(refused.headers['retry-after'], '1')
  const probe = { ...exchange('/healthz'), method: 'GET' }
  assert.equal((await pipeline(probe)).status, 200)
  release.resolve()
  for (const { status } of await Promise.all(storm)) assert.equal(status, 200)
  assert.equal(most, 48)
  assert.equal((await pipeline(exchange('/backup-vaults/one'))).status, 200)
})

test('a server is asked by the one address it is bound to, but not by that of all', async () => {
  const statusAt = async (bound: string, host: string) => {
    const pipeline = openWith(async () => ({}), bound)
    return (await pipeline(exchange('/backup-vaults/one', { ...SIGNED, host }))).status
  }
  assert.equal(await statusAt('192.0.2.7', '192.0.2.7:8750'), 200)
  assert.equal(await statusAt('fd00::1', '[FD00::1]:8750'), 200)
  assert.equal(await statusAt('0.0.0.0', '0.0.0.0:8750'), 403)
  assert.equal(await statusAt('0.0.0.0', 'localhost:8750'), 200)
})
