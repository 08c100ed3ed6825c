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
    [['resource', 'add', 'bucket', 'x'], /bucket is no kind of resource/],
    [['resource', 'add', 'directory'], /missing required argument 'path'/],
    [['resource', 'list', '--account', '12'], /12 is no account/],
    [['dev', '--port', 'x'], /x is no port/],
    [['vault', 'polish'], /unknown command 'polish'/],
  ] as const) {
    const { code, err } = await run(argv)
    assert.equal(code, 252, err)
    assert.match(err, message)
  }
})
