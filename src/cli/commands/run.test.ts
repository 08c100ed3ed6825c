// Our own commands against a stub server: what they ask, what they print, how they end.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { type Answering, fakeHost, withStub } from '../stub.suite.ts'
import { PROGRAM_VERSION } from '../version.ts'

async function run(argv: readonly string[], answering: Answering = () => undefined) {
  return await withStub(answering, async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: stub.url } })
    const code = await runCli(argv, host)
    return { code, ...host.printed, requests: stub.requests }
  })
}

test('the version is that of the package', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  )
  assert.equal(PROGRAM_VERSION, version)
  const { out } = await run(['--version'])
  assert.equal(out, `aws-cli/2.36.7 Python/none Linux/6.1.0 copyhold/${version}\n`)
})

test('resource add asks the server as the account given and prints the ARN', async () => {
  const argv = ['resource', 'add', 'directory', '/tmp', '--region', 'us-east-1']
  const options = ['--account', '111122223333', '--name', 'mine']
  const { code, out, requests } = await run([...argv, ...options], () => ({
    json: { ResourceArn: 'arn:r', Path: '/tmp' },
  }))
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), { ResourceArn: 'arn:r' })
  const [request] = requests
  assert.equal(`${request?.method} ${request?.url}`, 'POST /_copyhold/resources')
  assert.deepEqual(JSON.parse(request?.body ?? ''), {
    type: 'directory',
    path: '/tmp',
    name: 'mine',
  })
  assert.equal(request?.headers['x-copyhold'], '1')
  assert.match(String(request?.headers.authorization), /Credential=111122223333\/\d+\/us-east-1\//)
})

test('resource add prints the ARN alone for a variable', async () => {
  const argv = ['resource', 'add', 'directory', '/tmp', '--region', 'us-east-1']
  const { code, out } = await run([...argv, '--output', 'text'], () => ({
    json: { ResourceArn: 'arn:r', Path: '/tmp' },
  }))
  assert.deepEqual({ code, out }, { code: 0, out: 'arn:r\n' })
})

