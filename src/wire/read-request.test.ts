// Reading requests: the forms in which values may come, and what is made of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ReadableRequest, readRequest } from './read-request.ts'
import { operationNamed } from './service-model.ts'

function read(name: string, request: Partial<Omit<ReadableRequest, 'body'>> & { body?: string }) {
  const operation = operationNamed(name)
  assert.ok(operation)
  return readRequest(operation, {
    labels: new Map(),
    rawQuery: '',
    headers: {},
    ...request,
    body: Buffer.from(request.body ?? ''),
  })
}

const COPY = {
  RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1',
  SourceBackupVaultName: 'one',
  DestinationBackupVaultArn: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:two',
  IamRoleArn: 'arn:aws:iam::111122223333:role/copy',
}

function copyWith(members: object) {
  return read('StartCopyJob', { body: JSON.stringify({ ...COPY, ...members }) })
}

test('null is absent, and unknown members are nothing', () => {
  const input = copyWith({ Lifecycle: null, IdempotencyToken: null, Unknown: 1, lifecycle: {} })
  assert.deepEqual(input, COPY)
  const nested = { Lifecycle: { DeleteAfterDays: 3, MoveToColdStorageAfterDays: null, More: {} } }
  assert.deepEqual(copyWith(nested), { ...COPY, Lifecycle: { DeleteAfterDays: 3 } })
})

test('times in a query come as ISO 8601 or as seconds, and are milliseconds inside', () => {
  const forms: [string, number][] = [
    ['2026-01-02T03:04:05.678000Z', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05+01:00', Date.UTC(2026, 0, 2, 2, 4, 5)],
    ['2026-01-02', Date.UTC(2026, 0, 2)],
    ['1767323045.678', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
    ['0', 0],
  ]
  for (const [text, at] of forms) {
    const rawQuery = `createdAfter=${encodeURIComponent(text)}`
    assert.deepEqual(read('ListCopyJobs', { rawQuery }), { ByCreatedAfter: at }, text)
  }
  for (const text of ['', 'soon', '2026-13-01', '2026-01-02T25:00:00Z', '1e9', '99999999999999']) {
    assert.throws(() => read('ListCopyJobs', { rawQuery: `createdAfter=${text}` }), {
      shape: 'SerializationException',
    })
  }
})

test('whole numbers and booleans in a query are exactly those', () => {
  assert.deepEqual(read('ListCopyJobs', { rawQuery: 'maxResults=20' }), { MaxResults: 20 })
  assert.deepEqual(read('ListBackupVaults', { rawQuery: 'shared=false' }), { ByShared: false })
  for (const rawQuery of ['maxResults=', 'maxResults=1.5', 'maxResults=1e2', 'maxResults=0x10']) {
    assert.throws(() => read('ListCopyJobs', { rawQuery }), { shape: 'SerializationException' })
  }
  for (const rawQuery of ['shared=', 'shared=True', 'shared=1', 'shared']) {
    assert.throws(() => read('ListBackupVaults', { rawQuery }), { shape: 'SerializationException' })
  }
})

test('a member given twice is refused', () => {
  assert.throws(() => read('ListCopyJobs', { rawQuery: 'maxResults=1&maxResults=2' }), {
    shape: 'SerializationException',
    message: 'MaxResults is given more than once.',
  })
})

test('a resource type has spaces, and an account may be all of them', () => {
  const rawQuery = 'resourceType=SAP+HANA%20on+Amazon+EC2&accountId=*'
  assert.deepEqual(read('ListCopyJobs', { rawQuery }), {
    ByResourceType: 'SAP HANA on Amazon EC2',
    ByAccountId: '*',
  })
})

test('names of prototypes are names like any other', () => {
  const body = '{"Tags":{"__proto__":"a","constructor":"b"},"__proto__":{"ResourceArn":"c"}}'
  const labels = new Map([['resourceArn', 'arn']])
  const input = read('TagResource', { labels, body }) as { Tags: object }
  assert.deepEqual(Object.entries(input.Tags), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
  assert.equal(Object.getPrototypeOf(input.Tags), Object.prototype)
  assert.throws(() => read('StartCopyJob', { body: `{"__proto__":${JSON.stringify(COPY)}}` }), {
    shape: 'MissingParameterValueException',
  })
})

test('numbers that no whole number holds are refused', () => {
  for (const number of ['1e400', '1.5', '9007199254740993', '-1e30']) {
    const body = JSON.stringify(COPY).replace('}', `,"Lifecycle":{"DeleteAfterDays":${number}}}`)
    assert.throws(() => read('StartCopyJob', { body }), { shape: 'SerializationException' }, number)
  }
  assert.doesNotThrow(() => copyWith({ Lifecycle: { DeleteAfterDays: -1 } }))
})

test('brackets count towards the depth only outside strings', () => {
  const IamRoleArn = `${'['.repeat(100)}"\\"${'{'.repeat(100)}`
  assert.deepEqual(copyWith({ IamRoleArn }), { ...COPY, IamRoleArn })
  const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`
  const tooDeep = /deeper than 32/
  assert.throws(() => read('StartCopyJob', { body: deep(32) }), tooDeep)
  assert.throws(() => read('StartCopyJob', { body: deep(31) }), /RecoveryPointArn is required/)
  assert.throws(() => read('StartCopyJob', { body: '['.repeat(1_000_000) }), tooDeep)
})

test('half a surrogate pair is no text', () => {
  const body = JSON.stringify(COPY).replace('copy', '\\ud800')
  assert.throws(() => read('StartCopyJob', { body }), { shape: 'SerializationException' })
})

test('an empty required member is missing, an empty optional one is a value', () => {
  assert.throws(() => copyWith({ IamRoleArn: '' }), { shape: 'MissingParameterValueException' })
  assert.deepEqual(copyWith({ IdempotencyToken: '' }), { ...COPY, IdempotencyToken: '' })
})

test('a body without meaning is not looked at', () => {
  const labels = new Map([['copyJobId', 'a']])
  assert.deepEqual(read('DescribeCopyJob', { labels, body: '{' }), { CopyJobId: 'a' })
  assert.deepEqual(read('GetSupportedResourceTypes', { body: '{' }), {})
})

test('what a client writes in JSON is what the operation reads', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      fc.string({ minLength: 1 }),
      (Tags, arn) => {
        const labels = new Map([['resourceArn', arn]])
        const input = read('TagResource', { labels, body: JSON.stringify({ Tags }) })
        assert.deepEqual(input, { ResourceArn: arn, Tags })
      },
    ),
  )
})

test('a map or list is counted before any of its members is looked at', () => {
  // Were they looked at, their types would be what is wrong.
  const wrong = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))
  const labels = new Map([
    ['backupVaultName', 'one'],
    ['resourceArn', 'arn'],
  ])
  const asked: [string, object, string][] = [
    ['CreateBackupVault', { BackupVaultTags: wrong }, 'BackupVaultTags'],
    ['TagResource', { Tags: wrong }, 'Tags'],
    ['UntagResource', { TagKeyList: Object.values(wrong) }, 'TagKeyList'],
    ['StartRestoreJob', { RecoveryPointArn: 'arn', Metadata: wrong }, 'Metadata'],
  ]
  for (const [name, body, member] of asked) {
    assert.throws(() => read(name, { labels, body: JSON.stringify(body) }), {
      shape: 'InvalidParameterValueException',
      message: `The value of parameter ${member} is not valid: it has 50000 members and may have 1000.`,
    })
  }
})
