// Writing answers: the order and form of the service model, and bugs caught before the client.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answer } from '../model/index.ts'
import { operationNamed } from './service-model.ts'
import { WireError } from './wire-error.ts'
import { statusOfShape, writeError } from './write-error.ts'
import { writeResponse } from './write-response.ts'

function write(name: string, output: unknown) {
  const operation = operationNamed(name)
  assert.ok(operation)
  return writeResponse(operation, output)
}

test('members come in the order of the model, times as seconds, absent ones not at all', () => {
  const { status, headers, body } = write('StartCopyJob', {
    IsParent: false,
    CreationDate: 1_578_560_834_253,
    CopyJobId: 'a',
  })
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(body, '{"CopyJobId":"a","CreationDate":1578560834.253,"IsParent":false}')
  const sparse = write('StartCopyJob', { IsParent: undefined, CopyJobId: null, CreationDate: 5 })
  assert.equal(sparse.body, '{"CreationDate":0.005}')
})

test('maps keep every key, whatever its name', () => {
  const Tags = Object.fromEntries([
    ['__proto__', 'a'],
    ['b', undefined],
  ])
  assert.equal(write('ListTags', { Tags }).body, '{"Tags":{"__proto__":"a"}}')
})

test('the status is the one of the model, and a void answer is empty', () => {
  assert.deepEqual(write('DeleteBackupVault', undefined), { status: 200, headers: {}, body: '' })
  assert.equal(write('DisassociateRecoveryPointFromParent', undefined).status, 204)
  const cancelled = write('CancelLegalHold', {})
  assert.deepEqual([cancelled.status, cancelled.body], [201, '{}'])
})

test('an answer that is not what the model says is a bug', () => {
  const wrong: [string, unknown][] = [
    ['StartCopyJob', { CopyJobId: 5 }],
    ['StartCopyJob', { CreationDate: '2026-01-01' }],
    ['StartCopyJob', { CreationDate: Number.NaN }],
    ['StartCopyJob', { CreationDate: new Date(5) }],
    ['StartCopyJob', { IsParent: 'no' }],
    ['StartCopyJob', { JobId: 'a' }],
    ['StartCopyJob', []],
    ['ListCopyJobs', { CopyJobs: {} }],
    ['ListTags', { Tags: { a: 1 } }],
    ['DescribeBackupVault', { NumberOfRecoveryPoints: 1.5 }],
    ['GetRestoreTestingPlan', {}],
    ['DeleteBackupVault', { BackupVaultName: 'a' }],
  ]
  for (const [name, output] of wrong) {
    assert.throws(() => write(name, output), `${name} ${JSON.stringify(output)}`)
  }
})

test('an error names its shape in the header, and its members in the order of the model', () => {
  const failure = { code: 'BackupVaultExists', name: 'a', arn: 'b', creatorRequestId: 'c' } as const
  const { status, headers, body } = writeError(new Answer(failure))
  assert.equal(status, 400)
  assert.equal(headers['x-amzn-errortype'], 'AlreadyExistsException')
  assert.deepEqual(Object.keys(JSON.parse(body)), ['Message', 'CreatorRequestId', 'Arn'])
  const notEmpty = writeError(new Answer({ code: 'BackupVaultNotEmpty', name: 'a' }))
  assert.deepEqual(Object.keys(JSON.parse(notEmpty.body)), ['Code', 'Message'])
})

test('an error of no operation is written like the others', () => {
  const error = new WireError({ shape: 'UnknownOperationException', status: 404, message: 'no' })
  const { status, headers, body } = writeError(error)
  assert.deepEqual(
    [status, headers['x-amzn-errortype'], body],
    [404, 'UnknownOperationException', '{"Message":"no"}'],
  )
})

test('statuses are AWS’s, which are not the obvious ones', () => {
  assert.equal(statusOfShape('ResourceNotFoundException'), 400)
  assert.equal(statusOfShape('ServiceUnavailableException'), 500)
  assert.equal(statusOfShape('DependencyFailureException'), 500)
  assert.equal(statusOfShape('AccessDeniedException'), 403)
  assert.equal(statusOfShape('ThrottlingException'), 400)
})
