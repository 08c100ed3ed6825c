// Goal: credentials come from wherever AWS's command line finds them, in its order. Method: whole
// commands against a stub that plays STS, the SSO portal, a container's or an instance's service
// and AWS Backup; who signed the last request says where the credentials came from.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CaseAnswer, Outcome } from './cli-cases/case.ts'
import { runCase } from './cli-cases/run-case.ts'

const LIST = ['backup', 'list-copy-jobs', '--endpoint-url', '{{ENDPOINT}}']
const JOBS: CaseAnswer = { json: { CopyJobs: [] } }
const EXPIRES = '2099-01-01T00:00:00Z'

async function run(
  given: {
    env?: Record<string, string>
    files?: Record<string, string>
    responses?: readonly CaseAnswer[]
  },
  options: readonly string[] = [],
): Promise<Outcome> {
  return await runCase({
    id: 'credentials',
    note: '',
    argv: [...LIST, ...options],
    env: { AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', ...given.env },
    files: given.files ?? {},
    responses: given.responses ?? [JOBS],
    expect: { rc: 0, stdout: '', stderr: '', requests: [] },
  })
}

function signer(outcome: Outcome): string {
  assert.equal(outcome.rc, 0, outcome.stderr)
  const last = outcome.requests.at(-1)
  assert.equal(last?.sigv4, 'valid')
  return last.credential.split('/')[0] ?? ''
}

const sts = (operation: string, key: string): CaseAnswer => ({
  headers: { 'Content-Type': 'text/xml' },
  body:
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
    `<${operation}Result><Credentials><AccessKeyId>${key}</AccessKeyId>` +
    `<SecretAccessKey>s3cr3t+${key}</SecretAccessKey><SessionToken>t</SessionToken>` +
    `<Expiration>${EXPIRES}</Expiration></Credentials>` +
    '<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>' +
    `<AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser></${operation}Result>` +
    `</${operation}Response>`,
})
const STS_AT_STUB = { AWS_ENDPOINT_URL_STS: '{{ENDPOINT}}' }

test('a role is taken on with the keys of its source profile, and a role on top of that', async () => {
  const files = {
    '.aws/config':
      '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n' +
      '[profile b]\nrole_arn = arn:aws:iam::123456789012:role/b\nsource_profile = c\n',
    '.aws/credentials':
      '[c]\naws_access_key_id = AKIDSOURCE\naws_secret_access_key = s3cr3t+AKIDSOURCE\n',
  }
  const responses = [sts('AssumeRole', 'AKIDB'), sts('AssumeRole', 'AKIDA'), JOBS]
  const outcome = await run({ env: STS_AT_STUB, files, responses }, ['--profile', 'a'])
  assert.equal(signer(outcome), 'AKIDA')
  const signers = outcome.requests.map(({ credential }) => credential.split('/')[0])
  assert.deepEqual(signers, ['AKIDSOURCE', 'AKIDB', 'AKIDA'])
  assert.match(outcome.requests[0]?.body ?? '', /Action=AssumeRole&.*role%2Fb/)
})

test("a role that is refused ends with 254 and the service's words", async () => {
  const files = {
    '.aws/config': '[default]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = c\n',
    '.aws/credentials': '[c]\naws_access_key_id = AKIDS\naws_secret_access_key = s3cr3t+AKIDS\n',
  }
  const refusal: CaseAnswer = {
    status: 403,
    headers: { 'Content-Type': 'text/xml' },
    body:
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>' +
      '<Type>Sender</Type><Code>AccessDenied</Code><Message>not you</Message></Error>' +
      '<RequestId>r</RequestId></ErrorResponse>',
  }
  const outcome = await run({ env: STS_AT_STUB, files, responses: [refusal] })
  assert.equal(outcome.rc, 254)
  assert.match(
    outcome.stderr,
    /An error occurred \(AccessDenied\) when calling the AssumeRole operation: not you\n$/,
  )
})

test('a web identity beats the keys of the credentials file', async () => {
  const files = {
    token: 'jwt',
    '.aws/credentials': '[default]\naws_access_key_id = AKIDF\naws_secret_access_key = x\n',
  }
  const env = {
    ...STS_AT_STUB,
    AWS_WEB_IDENTITY_TOKEN_FILE: '{{HOME}}/token',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/w',
  }
  const responses = [sts('AssumeRoleWithWebIdentity', 'AKIDWEB'), JOBS]
  const outcome = await run({ env, files, responses })
  assert.equal(signer(outcome), 'AKIDWEB')
  assert.match(outcome.requests[0]?.body ?? '', /WebIdentityToken=jwt/)
})

test('single sign-on uses the token that was fetched at login', async () => {
  const files = {
    '.aws/config':
      '[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n' +
      '[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n',
    // Named by the SHA-1 of the session's name.
    '.aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json': JSON.stringify({
      accessToken: 'sso-token',
      expiresAt: EXPIRES,
    }),
  }
  const roleCredentials = {
    accessKeyId: 'AKIDSSO',
    secretAccessKey: 's3cr3t+AKIDSSO',
    sessionToken: 't',
    expiration: Date.parse(EXPIRES),
  }
  const env = { AWS_ENDPOINT_URL_SSO: '{{ENDPOINT}}' }
  const outcome = await run({ env, files, responses: [{ json: { roleCredentials } }, JOBS] })
  assert.equal(signer(outcome), 'AKIDSSO')
  assert.equal(outcome.requests[0]?.headers['x-amz-sso_bearer_token'], 'sso-token')
})

test("a container's and an instance's own service are asked last", async () => {
  const keys = (id: string) => ({
    Code: 'Success',
    AccessKeyId: id,
    SecretAccessKey: `s3cr3t+${id}`,
    Token: 't',
    Expiration: EXPIRES,
  })
  const container = await run({
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: '{{ENDPOINT}}/creds' },
    responses: [{ json: keys('AKIDCONT') }, JOBS],
  })
  assert.equal(signer(container), 'AKIDCONT')
  const instance = await run({
    env: {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: '{{ENDPOINT}}',
    },
    responses: [{ body: 'token' }, { body: 'role' }, { json: keys('AKIDIMDS') }, JOBS],
  })
  assert.equal(signer(instance), 'AKIDIMDS')
})

