// Goal: whoever does not know the program is led on by it: without a command, with a wrong one, and
// after a refusal. Method: the command line in this process, with and without a terminal.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandTree } from '../commands/run.ts'
import { runCli } from '../run.ts'
import { type CannedAnswer, fakeHost, withStub } from '../stub.suite.ts'
import { COMMAND_GROUPS } from './groups.ts'
import { SHORT_HELP } from './short.ts'

async function run(
  argv: readonly string[],
  given: { variables?: Record<string, string>; errIsTerminal?: boolean; http?: unknown } = {},
) {
  const host = fakeHost(given.variables ? { variables: given.variables } : {})
  const code = await runCli(argv, {
    ...host,
    terminal: { ...host.terminal, errIsTerminal: given.errIsTerminal === true },
    ...(given.http ? { http: given.http as never } : {}),
  })
  return { code, ...host.printed }
}

test('without a command there is a short help of our own, on standard output', async () => {
  for (const argv of [[], ['--help'], ['-h'], ['--region=x', '--help']]) {
    assert.deepEqual(await run(argv), { code: 0, out: SHORT_HELP, err: '' })
  }
  const lines = SHORT_HELP.trimEnd().split('\n')
  assert.ok(lines.length >= 10 && lines.length <= 15)
  assert.ok(lines.every((line) => line.length <= 100))
  for (const { title } of COMMAND_GROUPS) assert.ok(SHORT_HELP.includes(`\n${title} `))
})

test('every command stands in a group, in the short help and in the long one', async () => {
  const { out } = await run(['help'])
  const names = commandTree(fakeHost({})).commands.map((command) => command.name())
  const grouped = COMMAND_GROUPS.flatMap(({ commands }) => commands)
  assert.deepEqual([...grouped, 'backup'].sort(), names.sort())
  for (const name of grouped) {
    assert.match(SHORT_HELP, new RegExp(`\\b${name}\\b`))
    assert.match(out, new RegExp(`copyhold ${name}\\b`))
  }
})

test('a wrong first word is told, with the right one where it is near', async () => {
  for (const argv of [
    ['bakcup', 'list-tags'],
    ['help', 'bakcup'],
    ['--output', 'json', 'bakcup'],
  ]) {
    const { code, out, err } = await run(argv)
    assert.deepEqual([code, out], [252, ''])
    assert.equal(err.split('\n')[0], 'copyhold: `bakcup` is not a command. Did you mean `backup`?')
    assert.doesNotMatch(err, /aws help/)
  }
  assert.match((await run(['zzz'])).err, /^copyhold: `zzz` is not a command\.\n/)
  assert.match((await run(['--region', 'x'])).err, /^copyhold: which command\?\n/)
  assert.match((await run(['--region', 'x', 'vault'])).err, /copyhold vault …/)
  const inner = await run(['help', 'vault', 'verfy'])
  assert.deepEqual([inner.code, inner.out], [252, ''])
  assert.match(inner.err, /`copyhold help vault` shows/)
})

test('a command explains itself in the same words whichever way it is asked', async () => {
  for (const words of [['dev'], ['vault', 'verify'], ['wait', 'copy-job-completed']]) {
    const asked = await run(['help', ...words])
    assert.deepEqual(await run([...words, '--help']), asked)
    assert.equal(asked.code, 0)
  }
})

test('version is ours, --version is the line that tools look for', async () => {
  assert.match((await run(['version'])).out, /^copyhold \d+\.\d+\.\d+, which follows AWS CLI 2\./)
  assert.match((await run(['--version'])).out, /^aws-cli\/2\./)
})

test('env prints what a shell takes, and refuses what could be read otherwise', async () => {
  const { out } = await run(['env', '--port', '9000', '--region', 'us-east-2'])
  assert.match(out, /^export AWS_ENDPOINT_URL_BACKUP='http:\/\/127\.0\.0\.1:9000'$/m)
  assert.match(out, /^export AWS_REGION='us-east-2'\nexport AWS_DEFAULT_REGION='us-east-2'$/m)
  const back = await run(['env', '--unset'])
  for (const [, name] of out.matchAll(/^export (\w+)=/gm)) {
    assert.match(back.out, new RegExp(`^unset ${name}$`, 'm'))
  }
  assert.match((await run(['env', '--shell', 'fish'])).out, /^set -gx AWS_REGION 'eu-west-1'$/m)
  for (const wrong of ["--region=x'; rm", '--account=1', '--port=0', '--port=a']) {
    const { code, out: printed } = await run(['env', wrong])
    assert.deepEqual([code, printed], [252, ''], wrong)
  }
})

const REFUSED: CannedAnswer = {
  status: 400,
  headers: { 'x-amzn-errortype': 'AccessDeniedException' },
  json: { Message: 'Insufficient privileges to perform this action.' },
}

test('on a terminal a refusal names its article; a script is told nothing more', async () => {
  await withStub([REFUSED], async ({ url }) => {
    const variables = { AWS_ENDPOINT_URL_BACKUP: url }
    const line = /^What it means: copyhold explain insufficient-privileges$/m
    const argvs = [
      ['backup', 'list-backup-vaults'],
      ['wait', 'copy-job-completed', '--copy-job-id', 'B61AA03A'],
    ]
    for (const argv of argvs) {
      const seen = await run(argv, { variables, errIsTerminal: true })
      assert.match(seen.err, line)
      const script = await run(argv, { variables })
      assert.doesNotMatch(script.err, line)
      assert.deepEqual([script.code, script.out], [seen.code, seen.out])
    }
  })
})

test('where nobody listens on this machine, both kinds of command say how to start one', async () => {
  const variables = { AWS_ENDPOINT_URL_BACKUP: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' }
  const line = /^Is a server running there\? `copyhold dev` starts one\.$/m
  for (const argv of [['backup', 'list-backup-vaults'], ['resource', 'list'], ['watch']]) {
    assert.match((await run(argv, { variables, errIsTerminal: true })).err, line, argv[0])
  }
  const script = await run(['backup', 'list-backup-vaults'], { variables })
  assert.doesNotMatch(script.err, line)
})

test('at a terminal, who asks AWS beside a running Copyhold is told so; scripts are not', async () => {
  const text = (body: string) => ({
    status: 200,
    statusText: 'OK',
    headers: {},
    body: new TextEncoder().encode(body),
  })
  const asked: string[] = []
  let local = '# TYPE copyhold_jobs gauge'
  const http = async ({ hostname, port }: { hostname: string; port?: number }) => {
    asked.push(hostname)
    return port === 8750 ? text(local) : text('{"BackupVaultList":[]}')
  }
  const argv = ['backup', 'list-backup-vaults']
  const told = await run(argv, { http, errIsTerminal: true })
  assert.equal(told.code, 0)
  assert.match(told.err, /AWS itself \(backup\.eu-west-1\.amazonaws\.com\).*copyhold env/)
  asked.length = 0
  const script = await run(argv, { http })
  assert.deepEqual([script.out, script.err], [told.out, ''])
  assert.deepEqual(asked, ['backup.eu-west-1.amazonaws.com'])
  local = 'another program'
  assert.equal((await run(argv, { http, errIsTerminal: true })).err, '')
  asked.length = 0
  const variables = { AWS_ENDPOINT_URL_BACKUP: 'https://backup.example' }
  assert.equal((await run(argv, { http, errIsTerminal: true, variables })).err, '')
  assert.deepEqual(asked, ['backup.example'])
})
