// Goal: `--wait` follows a job to its end and turns the end into the exit code. Method: a stub that
// answers AWS's operations, with and without Copyhold's progress beside them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { type Answering, fakeHost, withStub } from '../stub.suite.ts'

const COPY = [
  ...['backup', 'start-copy-job', '--wait', '--recovery-point-arn', 'arn:x'],
  ...['--source-backup-vault-name', 'src', '--iam-role-arn', 'arn:r'],
  ...['--destination-backup-vault-arn', 'arn:d'],
]

/** Answers a copy job that goes through `states`, the last one for good. */
function job(states: readonly string[], progress?: object): Answering {
  let looks = 0
  return ({ method, url }) => {
    if (url.startsWith('/_copyhold/')) {
      return progress ? { json: { Progress: progress } } : { status: 404, json: { message: 'no' } }
    }
    if (method === 'PUT') return { json: { CopyJobId: 'J-1' } }
    const State = states[Math.min(looks++, states.length - 1)]
    return { json: { CopyJob: { State, StatusMessage: State === 'FAILED' ? 'why not' : '' } } }
  }
}

async function wait(answering: Answering, argv: readonly string[] = COPY) {
  return await withStub(answering, async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: stub.url } })
    const code = await runCli(argv, host)
    return { code, ...host.printed, requests: stub.requests }
  })
}

test('standard output holds the answer alone, standard error a line for a change', async () => {
  const { code, out, err } = await wait(job(['CREATED', 'RUNNING', 'RUNNING', 'COMPLETED']))
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), { CopyJobId: 'J-1' })
  assert.equal(err, 'copy: CREATED\ncopy: RUNNING\ncopy: COMPLETED\n')
})

test('progress is shown where the server reports it', async () => {
  const counts = { bytesTotal: 1000, bytesStored: 300, bytesReused: 260, bytesPerSecond: 100 }
  const { err } = await wait(job(['RUNNING', 'COMPLETED'], counts))
  const [running, completed] = err.split('\n')
  const there = '260 bytes already there'
  assert.equal(
    running,
    `copy: RUNNING 50% (560 bytes of 1.0 kB, ${there}, 100 bytes/s, 5.0 s left)`,
  )
  assert.equal(completed, `copy: COMPLETED (560 bytes, ${there})`)
})

test('each end has its exit code', async () => {
  for (const [state, expected] of [
    ['COMPLETED', 0],
    ['PARTIAL', 3],
    ['FAILED', 4],
  ] as const) {
    const { code, err } = await wait(job(['RUNNING', state]))
    assert.equal(code, expected, err)
  }
  assert.match((await wait(job(['FAILED']))).err, /The copy job J-1 ended as FAILED: why not/)
})

test('files that a backup could not read, and entries that a restore could not write, show', async () => {
  const ended = async (kind: 'Backup' | 'Restore', category: string) => {
    const argv = ['backup', `start-${kind.toLowerCase()}-job`, '--wait', '--iam-role-arn', 'arn:r']
    const backup = ['--backup-vault-name', 'v', '--resource-arn', 'arn:x']
    const restore = ['--recovery-point-arn', 'arn:x', '--metadata', 'a=b']
    const answering: Answering = ({ method, url }) => {
      if (url.startsWith('/_copyhold/')) return { json: { MessageCategory: category } }
      if (method === 'PUT') return { json: { [`${kind}JobId`]: 'J-1' } }
      if (kind === 'Restore') return { json: { Status: 'COMPLETED', StatusMessage: 'why' } }
      return { json: { State: 'COMPLETED', StatusMessage: 'why', MessageCategory: category } }
    }
    const { code, err } = await wait(answering, [
      ...argv,
      ...(kind === 'Backup' ? backup : restore),
    ])
    return [code, err.includes(`job J-1 ended as COMPLETED: why`)]
  }
  assert.deepEqual(await ended('Backup', 'SUCCESS'), [0, false])
  assert.deepEqual(await ended('Backup', 'MISCELLANEOUS'), [3, true])
  assert.deepEqual(await ended('Restore', 'SUCCESS'), [0, false])
  assert.deepEqual(await ended('Restore', 'ENTRIES_NOT_RESTORED'), [6, true])
})

test('the time given may run out; the job goes on', async () => {
  const { code, err } = await wait(job(['RUNNING']), [...COPY, '--wait-timeout', '5'])
  assert.equal(code, 5)
  assert.match(err, /The copy job J-1 is still RUNNING and goes on\.\n$/)
})

test('Ctrl-C leaves the job running and says so', async () => {
  const running = job(['RUNNING'])
  let interrupt = () => {}
  const answering: Answering = (request) => {
    if (request.method === 'GET') interrupt()
    return running(request)
  }
  await withStub(answering, async (stub) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: stub.url } })
    interrupt = () => host.interrupt()
    assert.equal(await runCli(COPY, host), 130)
    assert.match(host.printed.err, /Not waiting any longer; the copy job J-1 goes on\.\n$/)
    assert.ok(stub.requests.every(({ method }) => method !== 'DELETE'))
  })
})

test('messages for programs stand on standard error: standard output holds the answer', async () => {
  const counts = { bytesTotal: 1000, bytesStored: 250, bytesPerSecond: 100 }
  const argv = [...COPY, '--progress', 'json']
  const { code, out, err } = await wait(job(['RUNNING', 'FAILED'], counts), argv)
  assert.equal(code, 4)
  assert.deepEqual(JSON.parse(out), { CopyJobId: 'J-1' })
  const job1 = { job_kind: 'copy', job_id: 'J-1' }
  const messages = err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(messages[0], {
    message_type: 'status',
    ...job1,
    state: 'RUNNING',
    ...{ fraction_done: 0.25, bytes_done: 250, bytes_total: 1000 },
    ...{ bytes_per_second: 100, seconds_left: 8 },
  })
  assert.deepEqual(messages.at(-1), {
    message_type: 'summary',
    ...job1,
    state: 'FAILED',
    status_message: 'why not',
    exit_code: 4,
  })
})

test('a look that fails for a passing reason does not end the wait', async () => {
  const running = job(['RUNNING', 'RUNNING', 'COMPLETED'])
  let looks = 0
  const failing: Answering = (request) => {
    const isLook = request.method === 'GET' && request.url.startsWith('/copy-jobs/')
    // Three attempts belong to one look.
    if (isLook && ++looks > 1 && looks < 8) return { status: 503, body: '' }
    return running(request)
  }
  const { code, err } = await wait(failing)
  assert.equal(code, 0, err)
  assert.equal(err, 'copy: RUNNING\ncopy: COMPLETED\n')
})

test('jobs of reports and scans can be waited for too', async () => {
  const report = ['backup', 'start-report-job', '--report-plan-name', 'p', '--wait']
  const { code, err, requests } = await wait(({ method, url }) => {
    if (url.startsWith('/_copyhold/')) return { status: 404 }
    if (method === 'POST') return { json: { ReportJobId: 'R-1' } }
    return { json: { ReportJob: { ReportJobId: 'R-1', Status: 'COMPLETED' } } }
  }, report)
  assert.equal(code, 0)
  assert.equal(err, 'report: COMPLETED\n')
  assert.ok(requests.some(({ url }) => url === '/audit/report-jobs/R-1'))
})
