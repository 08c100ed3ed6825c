// A server in production as its users meet it: the program itself, started from a configuration,
// asked by the official SDK, by our own command line and by the AWS CLI where there is one.

import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  DescribeBackupVaultCommand,
  DescribeCopyJobCommand,
  ListBackupVaultsCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup'
import { temporaryFolder, until } from './real-server.ts'
import { makeOddTree } from './trees/odd-tree.ts'

const run = promisify(execFile)
const PROGRAM = path.resolve(import.meta.dirname, '../bin/copyhold.js')
const ACCOUNT = '111122223333'
const KEY = 'AKIACOPYHOLDEXAMPLE1'
const READER = 'AKIACOPYHOLDEXAMPLE2'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
})

const TRUST = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'backup.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
}

/** A configuration in JSON, which is YAML too. */
function configuration(folder: string) {
  return {
    data: 'data',
    listen: { port: 0 },
    regions: [
      { name: 'eu-central-1', store: 'stores/here' },
      { name: 'us-east-2', store: 'stores/there' },
    ],
    keys: { keyring: 'keyring' },
    accounts: [
      {
        id: ACCOUNT,
        users: [
          {
            name: 'operator',
            policies: [allow('backup:*', 'copyhold:*', 'iam:PassRole')],
            accessKeys: [{ id: KEY, secretFrom: { file: 'secret' } }],
          },
          {
            name: 'reader',
            policies: [allow('backup:List*')],
            accessKeys: [{ id: READER, secretFrom: { env: 'READER_SECRET' } }],
          },
        ],
        roles: [
          {
            name: 'AWSBackupDefaultServiceRole',
            path: '/service-role/',
            trust: TRUST,
            policies: [allow('*')],
          },
          { name: 'powerless', trust: TRUST },
        ],
        resources: [{ directory: path.join(folder, 'tree'), region: 'eu-central-1', name: 'tree' }],
      },
    ],
    restoreRoots: [path.join(folder, 'restored')],
    log: 'error',
  }
}

const folder = temporaryFolder()
let child: ChildProcess
let url = ''

before(async () => {
  makeOddTree(path.join(folder.path, 'tree'), 3)
  mkdirSync(path.join(folder.path, 'restored'))
  writeFileSync(path.join(folder.path, 'secret'), `${SECRET}\n`, { mode: 0o600 })
  const file = path.join(folder.path, 'copyhold.json')
  writeFileSync(file, JSON.stringify(configuration(folder.path), null, 2))
  child = spawn(process.execPath, [PROGRAM, 'serve', '--config', file], {
    env: { ...process.env, READER_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout?.on('data', (text) => {
    printed += String(text)
  })
  url = await until(async () => {
    assert.equal(child.exitCode, null, 'the server ended')
    return /listening on (http:\S+)\n/.exec(printed)?.[1]
  })
})

after(async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  assert.equal(await ended, 0, 'a server that is told to stop ends well')
  folder[Symbol.dispose]()
})

function client(
  region = 'eu-central-1',
  { key = KEY, secret = SECRET }: { key?: string; secret?: string } = {},
) {
  return new BackupClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: key, secretAccessKey: secret },
    maxAttempts: 1,
  })
}

/** Environment of a command line whose user has the key. */
function environment(secret = SECRET): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder.path,
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_BACKUP: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

test('the SDK backs up what is declared and copies it to a declared Region', async () => {
  const [here, there] = [client(), client('us-east-2')]
  await here.send(new CreateBackupVaultCommand({ BackupVaultName: 'daily' }))
  const { BackupVaultArn: offsite } = await there.send(
    new CreateBackupVaultCommand({ BackupVaultName: 'offsite' }),
  )
  const listed = await run(process.execPath, [PROGRAM, 'resource', 'list'], { env: environment() })
  const { Resources } = JSON.parse(listed.stdout)
  assert.equal(Resources.length, 1)
  const { BackupJobId } = await here.send(
    new StartBackupJobCommand({
      BackupVaultName: 'daily',
      ResourceArn: Resources[0].ResourceArn,
      IamRoleArn: ROLE,
    }),
  )
  const backup = await until(async () => {
    const job = await here.send(new DescribeBackupJobCommand({ BackupJobId }))
    return ['COMPLETED', 'FAILED'].includes(job.State ?? '') ? job : undefined
  })
  assert.equal(backup.State, 'COMPLETED', backup.StatusMessage)
  const copyAs = async (role: string) => {
    const { CopyJobId } = await here.send(
      new StartCopyJobCommand({
        SourceBackupVaultName: 'daily',
        RecoveryPointArn: backup.RecoveryPointArn,
        DestinationBackupVaultArn: offsite,
        IamRoleArn: role,
      }),
    )
    return until(async () => {
      const { CopyJob } = await here.send(new DescribeCopyJobCommand({ CopyJobId }))
      return ['COMPLETED', 'FAILED'].includes(CopyJob?.State ?? '') ? CopyJob : undefined
    })
  }
  const copy = await copyAs(ROLE)
  assert.equal(copy.State, 'COMPLETED', copy.StatusMessage)
  // What the role may is judged by the thread that does the work.
  const refused = await copyAs(`arn:aws:iam::${ACCOUNT}:role/powerless`)
  assert.equal(refused.State, 'FAILED')
  assert.match(refused.StatusMessage ?? '', /role.powerless.* is not authorized to perform/)
})

