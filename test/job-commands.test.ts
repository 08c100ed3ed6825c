// Goal: the commands around copy jobs do what they say against a real server: wait, watch, explain,
// preflight, copy. Method: the command line in this process, its output caught; `watch` once more
// under a pseudo-terminal, as a process of its own.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type Answering, withStub } from '../src/cli/stub.suite.ts'
import { ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'
import { environmentOf, runCommand } from './run-command.ts'

const HOME = 'eu-west-1'
const AWAY = 'eu-central-1'

let folder: ReturnType<typeof temporaryFolder>
let server: Awaited<ReturnType<typeof realServer>>
let home: User
let away: User
const points: string[] = []

before(async () => {
  folder = temporaryFolder()
  server = await realServer(folder.path)
  home = new User(server.url, HOME)
  away = new User(server.url, AWAY)
  await home.createVault('home')
  await away.createVault('offsite')
  for (const name of ['one', 'two']) {
    const source = path.join(folder.path, name)
    mkdirSync(source)
    writeFileSync(path.join(source, 'file'), name.repeat(100_000))
    const resource = await home.addDirectory(source)
    points.push(await home.backUp('home', resource))
    if (name === 'two') points.push(await home.backUp('home', resource))
  }
})

after(async () => {
  await server[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const variables = () => environmentOf(home, folder.path)
const cli = (...argv: string[]) => runCommand(argv, { environment: variables() })

const offsite = () => away.vaultArn('offsite')
const copyArguments = (point: string, to: string) => [
  ...['--recovery-point-arn', point, '--source-backup-vault-name', 'home'],
  ...['--destination-backup-vault-arn', to, '--iam-role-arn', ROLE],
]

test('wait ends with the job and its exit code, in lines or in messages', async () => {
  const id = await home.startCopy({ vault: 'home', point: points[0] ?? '' }, offsite())
  const done = await cli('wait', 'copy-job-completed', '--copy-job-id', id)
  assert.equal(done.code, 0, done.err)
  assert.match(done.err, /copy: COMPLETED \([\d.]+ \w+(, .* already there)?\)\n$/)
  assert.equal(done.out, '')

  const foreign = `arn:aws:backup:${AWAY}:999999999999:backup-vault:theirs`
  const failing = await home.startCopy({ vault: 'home', point: points[0] ?? '' }, foreign)
  const argv = ['wait', 'copy-job-completed', '--copy-job-id', failing]
  const failed = await cli(...argv, '--progress', 'json')
  assert.equal(failed.code, 4)
  const messages = failed.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(messages.slice(0, -1).every(({ message_type }) => message_type === 'status'))
  const { message_type, state, exit_code } = messages.at(-1)
  assert.deepEqual([message_type, state, exit_code], ['summary', 'FAILED', 4])

  const explained = await cli('explain', failing)
  assert.match(explained.out, /Copies between accounts are switched off/)
  assert.match(explained.out, /isCrossAccountBackupEnabled=true/)
  assert.match(explained.out, /access key of the management account\s+000000000000/)
})

test('nothing is done beyond the whole, whatever the copy of a few bytes comes to', async () => {
  const tiny = path.join(folder.path, 'tiny')
  mkdirSync(tiny)
  writeFileSync(path.join(tiny, 'file'), '2b')
  await home.createVault('small')
  const point = await home.backUp('small', await home.addDirectory(tiny))
  for (const copyMode of ['verbatim', 'reencrypt']) {
    await away.createVault(copyMode)
    await away.extension('PUT', `/vaults/${copyMode}/settings`, JSON.stringify({ copyMode }))
    for (const _ of ['moved', 'already there']) {
      const id = await home.startCopy({ vault: 'small', point }, away.vaultArn(copyMode))
      await home.copyEnd(id)
      const { Progress } = (await home.extension('GET', `/jobs/${id}`)) as {
        Progress: { bytesTotal: number; bytesStored: number; bytesReused: number }
      }
      const { bytesTotal, bytesStored, bytesReused } = Progress
      assert.ok(bytesStored + bytesReused > 0)
      assert.ok(bytesStored + bytesReused <= bytesTotal, JSON.stringify(Progress))
      const waited = await cli('wait', 'copy-job-completed', '--copy-job-id', id)
      assert.match(waited.err, /^copy: COMPLETED \(\d+ bytes(, .*already there)?\)\n$/)
    }
  }
})

test('a job that is not there ends the wait with an error, also as a message', async () => {
  const argv = [
    'wait',
    'copy-job-completed',
    '--copy-job-id',
    'B61AA03A-0000-0000-0000-000000000000',
  ]
  const text = await cli(...argv)
  assert.equal(text.code, 254)
  assert.match(text.err, /^copyhold: An error occurred \(ResourceNotFoundException\)/)
  const json = await cli(...argv, '--progress', 'json')
  assert.equal(json.code, 254)
  assert.equal(JSON.parse(json.out).message_type, 'error')
  assert.equal(json.err, '')
})

test('a job that waits says for what, which attempt it was and when the next one is', async () => {
  await home.extension(
    'PUT',
    '/faults',
    JSON.stringify({ name: 'trouble', match: { kind: 'copy' }, times: 2 }),
  )
  const id = await home.startCopy({ vault: 'home', point: points[0] ?? '' }, offsite())
  const paused = await until(async () => {
    const { out } = await cli('explain', id)
    return /It waits/.test(out) ? out : undefined
  })
  const story = paused.replaceAll(/\s+/g, ' ')
  assert.match(story, /It waits: the world fails on purpose \(a fault was raised\)/)
  assert.match(story, /\(attempt \d was made, next try at \d\d:\d\d:\d\d UTC\)\. It tries again/)
  assert.doesNotMatch(paused, /No article/)
  const waited = await cli('wait', 'copy-job-completed', '--copy-job-id', id)
  assert.equal(waited.code, 0)
  assert.match(waited.err, /^copy: \w+( 0%)? \(waits: the world fails .*attempt \d .*UTC\)\)$/m)
})

test('--wait waits for a backup and a restore as well', async () => {
  const target = path.join(folder.path, 'restored')
  const metadata = JSON.stringify({ 'copyhold:path': target })
  const restore = ['backup', 'start-restore-job', '--recovery-point-arn', points[0] ?? '']
  const done = await cli(...restore, '--metadata', metadata, '--iam-role-arn', ROLE, '--wait')
  assert.equal(done.code, 0, done.err)
  assert.match(done.err, /restore: COMPLETED/)
  const { RestoreJobId } = JSON.parse(done.out)
  const waited = await cli('wait', 'restore-job-completed', '--restore-job-id', RestoreJobId)
  assert.equal(waited.code, 0)
  const explained = await cli('explain', RestoreJobId)
  assert.match(explained.out, /^Restore job .*: COMPLETED\n/)
})

test('preflight foretells what the copy then does', async () => {
  const good = await cli('preflight', ...copyArguments(points[1] ?? '', offsite()))
  assert.equal(good.code, 0, good.out)
  assert.match(good.out, /It is kept for ever|The copy is kept for ever/)
  const nowhere = home.vaultArn('nowhere')
  const bad = await cli('preflight', ...copyArguments(points[1] ?? '', nowhere))
  assert.equal(bad.code, 4)
  const refused = await cli('backup', 'start-copy-job', ...copyArguments(points[1] ?? '', nowhere))
  assert.equal(refused.code, 254)
})

test('what a Copyhold judges beforehand is no longer unknown', async () => {
  const argv = copyArguments(points[1] ?? '', offsite())
  const verdictsOf = async (words: readonly string[]) => {
    const { out } = await cli('preflight', ...words, '--output', 'json')
    const { Checks } = JSON.parse(out) as { Checks: { Check: string; Verdict: string }[] }
    return Object.fromEntries(Checks.map(({ Check, Verdict }) => [Check, Verdict]))
  }
  const good = await verdictsOf(argv)
  for (const check of ['role', 'keys', 'destination-policy']) assert.equal(good[check], 'pass')
  const theirs = `arn:aws:backup:${AWAY}:999999999999:backup-vault:theirs`
  const bad = await verdictsOf(copyArguments(points[1] ?? '', theirs))
  assert.equal(bad.organization, 'pass')
  for (const check of ['cross-account', 'destination-policy']) assert.equal(bad[check], 'fail')
  assert.equal(bad['destination-vault'], 'unknown', 'nothing is told of a vault of others')
})

test('many copies: a dry run changes nothing, the newest are copied, a repeat is harmless', async () => {
  await home.copy({ vault: 'home', point: points[0] ?? '' }, offsite())
  const argv = ['copy', '--from', 'home', '--to', offsite(), '--newest-per-resource', '1']
  const dry = await cli(...argv, '--missing-only', '--dry-run')
  assert.equal(dry.code, 0)
  assert.deepEqual(dry.out.match(/^(would copy|already there)/gm)?.sort(), [
    'already there',
    'would copy',
  ])
  const before = await count()
  const first = await cli(...argv, '--missing-only', '--lifecycle', 'DeleteAfterDays=14')
  assert.equal(first.code, 0, first.err)
  assert.match(first.out, /\n1 copied, 1 already there, 0 refused\n$/)
  assert.equal(await count(), before + 1)

  const again = await cli(...argv, '--missing-only', '--output', 'json')
  assert.equal(again.code, 0)
  assert.equal(JSON.parse(again.out).AlreadyThere.length, 2)
  assert.equal(await count(), before + 1)
})

test('without looking, the token alone makes a repeat harmless', async () => {
  await home.createVault('spare')
  const argv = ['copy', '--from', 'home', '--to', home.vaultArn('spare')]
  const one = await cli(...argv, '--created-after', '2020-01-01')
  assert.equal(one.code, 0, one.err)
  const jobs = (await cli('backup', 'list-copy-jobs', '--query', 'length(CopyJobs)')).out
  const two = await cli(...argv)
  assert.equal(two.code, 0)
  assert.match(two.out, /\n0 copied, 3 already there, 0 refused\n$/)
  assert.equal((await cli('backup', 'list-copy-jobs', '--query', 'length(CopyJobs)')).out, jobs)
})

test('what is refused is told with its reason; all refused ends with 4', async () => {
  const foreign = `arn:aws:backup:${AWAY}:999999999999:backup-vault:theirs`
  const argv = ['copy', '--from', 'home', '--to', foreign, '--newest-per-resource', '1']
  const { code, out, err } = await cli(...argv)
  assert.equal(code, 4, err)
  assert.match(out, /^failed .*: Copy job failed. Cross-account copy feature is not enabled/m)
  assert.match(out, /copyhold explain cross-account-off/)
  const wrong = await cli('copy', '--from', 'arn:aws:x', '--to', offsite())
  assert.equal(wrong.code, 252)
})

test('watch shows running copies until they have ended, and says when there are none', async () => {
  const id = await home.startCopy({ vault: 'home', point: points[2] ?? '' }, offsite())
  const named = await cli('watch', id)
  assert.equal(named.code, 0, named.err)
  assert.match(named.out, new RegExp(`^copy ${id}: COMPLETED`, 'm'))
  const none = await cli('watch')
  assert.equal(none.code, 0)
  assert.match(none.err, /No copy is under way in eu-west-1\./)
})

const NO_TERMINAL =
  spawnSync('python3', ['-c', 'import pty']).status === 0
    ? false
    : 'python3 makes the pseudo-terminal, and is not here'

test('under a terminal the table stays when all have ended', { skip: NO_TERMINAL }, async () => {
  const id = await home.startCopy({ vault: 'home', point: points[0] ?? '' }, offsite())
  const { code, text } = await underTerminal(['watch', id], { environment: { NO_COLOR: '1' } })
  assert.equal(code, 0, text)
  assert.match(text, /JOB +STATE +WHAT +TO +DONE/)
  assert.match(text, new RegExp(`${id.slice(0, 8)}  ✓ COMPLETED  EFS`))
  assert.ok(text.includes('\x1b[?25h'), 'the cursor is shown again')
})

test('q leaves with 0, Ctrl-C with 130; the table is drawn in place', {
  skip: NO_TERMINAL,
}, async () => {
  const job = { CopyJobId: 'RUNNING-1', State: 'RUNNING', ResourceType: 'EFS' }
  let looks = 0
  const answering: Answering = ({ url }) => {
    looks++
    if (url.startsWith('/_copyhold/')) return { json: { Progress: { bytesStored: looks } } }
    return { json: url.includes('?') ? { CopyJobs: [job] } : { CopyJob: job } }
  }
  await withStub(answering, async (stub) => {
    const environment = { AWS_ENDPOINT_URL_BACKUP: stub.url }
    for (const [key, expected] of [
      ['q', 0],
      ['\x03', 130],
    ] as const) {
      // Pressed when the table has been drawn twice: the second time over the first.
      const press = { key, after: '\x1b[2A' }
      const { code, text } = await underTerminal(['watch'], { environment, press })
      assert.equal(code, expected, text)
      assert.match(text, /one job goes on/)
    }
  })
})

/** Runs the program with a pseudo-terminal for its three streams. */
async function underTerminal(
  argv: readonly string[],
  given: {
    readonly environment?: Readonly<Record<string, string>>
    readonly press?: { readonly key: string; readonly after: string }
  } = {},
): Promise<{ code: number; text: string }> {
  const program = path.resolve(import.meta.dirname, '../src/main.ts')
  const script = 'import pty,sys,os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
  const child = spawn('python3', ['-c', script, process.execPath, program, ...argv], {
    env: { ...process.env, ...variables(), ...given.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = new Promise<number>((done) => child.on('close', (code) => done(code ?? -1)))
  const { press } = given
  let text = ''
  let pressed = false
  for await (const part of child.stdout) {
    text += String(part)
    if (press && !pressed && text.includes(press.after)) {
      pressed = true
      child.stdin.write(press.key)
    }
  }
  return { code: await closed, text }
}

async function count(): Promise<number> {
  const listed = await cli(
    ...['backup', 'list-recovery-points-by-backup-vault', '--region', AWAY],
    ...['--backup-vault-name', 'offsite', '--query', 'length(RecoveryPoints)'],
  )
  return Number(listed.out)
}