test('resource remove takes the Region from the ARN', async () => {
  const arn = 'arn:aws:elasticfilesystem:ap-south-1:1:file-system/fs-1'
  const { code, requests } = await run(['resource', 'remove', arn], () => ({
    status: 204,
    body: '',
  }))
  assert.equal(code, 0)
  assert.equal(
    requests[0]?.url,
    '/_copyhold/resources/arn%3Aaws%3Aelasticfilesystem%3Aap-south-1%3A1%3Afile-system%2Ffs-1',
  )
  assert.match(String(requests[0]?.headers.authorization), /\/ap-south-1\//)
})

test('vault sweep follows the job and says what was freed', async () => {
  let looks = 0
  const { code, out, requests } = await run(['vault', 'sweep', 'my-vault'], ({ method }) => {
    if (method === 'POST') return { json: { JobId: 'S-1' } }
    const State = looks++ === 0 ? 'RUNNING' : 'COMPLETED'
    return { json: { State, Progress: { packsFreed: 2, bytesFreed: 4_200_000 } } }
  })
  assert.equal(code, 0)
  assert.equal(out, '2 packs deleted, 4.2 MB freed\n')
  assert.equal(requests[0]?.url, '/_copyhold/vaults/my-vault/sweep')
})

test('vault sweep says what it compacted', async () => {
  const Progress = { packsFreed: 3, bytesFreed: 9_000_000, packsCompacted: 3, bytesCompacted: 1e7 }
  const { out } = await run(['vault', 'sweep', 'my-vault'], ({ method }) => {
    return { json: method === 'POST' ? { JobId: 'S-1' } : { State: 'COMPLETED', Progress } }
  })
  assert.match(out, /\n3 sparse packs of 10.0 MB brought together in new ones\n$/)
})

test('a refusal is told in the words of the server', async () => {
  const { code, err } = await run(['vault', 'sweep', 'nope'], () => ({
    status: 403,
    json: { message: 'Insufficient privileges to perform this action.' },
  }))
  assert.equal(code, 254)
  assert.equal(err, 'copyhold: Insufficient privileges to perform this action.\n')
})

test('mistakes get one clear message and 252', async () => {
  for (const [argv, message] of [
    [['resource', 'add', 'bucket', 'x'], /bucket is not a kind of resource/],
    [['resource', 'add', 'directory'], /missing required argument 'path'/],
    [['resource', 'list', '--account', '12'], /--account 12 is not an account: use 12 digits/],
    [['dev', '--port', 'x'], /x is not a port/],
    [['vault', 'polish'], /unknown command 'polish'/],
    [['vault', 'verify', 'daily', '--sample', '0'], /0 is not a sample/],
    [['wait', 'copy-job-completed', '--copy-job-id', ''], /'--copy-job-id <id>' .* It is empty/],
    [['watch', ''], /It is empty\. Is its variable set\?/],
    [['explain', ' '], /It is empty/],
    [['vault', 'compare', 'arn:x', 'b'], /arn:x is not the ARN of a backup vault/],
    [['vault', 'compare', 'a'], /missing required argument 'other'/],
  ] as const) {
    const { code, err } = await run(argv)
    assert.equal(code, 252, err)
    assert.match(err, message)
  }
})

test('vault verify says what was read and ends with 0 when all is whole', async () => {
  const { code, out, requests } = await run(
    ['vault', 'verify', 'daily', '--sample', '5%'],
    ({ method, url }) => {
      if (method === 'POST') return { json: { JobId: 'V-1' } }
      if (url.includes('/points')) return { json: { RecoveryPoints: [{ RecoveryPointArn: 'x' }] } }
      const Progress = { packsChecked: 1, bytesRead: 2_000_000, pointsChecked: 2 }
      return { json: { State: 'COMPLETED', Progress } }
    },
  )
  assert.equal(code, 0)
  assert.equal(out, 'daily: 1 pack read, 2.0 MB; 2 recovery points opened\nNothing is damaged\n')
  assert.equal(requests[0]?.url, '/_copyhold/vaults/daily/verify')
  assert.deepEqual(JSON.parse(requests[0]?.body ?? ''), { samplePercent: 5 })
})

const DAMAGED = { Result: 'DAMAGED', Reason: '1 of its 3 packs are damaged or missing: abc' }
const rotten: Answering = ({ method, url }) => {
  if (method === 'POST') return { json: { JobId: 'V-1' } }
  if (url.includes('nextToken')) {
    const point = { RecoveryPointArn: 'arn:p2', ResourceArn: 'arn:r', Verification: DAMAGED }
    return { json: { RecoveryPoints: [point] } }
  }
  if (url.includes('/points')) return { json: { RecoveryPoints: [], NextToken: 'more' } }
  const counts = { packsChecked: 3, bytesRead: 5, pointsChecked: 2, pointsDamaged: 1 }
  const Progress = { ...counts, packsDamaged: 1, packsRepaired: 1 }
  return { json: { State: 'PARTIAL', StatusMessage: 'as it is', Progress } }
}

test('vault verify names the recovery points that are damaged and ends with 3', async () => {
  const { code, out } = await run(['vault', 'verify', 'daily'], rotten)
  assert.equal(code, 3)
  assert.deepEqual(out.split('\n'), [
    'daily: 3 packs read, 5 bytes; 2 recovery points opened',
    '1 damaged pack made whole again',
    '1 damaged pack that no other vault can give',
    '1 recovery point cannot be restored whole:',
    '  arn:p2',
    '    1 of its 3 packs are damaged or missing: abc',
    '',
  ])
})

test('vault verify tells programs the same in JSON', async () => {
  const { code, out } = await run(['vault', 'verify', 'daily', '--output', 'json'], rotten)
  assert.equal(code, 3)
  assert.deepEqual(JSON.parse(out), {
    JobId: 'V-1',
    State: 'PARTIAL',
    StatusMessage: 'as it is',
    PacksChecked: 3,
    BytesChecked: 5,
    PacksDamaged: 1,
    PacksRepaired: 1,
    RecoveryPointsChecked: 2,
    RecoveryPointsDamaged: 1,
    DamagedRecoveryPoints: [
      { RecoveryPointArn: 'arn:p2', ResourceArn: 'arn:r', Reason: DAMAGED.Reason },
    ],
  })
})

test('vault verify ends with 4 and the reason when it fails', async () => {
  const { code, err } = await run(['vault', 'verify', 'daily'], ({ method }) =>
    method === 'POST'
      ? { json: { JobId: 'V-1' } }
      : { json: { State: 'FAILED', StatusMessage: 'KMS key is disabled' } },
  )
  assert.equal(code, 4)
  assert.match(err, /The verification ended as FAILED: KMS key is disabled\n$/)
})

test('vault compare asks in the Region of the first ARN and says what is lacking', async () => {
  const arns = ['ap-south-1', 'us-east-2'].map(
    (region) => `arn:aws:backup:${region}:111122223333:backup-vault:kept`,
  )
  const [a = '', b = ''] = arns
  const lacking = { PacksMissing: 2, BytesMissing: 3_000, PacksDamaged: 0, BytesDamaged: 0 }
  const { code, out, requests } = await run(['vault', 'compare', a, b], () => ({
    json: {
      BackupVaultArn: a,
      OtherBackupVaultArn: b,
      RecoveryPoints: 5,
      RecoveryPointsMissing: 2,
      ...lacking,
      MissingRecoveryPoints: [
        { RecoveryPointArn: 'arn:p', CreationDate: 1_700_000_000, ...lacking },
      ],
    },
  }))
  assert.equal(code, 3)
  assert.equal(requests[0]?.url, `/_copyhold/vaults/kept/compare?with=${encodeURIComponent(b)}`)
  const signed = String(requests[0]?.headers.authorization)
  assert.match(signed, /Credential=111122223333\/\d+\/ap-south-1\//)
  assert.deepEqual(out.split('\n'), [
    `${b} lacks, of ${a}:`,
    '  2 of 5 recovery points',
    '  2 packs, 3.0 kB',
    'arn:p',
    '  of 2023-11-14T22:13:20.000Z, 3.0 kB to copy',
    'and 1 older ones',
    '',
  ])
})