test('the SDK is told AWS’s errors for a wrong secret, an unknown key and another Region', async () => {
  const list = new ListBackupVaultsCommand({})
  await assert.rejects(client('eu-central-1', { secret: 'another' }).send(list), {
    name: 'InvalidSignatureException',
    message: /^The request signature we calculated does not match the signature you provided/,
  })
  await assert.rejects(client('eu-central-1', { key: 'AKIAUNKNOWNUNKNOWN' }).send(list), {
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  })
  await assert.rejects(client('eu-north-1').send(list), {
    name: 'InvalidSignatureException',
    message: /^Credential should be scoped to a valid region, not 'eu-north-1'/,
  })
})

test('a user may do what his policies allow, and no more', async () => {
  const reader = client('eu-central-1', { key: READER })
  await reader.send(new ListBackupVaultsCommand({}))
  await assert.rejects(reader.send(new CreateBackupVaultCommand({ BackupVaultName: 'mine' })), {
    name: 'AccessDeniedException',
  })
})

test('our own command line signs too, and is refused with another secret', async () => {
  const backup = ['backup', 'list-backup-vaults', '--endpoint-url', url]
  const { stdout } = await run(process.execPath, [PROGRAM, ...backup], { env: environment() })
  assert.ok(Array.isArray(JSON.parse(stdout).BackupVaultList))
  const { stdout: limits } = await run(process.execPath, [PROGRAM, 'limits'], {
    env: environment(),
  })
  assert.notEqual(limits, '')
  const refused = run(process.execPath, [PROGRAM, ...backup], { env: environment('another') })
  await assert.rejects(refused, { code: 254, stderr: /InvalidSignatureException/ })
})

test('our own commands need nothing but the profile that init writes', async () => {
  const file = path.join(folder.path, 'aws-config')
  writeFileSync(
    file,
    [
      '[profile copyhold]',
      'region = eu-central-1',
      `aws_access_key_id = ${KEY}`,
      `aws_secret_access_key = ${SECRET}`,
      'services = copyhold',
      '[services copyhold]',
      'backup =',
      `  endpoint_url = ${url}`,
    ].join('\n'),
  )
  const env = { HOME: folder.path, AWS_CONFIG_FILE: file, AWS_PROFILE: 'copyhold' }
  const { stdout } = await run(process.execPath, [PROGRAM, 'resource', 'list'], { env })
  assert.equal(JSON.parse(stdout).Resources.length, 1)
  const { AWS_PROFILE: _, ...without } = env
  const named = [PROGRAM, 'resource', 'list', '--profile', 'copyhold']
  assert.equal((await run(process.execPath, named, { env: without })).stdout, stdout)
})

const aws = spawnSync('aws', ['--version'], { encoding: 'utf8' })
const skip = aws.status === 0 ? false : 'there is no aws on the PATH'

test('the AWS CLI is accepted with its signature and refused with another', { skip }, async () => {
  const list = ['--endpoint-url', url, 'backup', 'list-backup-vaults', '--output', 'json']
  const options = (secret?: string) => ({ env: { ...process.env, ...environment(secret) } })
  const { stdout } = await run('aws', list, options())
  assert.ok(Array.isArray(JSON.parse(stdout).BackupVaultList))
  await assert.rejects(run('aws', list, options('another')), { stderr: /InvalidSignatureExcep/ })
  // An ARN in the path is encoded once by the client and once more by its signature.
  const missing = `arn:aws:backup:eu-central-1:${ACCOUNT}:recovery-point:00000000-AAAA`
  const describe = ['describe-recovery-point', '--backup-vault-name', 'none']
  const asked = ['--endpoint-url', url, 'backup', ...describe, '--recovery-point-arn', missing]
  await assert.rejects(run('aws', asked, options()), { stderr: /AccessDeniedException/ })
})

test('resources are declared here: adding one by request names the configuration', async () => {
  const argv = [PROGRAM, 'resource', 'add', 'directory', '/srv']
  await assert.rejects(run(process.execPath, argv, { env: environment() }), {
    stderr: /Only a development server does this\. On `copyhold serve` change `resources` in its/,
  })
})