test('an instance says which Region it is in where nothing else does', async () => {
  const env = {
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: '{{ENDPOINT}}',
    AWS_ACCESS_KEY_ID: 'AKIDENV',
    AWS_SECRET_ACCESS_KEY: 's3cr3t+AKIDENV',
  }
  const outcome = await runCase({
    id: 'region',
    note: '',
    argv: LIST,
    env,
    responses: [{ body: 'token' }, { body: 'ap-south-2b' }, JOBS],
    expect: { rc: 0, stdout: '', stderr: '', requests: [] },
  })
  assert.equal(signer(outcome), 'AKIDENV')
  assert.match(outcome.requests[2]?.credential ?? '', /\/ap-south-2\/backup\//)
})

test('a container that is elsewhere is not asked', async () => {
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://198.51.100.1/creds' }
  const elsewhere = await run({ env })
  assert.equal(elsewhere.rc, 255)
  assert.match(elsewhere.stderr, /Unsupported host '198\.51\.100\.1'\. {2}Can only retrieve/)
})

test('a program of the user beats keys of the config file, not those of the credentials file', async () => {
  const said = { Version: 1, AccessKeyId: 'AKIDP', SecretAccessKey: 's3cr3t+AKIDP' }
  const process = `credential_process = cat "{{HOME}}/a b.json"\n`
  const keys = 'aws_access_key_id = AKIDK\naws_secret_access_key = s3cr3t+AKIDK\n'
  const files = { 'a b.json': JSON.stringify(said), '.aws/config': `[default]\n${process}${keys}` }
  assert.equal(signer(await run({ files })), 'AKIDP')
  const shared = { ...files, '.aws/credentials': `[default]\n${keys}` }
  assert.equal(signer(await run({ files: shared })), 'AKIDK')
})

test("a program of the user that fails is told with the program's words", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['sh -c "echo no >&2; exit 3"', /from custom-process: no\n$/],
    ['nonexistent-program', /\[Errno 2\] No such file or directory: 'nonexistent-program'\n$/],
    ['echo {\\"Version\\":1}', /Missing required key in response: 'AccessKeyId'\n$/],
  ]
  for (const [line, message] of cases) {
    const files = { '.aws/config': `[default]\ncredential_process = ${line}\n` }
    const outcome = await run({ files })
    assert.equal(outcome.rc, 255)
    assert.match(outcome.stderr, message)
  }
})
