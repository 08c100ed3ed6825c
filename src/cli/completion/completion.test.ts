// Goal: a shell completes what it should. Method: the candidates for words, then the real shells
// with the printed scripts on a pseudo-terminal, where they are installed.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { noTerminal, playOnTerminal, type Step } from '../pseudo-terminal.suite.ts'
import { runCli } from '../run.ts'
import { type CannedAnswer, fakeHost, withStub } from '../stub.suite.ts'
import { splitLine } from './complete.ts'

const BREAKS = ' \t\n"\'><=;|&(:'
const files = {
  '/home/nobody/.aws/config': '[default]\n[profile two words]\nregion = x\n[services s]\n',
  '/home/nobody/.aws/credentials': '[keys]\naws_access_key_id = A\n',
}

async function ask(...argv: string[]): Promise<string[]> {
  const host = fakeHost({ files })
  assert.equal(await runCli(['_complete', ...argv], host), 0)
  assert.equal(host.printed.err, '')
  return host.printed.out.split('\n').slice(0, -1)
}
const bash = (line: string, breaks = BREAKS) => ask('bash', breaks, line)

test('commands, our own and those below them', async () => {
  assert.deepEqual(await bash('copyhold ba'), ['backup'])
  const all = await bash('copyhold ')
  for (const command of ['backup', 'quickstart', 'resource', 'help'])
    assert.ok(all.includes(command))
  assert.ok(!all.some((word) => word.startsWith('_')))
  assert.deepEqual(await bash('copyhold vault '), [
    'sweep',
    'verify',
    'compare',
    'point',
    'rebuild-catalog',
    'rotate-key',
    'settings',
  ])
  assert.deepEqual(await bash('copyhold completion '), ['bash', 'zsh', 'fish'])
  assert.deepEqual(await bash('copyhold help resource r'), ['remove'])
  assert.deepEqual(await bash('copyhold resource add --na'), ['--name'])
})

test('operations, also behind global options', async () => {
  assert.deepEqual(await bash('copyhold backup start-c'), ['start-copy-job'])
  assert.deepEqual(await bash('copyhold --region eu-west-1 backup stop'), ['stop-backup-job'])
  assert.equal((await bash('copyhold backup ')).length, 110)
  assert.deepEqual(await bash('copyhold backup start-copy-job h'), ['help'])
})

test('options: required ones first, none twice, global ones when asked for', async () => {
  const start = await bash('copyhold backup start-copy-job ')
  assert.equal(start[0], '--recovery-point-arn')
  assert.ok(!start.includes('--region'))
  const later = await bash('copyhold backup start-copy-job --iam-role-arn x --region y --')
  assert.ok(!later.includes('--iam-role-arn') && !later.includes('--region'))
  assert.ok(later.includes('--query') && later.includes('--lifecycle'))
  const pair = await bash('copyhold backup list-backup-plans --include-deleted --')
  assert.ok(!pair.includes('--no-include-deleted'))
  const paged = await bash('copyhold backup list-copy-jobs --')
  assert.ok(paged.includes('--max-items') && !paged.includes('--next-token'))
})

test('values: choices, words of the model, profiles, Regions, keys of a structure', async () => {
  assert.deepEqual(await bash('copyhold backup list-copy-jobs --by-state F'), ['FAILED'])
  assert.deepEqual(await bash('copyhold backup list-tags --output y'), ['yaml', 'yaml-stream'])
  assert.deepEqual(await bash('copyhold --profile '), ['default', 'keys', 'two\\ words'])
  assert.deepEqual(await bash('copyhold backup help --region us-gov-e'), ['us-gov-east-1'])
  const lifecycle = 'copyhold backup start-copy-job --lifecycle '
  assert.deepEqual(await bash(`${lifecycle}Move`), ['MoveToColdStorageAfterDays='])
  assert.deepEqual(await bash(`${lifecycle}DeleteAfterDays=3`), [])
  const events = 'copyhold backup put-backup-vault-notifications --backup-vault-events '
  assert.deepEqual(await bash(`${events}COPY_JOB_STARTED COPY_JOB_F`), ['COPY_JOB_FAILED'])
  assert.deepEqual(await bash('copyhold backup start-copy-job --iam-role-arn '), [])
})

/** What bash is offered by a server that answers so. */
async function askServer(answers: readonly CannedAnswer[], line: string): Promise<string[]> {
  return await withStub(answers, async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL: stub.url } })
    assert.equal(await runCli(['_complete', 'bash', BREAKS, line], host), 0)
    assert.equal(host.printed.err, '')
    return host.printed.out.split('\n').slice(0, -1)
  })
}

test('values: the vaults, recovery points, jobs and frameworks that the server has', async () => {
  const vaults = [
    { json: { BackupVaultList: [{ BackupVaultName: 'a' }, { BackupVaultName: 'b' }] } },
  ]
  const start = 'copyhold backup start-copy-job --source-backup-vault-name'
  assert.deepEqual(await askServer(vaults, `${start} `), ['a', 'b'])
  assert.deepEqual(await askServer(vaults, `${start}=b`), ['b'])
  const arn = 'arn:aws:backup:eu-west-1:1:recovery-point:x'
  const points = [{ json: { RecoveryPoints: [{ RecoveryPointArn: arn }] } }]
  const point = `${start} a --recovery-point-arn arn:aws:backup:eu`
  assert.deepEqual(await askServer(points, point), ['eu-west-1:1:recovery-point:x'])
  const jobs = [{ json: { CopyJobs: [{ CopyJobId: 'j1', State: 'RUNNING' }] } }]
  const describe = 'copyhold backup describe-copy-job --copy-job-id '
  assert.deepEqual(await askServer(jobs, describe), ['j1'])
  const frameworks = [{ json: { Frameworks: [{ FrameworkName: 'f' }] } }]
  const framework = 'copyhold backup describe-framework --framework-name '
  assert.deepEqual(await askServer(frameworks, framework), ['f'])
})