test('what is for development is refused to everybody, with a clear error', async () => {
  const headers = { 'content-type': 'application/json', 'x-copyhold': '1' }
  const only = 'Only a development server does this. Start one with `copyhold dev`.'
  for (const [method, route] of [
    ['POST', 'reset'],
    ['GET', 'clock'],
    ['POST', 'clock'],
    ['GET', 'faults'],
    ['PUT', 'faults'],
    ['DELETE', 'faults'],
  ] as const) {
    const body = method === 'GET' ? {} : { body: '{}' }
    const answer = await fetch(`${url}/_copyhold/${route}`, { method, headers, ...body })
    assert.equal(answer.status, 403, `${method} ${route}`)
    assert.equal(answer.headers.get('x-amzn-errortype'), 'AccessDeniedException')
    assert.match(await answer.text(), new RegExp(only), `${method} ${route}`)
  }
  // Nor by who may do everything else, and signs for it.
  for (const argv of [
    ['dev-clock', 'advance', '90d'],
    ['dev-fault', 'list'],
  ]) {
    const refused = run(process.execPath, [PROGRAM, ...argv], { env: environment() })
    await assert.rejects(refused, (error: { code?: number; stderr?: string }) => {
      assert.notEqual(error.code, 0)
      assert.match(error.stderr ?? '', new RegExp(only), argv.join(' '))
      return true
    })
  }
})

test('what is not signed is refused', async () => {
  const anonymous = await fetch(`${url}/backup-vaults/?account=${ACCOUNT}`)
  assert.equal(anonymous.headers.get('x-amzn-errortype'), 'MissingAuthenticationToken')
  const own = await fetch(`${url}/_copyhold/resources?account=${ACCOUNT}&region=eu-central-1`)
  assert.equal(own.status, 403)
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
})

test('a vault is told of only in the account and Region that has it', async () => {
  await assert.rejects(
    client('us-east-2').send(new DescribeBackupVaultCommand({ BackupVaultName: 'daily' })),
    { name: 'AccessDeniedException' },
  )
})

function copyhold(...argv: string[]) {
  return spawnSync(process.execPath, [PROGRAM, ...argv], { encoding: 'utf8', cwd: folder.path })
}

test('a wrong configuration ends the start with 253 and every mistake, and --check tells the same', () => {
  const file = path.join(folder.path, 'wrong.json')
  const wrong = { ...configuration(folder.path), logg: 'info', restoreRoots: '/tmp' }
  writeFileSync(file, JSON.stringify(wrong, null, 2))
  for (const more of [[], ['--check']]) {
    const { status, stderr, stdout } = copyhold('serve', '--config', 'wrong.json', ...more)
    assert.equal(status, 253, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, /there are 2 mistakes in .*wrong.json:/)
    assert.match(stderr, /line \d+: logg: there is no such member; did you mean log\?/)
    assert.match(stderr, /line \d+: restoreRoots: it must be the folders/)
  }
  const missing = copyhold('serve', '--config', 'none.yaml')
  assert.equal(missing.status, 253)
  assert.match(missing.stderr, /there is no file .*none.yaml/)
  assert.equal(copyhold('serve').status, 252)
})

test('a secret that others may read is refused', () => {
  const secret = path.join(folder.path, 'open-secret')
  writeFileSync(secret, SECRET)
  chmodSync(secret, 0o640)
  const file = path.join(folder.path, 'open.json')
  const text = JSON.stringify(configuration(folder.path)).replace('"secret"', '"open-secret"')
  writeFileSync(file, text.replace('READER_SECRET', 'PATH'))
  const { status, stderr } = copyhold('serve', '--config', file, '--check')
  assert.equal(status, 253)
  assert.match(stderr, /secretFrom: others may read .*open-secret; run chmod 600 on it/)
  assert.ok(!stderr.includes(SECRET))
})

test('init writes a configuration that is right, once, for its user alone', async () => {
  const written = copyhold('init', 'first', '--account', ACCOUNT, '--region', 'eu-west-3')
  assert.equal(written.status, 0, written.stderr)
  const first = path.join(folder.path, 'first')
  const secret = readFileSync(path.join(first, 'secrets', 'operator'), 'utf8').trim()
  assert.equal(secret.length, 40)
  assert.ok(!written.stdout.includes(secret), 'the terminal does not show the secret')
  const check = copyhold('serve', '--config', path.join(first, 'copyhold.yaml'), '--check')
  assert.match(check.stdout, /is right: 1 account, 1 Region, 1 access key, 1 role, 0 resources\n$/)
  const before = readFileSync(path.join(first, 'copyhold.yaml'), 'utf8')
  const again = copyhold('init', 'first')
  assert.equal(again.status, 255)
  assert.match(again.stderr, /is there already and was left as it is/)
  assert.equal(readFileSync(path.join(first, 'copyhold.yaml'), 'utf8'), before)
})
