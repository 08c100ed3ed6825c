// Goal: `backup OPERATION …` sends what it should and ends as it should. Method: the whole command
// against a stub server, with a host of the test's own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { type CannedAnswer, type FakeHost, fakeHost, withStub } from '../stub.suite.ts'

const START = [
  'backup',
  'start-copy-job',
  '--recovery-point-arn',
  'arn:aws:ec2:us-east-1::snapshot/snap-1',
  '--source-backup-vault-name',
  'src',
  '--destination-backup-vault-arn',
  'arn:aws:backup:us-west-2:123456789012:backup-vault:dst',
  '--iam-role-arn',
  'arn:aws:iam::123456789012:role/r',
]
const STARTED = { json: { CopyJobId: 'J-1', CreationDate: 1700000000.123, IsParent: false } }

async function run(
  argv: readonly string[],
  answers: readonly CannedAnswer[],
  given: Parameters<typeof fakeHost>[0] = {},
) {
  return await withStub(answers, async (stub) => {
    const host: FakeHost = fakeHost({
      ...given,
      variables: { AWS_ENDPOINT_URL_BACKUP: stub.url, TZ: 'UTC', ...given.variables },
    })
    const code = await runCli(argv, host)
    return { code, ...host.printed, requests: stub.requests }
  })
}

