// Goal: AWS's own client finds every operation here and understands every answer. Method: each
// operation is called through the official SDK over HTTP, with every member its input can have.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as sdk from '@aws-sdk/client-backup'
import { type Caller, rootPrincipal } from '../access/index.ts'
import { Answer, parseAccountId, Trouble } from '../model/index.ts'
import { model, type OperationModel, shapeNamed, WireError } from '../wire/index.ts'
import type { HttpServer } from './index.ts'
import { sampleInput, sampleOutput } from './samples.suite.ts'
import { ACCOUNT, type RecordedLog, recordingLog, startTestServer } from './test-server.suite.ts'

let server: HttpServer
let client: sdk.BackupClient
const log: RecordedLog = recordingLog()
const received: { name: string; input: unknown; caller: unknown }[] = []
let failWith: unknown

before(async () => {
  server = await startTestServer({
    log,
    operations: Object.fromEntries(
      Object.values(model.operations).map((operation) => [
        operation.name,
        async (input: unknown, { facts: _, ...who }: Caller) => {
          received.push({ name: operation.name, input, caller: who })
          if (failWith) throw failWith
          return sampleOutput(operation)
        },
      ]),
    ),
  })
  client = new sdk.BackupClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'any' },
    maxAttempts: 1,
  })
})
after(async () => {
  client.destroy()
  await server.close()
})

test('every operation of the SDK reaches its namesake, input and output unharmed', async () => {
  for (const operation of Object.values(model.operations)) {
    received.length = 0
    const input = sampleInput(operation, 'all')
    const { $metadata, ...output } = await call(operation, input)
    assert.equal($metadata.httpStatusCode, operation.http.responseCode ?? 200)
    assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
    assert.deepEqual(received, [
      {
        name: operation.name,
        input,
        caller: {
          account: ACCOUNT,
          region: 'eu-west-1',
          principal: rootPrincipal(parseAccountId(ACCOUNT)),
        },
      },
    ])
    const expected = operation.output
      ? withDates(operation.output.shape, sampleOutput(operation))
      : {}
    assert.deepEqual(output, expected, operation.name)
  }
})

test('every exception of the model arrives as its class', async () => {
  const exceptions = Object.entries(model.shapes).filter(
    ([, shape]) => shape.type === 'structure' && shape.exception,
  )
  assert.equal(exceptions.length, 10)
  for (const [shape] of exceptions) {
    const error = await failure(new WireError({ shape, status: 400, message: 'in short' }))
    assert.equal(error.name, shape)
    assert.ok(error instanceof sdk.BackupServiceException)
    assert.ok(error instanceof (classNamed(shape) as never), shape)
    assert.equal(error.message, 'in short')
  }
})

test('an exception brings its own members and an internal code that no one mistakes', async () => {
  const arn = 'arn:aws:backup:eu-west-1:111122223333:backup-vault:one'
  const exists = await failure(
    new Answer({ code: 'BackupVaultExists', name: 'one', arn, creatorRequestId: 'mine' }),
  )
  assert.ok(exists instanceof sdk.AlreadyExistsException)
  assert.equal(exists.Arn, arn)
  assert.equal(exists.CreatorRequestId, 'mine')
  const full = await failure(new Answer({ code: 'BackupVaultNotEmpty', name: 'one' }))
  assert.ok(full instanceof sdk.InvalidRequestException)
  assert.equal(full.Code, 'ERROR_9101')
})

test('a bug and a failing world are answered without a word of their inside', async () => {
  for (const cause of [new Error('inside'), new Trouble('inside', { retryable: true })]) {
    log.lines.length = 0
    const error = await failure(cause)
    assert.ok(error instanceof sdk.ServiceUnavailableException)
    assert.equal(error.$metadata.httpStatusCode, 500)
    assert.ok(!error.message.includes('inside'))
    assert.deepEqual(
      log.lines.map(({ fields }) => [fields.error, fields.operation, fields.requestId]),
      [[cause, 'DescribeCopyJob', error.$metadata.requestId]],
    )
  }
})

async function failure(thrown: unknown): Promise<sdk.BackupServiceException> {
  failWith = thrown
  try {
    await client.send(new sdk.DescribeCopyJobCommand({ CopyJobId: 'any' }))
  } catch (error) {
    assert.ok(error instanceof sdk.BackupServiceException)
    return error
  } finally {
    failWith = undefined
  }
  throw new assert.AssertionError({ message: 'it succeeded' })
}

type Output = Record<string, unknown> & {
  $metadata: { httpStatusCode?: number; requestId?: string }
}

async function call(operation: OperationModel, input: object): Promise<Output> {
  const Command = classNamed(`${operation.name}Command`) as new (input: unknown) => never
  const shape = operation.input?.shape
  return await client.send(new Command(shape ? withDates(shape, input) : {}))
}

function classNamed(name: string): unknown {
  return (sdk as Record<string, unknown>)[name]
}

// The SDK speaks of times as Dates; inside they are milliseconds.
function withDates(shapeName: string, value: unknown): unknown {
  const shape = shapeNamed(shapeName)
  if (shape.type === 'timestamp') return new Date(value as number)
  if (shape.type === 'list') {
    return (value as unknown[]).map((item) => withDates(shape.member.shape, item))
  }
  if (shape.type !== 'structure') return value
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => [
      name,
      withDates(shape.members[name]?.shape ?? '', item),
    ]),
  )
}