test('values: a server that refuses or is away offers none, asked once and not again', async () => {
  const line = 'copyhold backup describe-backup-vault --backup-vault-name '
  await withStub([{ status: 500, json: {} }], async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL: stub.url } })
    assert.equal(await runCli(['_complete', 'bash', BREAKS, line], host), 0)
    assert.deepEqual(host.printed, { out: '', err: '' })
    assert.equal(stub.requests.length, 1)
  })
  const nobody = fakeHost({ variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } })
  assert.equal(await runCli(['_complete', 'bash', BREAKS, line], nobody), 0)
  assert.deepEqual(nobody.printed, { out: '', err: '' })
})

test('bash is given only what follows its last break, the others the whole word', async () => {
  assert.deepEqual(await bash('copyhold --output=js'), ['json'])
  assert.deepEqual(await bash('copyhold --output=js', ' '), ['--output=json'])
  const lifecycle = 'copyhold backup start-copy-job --lifecycle DeleteAfterDays=3,Mo'
  assert.deepEqual(await bash(lifecycle), ['3,MoveToColdStorageAfterDays='])
  assert.deepEqual(await ask('fish', '--output=js'), ['--output=json'])
  assert.deepEqual(await ask('zsh', '--output=js'), ['json'])
  assert.deepEqual(await ask('zsh', 'vault', 'sw'), [
    'sweep:delete the packs that no recovery point needs',
  ])
  assert.match(
    (await ask('fish', 'backup', 'stop'))[0] ?? '',
    /^stop-backup-job\tAsks a backup job/,
  )
})

test('nonsense gets no answer and no complaint', async () => {
  assert.deepEqual(await bash("copyhold 'unfinished"), [])
  assert.deepEqual(await bash('copyhold nonsense '), [])
  assert.deepEqual(await ask('tcsh', 'x'), [])
  assert.deepEqual(await ask(), [])
})

test('a line is taken apart as bash does', () => {
  assert.deepEqual(splitLine(`a 'b c' "d\\"e" f\\ g '' h`), ['a', 'b c', 'd"e', 'f g', '', 'h'])
  assert.deepEqual(splitLine('a '), ['a', ''])
})

const folder = mkdtempSync(path.join(tmpdir(), 'copyhold-completion-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const home = path.resolve(import.meta.dirname, '../../..')
symlinkSync(path.join(home, 'bin', 'copyhold.js'), path.join(folder, 'copyhold'))
const env = {
  PATH: `${folder}:${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  XDG_CACHE_HOME: path.join(folder, 'cache'),
  TERM: 'xterm',
  LANG: 'C.UTF-8',
}
const missing = (shell: string) =>
  noTerminal || (spawnSync(shell, ['-c', 'exit 0']).status === 0 ? false : `no ${shell} here`)

/** What each shell completes; the screen shows the finished line. */
const LINES: readonly Step[] = [
  { wait: 'READY', type: 'copyhold backup start-cop\t' },
  { wait: 'start-copy-job ', type: '--dest\t' },
  { wait: '--destination-backup-vault-arn ', type: 'x --generate-cli-skeleton ya\t' },
  { wait: 'yaml-input ', type: '--output=te\t' },
  { wait: '--output=text', type: ' --lifecycle Mo\t' },
  { wait: 'MoveToColdStorageAfterDays=', type: '7\x03' },
  { wait: '', type: 'exit 7\r' },
]

test('bash completes with the printed script', { skip: missing('bash') }, async () => {
  const command = ['bash', '--norc', '--noprofile', '-i']
  const setUp = 'source <(copyhold completion bash); echo REA""DY\r'
  const played = await playOnTerminal({
    command,
    env: { ...env, PS1: 'P> ' },
    steps: [{ wait: 'P> ', type: setUp }, ...LINES],
  })
  assert.equal(played.exitCode, 7)
})

test('zsh completes with the printed script', { skip: missing('zsh') }, async () => {
  const setUp =
    'autoload -U compinit; compinit -u -D; source <(copyhold completion zsh); echo REA""DY\r'
  const played = await playOnTerminal({
    command: ['zsh', '-f', '-i'],
    env: { ...env, PS1: 'P> ' },
    steps: [{ wait: 'P> ', type: setUp }, ...LINES],
  })
  assert.equal(played.exitCode, 7)
})

test('fish completes with the printed script', { skip: missing('fish') }, async () => {
  writeFileSync(path.join(folder, 'set-up.fish'), 'copyhold completion fish | source; echo READY')
  const played = await playOnTerminal({
    command: ['fish', '--no-config', '-i', '-C', `source ${folder}/set-up.fish`],
    env,
    steps: LINES,
  })
  assert.equal(played.exitCode, 7)
})