test('an operation sends its members, a token it made and a signature', async () => {
  const { code, out, requests } = await run(
    [...START, '--lifecycle', 'DeleteAfterDays=35'],
    [STARTED],
  )
  assert.equal(code, 0)
  assert.match(out, /^\{\n {4}"CopyJobId": "J-1",\n {4}"CreationDate": "2023-11-1\dT.*",/)
  const [request] = requests
  assert.equal(`${request?.method} ${request?.url}`, 'PUT /copy-jobs')
  const body = JSON.parse(request?.body ?? '')
  assert.match(body.IdempotencyToken, /^[0-9a-f-]{36}$/)
  assert.deepEqual(body.Lifecycle, { DeleteAfterDays: 35 })
  assert.match(
    String(request?.headers.authorization),
    /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/20261122\/eu-west-1\/backup\/aws4_request, /,
  )
})

test('labels are percent-encoded, filters go into the query', async () => {
  const arn = 'arn:aws:backup:eu-west-1:1:backup-vault:a b'
  const tags = await run(['backup', 'list-tags', '--resource-arn', arn], [{ json: { Tags: {} } }])
  assert.equal(
    tags.requests[0]?.url,
    '/tags/arn%3Aaws%3Abackup%3Aeu-west-1%3A1%3Abackup-vault%3Aa%20b/',
  )
  const filters = ['--by-state', 'RUNNING', '--by-created-after', '2024-01-02T03:04:05Z']
  const list = await run(['backup', 'list-copy-jobs', ...filters], [{ json: { CopyJobs: [] } }])
  assert.equal(
    list.requests[0]?.url,
    '/copy-jobs/?state=RUNNING&createdAfter=2024-01-02T03%3A04%3A05Z',
  )
})

test('all pages come by themselves, or as many items as asked for and a token', async () => {
  const pages = [
    { json: { CopyJobs: [{ CopyJobId: 'a' }, { CopyJobId: 'b' }], NextToken: 't1' } },
    { json: { CopyJobs: [{ CopyJobId: 'c' }] } },
  ]
  const all = await run(['backup', 'list-copy-jobs', '--query', 'CopyJobs[].CopyJobId'], pages)
  assert.deepEqual(JSON.parse(all.out), ['a', 'b', 'c'])
  assert.equal(all.requests[1]?.url, '/copy-jobs/?nextToken=t1')
  const some = await run(['backup', 'list-copy-jobs', '--max-items', '1'], pages)
  const { NextToken } = JSON.parse(some.out)
  const token = Buffer.from(NextToken, 'base64').toString()
  assert.equal(token, '{"NextToken": null, "boto_truncate_amount": 1}')
  const rest = await run(
    ['backup', 'list-copy-jobs', '--starting-token', NextToken, '--output', 'text'],
    pages,
  )
  assert.equal(rest.out, 'COPYJOBS\tb\nCOPYJOBS\tc\n')
})

test("the service's error is told in AWS's words with 254", async () => {
  const refusal = {
    status: 400,
    headers: { 'x-amzn-errortype': 'InvalidParameterValueException:' },
    json: { Code: 'ERROR_1', Message: 'no', Type: 'Sender', Context: 'ctx' },
  }
  const { code, err, requests } = await run(START, [refusal])
  assert.equal(code, 254)
  assert.equal(
    err,
    '\naws: [ERROR]: An error occurred (InvalidParameterValueException) when calling the ' +
      'StartCopyJob operation: no\n\nAdditional error details:\nType: Sender\nContext: ctx\n',
  )
  assert.equal(requests.length, 1)
})

test('a passing failure is tried again with the same token', async () => {
  const { code, requests } = await run(START, [{ status: 503 }, { status: 502 }, STARTED])
  assert.equal(code, 0)
  const tokens = new Set(requests.map(({ body }) => JSON.parse(body).IdempotencyToken))
  assert.deepEqual([requests.length, tokens.size], [3, 1])
})

test('mistakes end with the code of their kind and send nothing', async () => {
  const cases: readonly (readonly [
    number,
    RegExp,
    string[],
    Record<string, string | undefined>,
  ])[] = [
    [252, /required: --recovery-point-arn, /, ['backup', 'start-copy-job'], {}],
    [252, /Unknown options: --bogus, x/, [...START, '--bogus', 'x'], {}],
    [252, /Found invalid choice 'start-copy-jo'/, ['backup', 'start-copy-jo'], {}],
    [252, /Unknown parameter in Lifecycle: "X"/, [...START, '--lifecycle', 'X=1'], {}],
    [252, /Bad value for --query/, [...START, '--query', 'a['], {}],
    [253, /You must specify a region/, START, { AWS_REGION: undefined }],
    [253, /Unable to locate credentials/, START, { AWS_ACCESS_KEY_ID: '' }],
    [255, /Partial credentials found/, START, { AWS_SECRET_ACCESS_KEY: '' }],
    [255, /The config profile \(nope\) could not be found/, START, { AWS_PROFILE: 'nope' }],
    [
      255,
      /Could not connect to the endpoint URL/,
      START,
      {
        AWS_ENDPOINT_URL_BACKUP: 'http://127.0.0.1:1',
        AWS_MAX_ATTEMPTS: '1',
      },
    ],
  ]
  for (const [expected, message, argv, variables] of cases) {
    const { code, err, requests } = await run(argv, [STARTED], { variables })
    assert.equal(code, expected, err)
    assert.match(err, message)
    assert.equal(requests.length, 0)
  }
})

test('a profile of the shared files gives Region, keys and output', async () => {
  const files = {
    '/home/nobody/.aws/config': '[profile p]\nregion = sa-east-1\noutput = text\n',
    '/home/nobody/.aws/credentials': '[p]\naws_access_key_id = AKP\naws_secret_access_key = s\n',
  }
  const { out, requests } = await run(
    [...START, '--profile', 'p', '--region', 'sa-east-1'],
    [STARTED],
    {
      files,
    },
  )
  assert.match(String(requests[0]?.headers.authorization), /Credential=AKP\/\d+\/sa-east-1\//)
  assert.match(out, /^J-1\t2023-.*\tFalse\n$/)
})

test('files, JSON and prefixes of options are understood', async () => {
  const files = { 'in.json': JSON.stringify({ ByState: 'FAILED', MaxResults: 5 }) }
  const list = [
    'backup',
    'list-copy-jobs',
    '--cli-input-json',
    'file://in.json',
    '--by-st',
    'CREATED',
  ]
  const { requests } = await run(list, [{ json: { CopyJobs: [] } }], { files })
  assert.equal(requests[0]?.url, '/copy-jobs/?maxResults=5&state=CREATED')
})

test('a skeleton needs neither Region nor server', async () => {
  const { code, out, requests } = await run(
    ['backup', 'start-copy-job', '--generate-cli-skeleton'],
    [],
    { variables: { AWS_ACCESS_KEY_ID: '' } },
  )
  assert.equal(code, 0)
  assert.equal(Object.keys(JSON.parse(out))[0], 'RecoveryPointArn')
  assert.equal(requests.length, 0)
})
