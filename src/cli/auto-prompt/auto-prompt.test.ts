// Goal: what is missing is asked for, with what the server has as choices, and the finished line is
// shown and run. Method: scripted answers against a stub server, then the real prompts on a
// pseudo-terminal.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { noTerminal, playOnTerminal } from '../pseudo-terminal.suite.ts'
import { runCli } from '../run.ts'
import { type Answering, fakeHost, withStub } from '../stub.suite.ts'
import { promptMode } from './mode.ts'
import { type Asker, Interrupted } from './questions.ts'
import { runWithQuestions } from './run.ts'

const POINT = 'arn:aws:backup:eu-west-1:123456789012:recovery-point:1'
const THERE = 'arn:aws:backup:us-east-1:123456789012:backup-vault:offsite'
const ROLE = 'arn:aws:iam::123456789012:role/backup'

const server: Answering = ({ method, url, headers }) => {
  const there = String(headers.authorization).includes('/us-east-1/')
  if (method === 'PUT') return { json: { CopyJobId: 'C-1', CreationDate: 0, IsParent: false } }
  if (url.startsWith('/backup-vaults/daily/recovery-points')) {
    const facts = { BackupSizeInBytes: 4_200_000, Status: 'COMPLETED', CreationDate: 0 }
    return {
      json: { RecoveryPoints: [{ RecoveryPointArn: POINT, ResourceName: 'docs', ...facts }] },
    }
  }
  if (url.startsWith('/backup-vaults')) {
    const name = there ? 'offsite' : 'daily'
    const arn = there ? THERE : 'arn:aws:backup:eu-west-1:123456789012:backup-vault:daily'
    const vault = { BackupVaultName: name, BackupVaultArn: arn, NumberOfRecoveryPoints: 1 }
    return { json: { BackupVaultList: [vault] } }
  }
  if (url.startsWith('/copy-jobs'))
    return { json: { CopyJobs: [{ CopyJobId: 'C-0', IamRoleArn: ROLE }] } }
  if (url.startsWith('/backup-jobs')) return { json: { BackupJobs: [{ IamRoleArn: ROLE }] } }
  return undefined
}

// Answers by question; a question without an answer leaves the form.
function scripted(answers: Readonly<Record<string, string>>) {
  const asked: { question: string; choices?: readonly string[] }[] = []
  const notes: string[] = []
  const left = new Map(Object.entries(answers))
  const answer = (question: string) => {
    const given = left.get(question)
    left.delete(question)
    if (given === undefined) throw new Interrupted('Ctrl-C')
    return given
  }
  const asker: Asker = {
    choose: async (question, choices) => {
      asked.push({ question, choices: choices.map(({ value, name = value }) => name) })
      const given = answer(question)
      const choice = choices.find(({ value, name = value }) => name === given || value === given)
      assert.ok(choice, `${question} does not offer ${given}`)
      return choice.value
    },
    type: async (question) => {
      asked.push({ question })
      return answer(question)
    },
    confirm: async () => true,
    note: (text) => void notes.push(text),
  }
  return { asker, asked, notes }
}

async function ask(
  argv: readonly string[],
  answers: Readonly<Record<string, string>>,
  given: { terminal?: boolean; answering?: Answering; variables?: Record<string, string> } = {},
) {
  const { terminal = true, answering = server, variables = {} } = given
  return await withStub(answering, async (stub) => {
    const fake = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: stub.url, ...variables } })
    const host = {
      ...fake,
      terminal: { ...fake.terminal, inIsTerminal: terminal, errIsTerminal: terminal },
    }
    const script = scripted(answers)
    const code = await runWithQuestions(argv, host, async () => script.asker)
    return { code, ...fake.printed, ...script, requests: stub.requests }
  })
}

const START = ['backup', 'start-copy-job', '--cli-auto-prompt']
const ANSWERS = {
  '--source-backup-vault-name': 'daily',
  '--recovery-point-arn': POINT,
  'Region of the destination': 'us-east-1',
  '--destination-backup-vault-arn': THERE,
  '--iam-role-arn': ROLE,
  'Run it, or set more': 'Run it',
}

test('asks for each missing argument with what the server has, shows the line, runs it', async () => {
  const { code, out, err, asked, requests } = await ask(START, ANSWERS)
  assert.equal(code, 0, err)
  assert.deepEqual(
    asked.map(({ question }) => question),
    Object.keys(ANSWERS),
  )
  const choices = (question: string) => asked.find((one) => one.question === question)?.choices
  assert.deepEqual(choices('--recovery-point-arn'), [
    '1970-01-01 00:00  docs  4.2 MB  COMPLETED',
    'Another: type it',
  ])
  assert.deepEqual(choices('--iam-role-arn'), [ROLE, 'Another: type it'])
  const line =
    `> copyhold backup start-copy-job --source-backup-vault-name daily --recovery-point-arn ${POINT} ` +
    `--destination-backup-vault-arn ${THERE} --iam-role-arn ${ROLE}\n`
  assert.equal(err, line)
  assert.equal(JSON.parse(out).CopyJobId, 'C-1')
  assert.equal(JSON.parse(requests.at(-1)?.body ?? '').RecoveryPointArn, POINT)
})

test('what is given is not asked for; more can be set; the operation is a question, too', async () => {
  const given = ['--cli-auto-prompt', '--region', 'eu-west-1', 'backup', 'nonsense']
  const { code, err, asked } = await ask(given, {
    Operation: 'create-backup-vault',
    '--backup-vault-name': 'Another: type it',
    'Run it, or set more': '--backup-vault-tags',
  })
  assert.equal(code, 130)
  assert.deepEqual(asked.map(({ question }) => question).slice(0, 2), [
    'Operation',
    '--backup-vault-name',
  ])
  assert.equal(err, '> copyhold --region eu-west-1 backup create-backup-vault\n')
})

test('values that are words of the model are chosen, lists take several', async () => {
  const { code, err } = await ask(
    ['backup', 'list-copy-jobs', '--cli-auto-prompt', '--output', 'off'],
    { 'Run it, or set more': '--by-state', '--by-state': 'FAILED' },
  )
  assert.equal(code, 130)
  assert.equal(err, '> copyhold backup list-copy-jobs --output off --by-state FAILED\n')
})

test('a server that does not answer has nothing to offer, and arguments are typed', async () => {
  const { code, notes, err } = await ask(
    START,
    { '--source-backup-vault-name': 'mine' },
    { answering: () => ({ status: 403, json: { message: 'no' } }) },
  )
  assert.equal(code, 130)
  assert.match(notes[0] ?? '', /^No choices to offer: /)
  assert.match(err, /--source-backup-vault-name mine\n$/)
})

test('on-partial asks only when the command is not right, and says nothing about why', async () => {
  const variables = { AWS_CLI_AUTO_PROMPT: 'on-partial' }
  const whole = await ask(['backup', 'list-copy-jobs'], {}, { variables })
  assert.deepEqual([whole.code, whole.asked, whole.err], [0, [], ''])
  const partial = await ask(['backup', 'start-copy-job'], ANSWERS, { variables })
  assert.equal(partial.code, 0)
  assert.match(partial.err, /^> copyhold backup start-copy-job .*\n$/)
})

test('without a terminal nothing is asked: the command runs as it is given', async () => {
  const incomplete = await ask(START, {}, { terminal: false })
  assert.equal(incomplete.code, 252)
  assert.match(incomplete.err, /the following arguments are required: --recovery-point-arn/)
  const complete = await ask(
    ['backup', 'list-copy-jobs', '--cli-auto-prompt'],
    {},
    { terminal: false },
  )
  assert.deepEqual([complete.code, complete.err], [0, ''])
})

test('the mode follows flags, environment and profile', async () => {
  const mode = (argv: string[], variables = {}) =>
    promptMode(
      argv,
      fakeHost({
        variables,
        files: { '/home/nobody/.aws/config': '[profile p]\ncli_auto_prompt = on-partial\n' },
      }),
    )
  assert.equal(mode([]), 'off')
  assert.equal(mode(['--cli-auto']), 'on')
  assert.equal(mode([], { AWS_CLI_AUTO_PROMPT: 'ON' }), 'on')
  assert.equal(mode([], { AWS_CLI_AUTO_PROMPT: 'bogus' }), 'off')
  assert.equal(mode(['--no-cli-auto-prompt'], { AWS_CLI_AUTO_PROMPT: 'on' }), 'off')
  assert.equal(mode(['backup', 'help', '--cli-auto-prompt']), 'off')
  assert.equal(mode(['--profile', 'p']), 'on-partial')
  assert.equal(mode(['--profile', 'unknown']), 'off')
  const both = fakeHost({})
  const code = await runCli(['backup', 'x', '--cli-auto-prompt', '--no-cli-auto-prompt'], both)
  assert.equal(code, 252)
  assert.match(both.printed.err, /Both --cli-auto-prompt and --no-cli-auto-prompt cannot be spec/)
})

const launcher = path.resolve(import.meta.dirname, '../../../bin/copyhold.js')
const environment = (url: string) => ({
  PATH: process.env.PATH,
  TERM: 'xterm',
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL_BACKUP: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'A',
  AWS_SECRET_ACCESS_KEY: 'S',
  AWS_PAGER: '',
})

test('on a real terminal choices are narrowed down by typing', { skip: noTerminal }, async () => {
  const played = await withStub(server, (stub) =>
    playOnTerminal({
      command: [process.execPath, launcher, ...START],
      env: environment(stub.url),
      steps: [
        { wait: 'daily', type: 'dai' },
        { wait: 'name dai\n❯ daily\n', type: '\r' },
        { wait: 'docs', type: '\r' },
        { wait: 'the same Region', type: 'virg' },
        { wait: '❯ us-east-1', type: '\r' },
        { wait: 'offsite', type: '\r' },
        { wait: ROLE, type: '\r' },
        { wait: 'Run it', type: '\r' },
        { wait: '> copyhold backup start-copy-job' },
        { wait: '"CopyJobId": "C-1"' },
      ],
    }),
  )
  assert.equal(played.exitCode, 0)
})

test('Ctrl-C leaves the form with 130 and the line so far', { skip: noTerminal }, async () => {
  const played = await withStub(server, (stub) =>
    playOnTerminal({
      command: [process.execPath, launcher, ...START],
      env: environment(stub.url),
      steps: [
        { wait: 'daily', type: '\r' },
        { wait: 'docs', type: '\x03' },
        { wait: '> copyhold backup start-copy-job --source-backup-vault-name daily' },
      ],
    }),
  )
  assert.equal(played.exitCode, 130)
})
