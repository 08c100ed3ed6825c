// The journey by an unmodified client that is not ours and not JavaScript: the AWS CLI found on the
// PATH. Where there is none the test says that it is skipped.

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ACCOUNT, ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'
import { compareTrees } from './trees/compare-trees.ts'
import { makeOddTree } from './trees/odd-tree.ts'

const run = promisify(execFile)
const version = spawnSync('aws', ['--version'], { encoding: 'utf8' })
const skip = version.status === 0 ? false : 'there is no aws on the PATH'

test('the AWS CLI backs up, copies to another Region and restores', { skip }, async (t) => {
  t.diagnostic(version.stdout.trim())
  using folder = temporaryFolder()
  const tree = path.join(folder.path, 'tree')
  makeOddTree(tree, 3)
  await using server = await realServer(folder.path)
  const resource = await new User(server.url, 'eu-central-1').addDirectory(tree)
  const aws = client(server.url)
  const offsite = `arn:aws:backup:us-east-2:${ACCOUNT}:backup-vault:offsite`

  await aws('eu-central-1', 'create-backup-vault', '--backup-vault-name', 'daily')
  await aws('us-east-2', 'create-backup-vault', '--backup-vault-name', 'offsite')
  const { BackupJobId } = await aws(
    'eu-central-1',
    ...['start-backup-job', '--backup-vault-name', 'daily', '--iam-role-arn', ROLE],
    ...['--resource-arn', resource],
  )
  const backup = await ended(() =>
    aws('eu-central-1', 'describe-backup-job', '--backup-job-id', BackupJobId ?? ''),
  )
  assert.equal(backup.State, 'COMPLETED', backup.StatusMessage)

  const { CopyJobId } = await aws(
    'eu-central-1',
    ...['start-copy-job', '--source-backup-vault-name', 'daily', '--iam-role-arn', ROLE],
    ...['--recovery-point-arn', backup.RecoveryPointArn ?? ''],
    ...['--destination-backup-vault-arn', offsite],
    ...['--lifecycle', 'DeleteAfterDays=30'],
  )
  const copy = await ended(async () => {
    const answer = await aws('eu-central-1', 'describe-copy-job', '--copy-job-id', CopyJobId ?? '')
    return answer.CopyJob as unknown as Answer
  })
  assert.equal(copy.State, 'COMPLETED', copy.StatusMessage)

  const target = path.join(folder.path, 'restored')
  const { RestoreJobId } = await aws(
    'us-east-2',
    ...['start-restore-job', '--iam-role-arn', ROLE, '--metadata', `copyhold:path=${target}`],
    ...['--recovery-point-arn', copy.DestinationRecoveryPointArn ?? ''],
  )
  const restore = await ended(() =>
    aws('us-east-2', 'describe-restore-job', '--restore-job-id', RestoreJobId ?? ''),
  )
  assert.equal(restore.Status, 'COMPLETED', restore.StatusMessage)
  assert.deepEqual(compareTrees(tree, target), [])
})

type Answer = Record<string, string | undefined>

function client(url: string): (region: string, ...args: string[]) => Promise<Answer> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'any',
  }
  return async (region, ...args) => {
    const command = ['--endpoint-url', url, '--region', region, '--output', 'json', 'backup']
    const { stdout } = await run('aws', [...command, ...args], { env })
    return JSON.parse(stdout) as Answer
  }
}

function ended(describe: () => Promise<Answer>): Promise<Answer> {
  return until(async () => {
    const job = await describe()
    const state = job.State ?? job.Status
    return state === 'CREATED' || state === 'PENDING' || state === 'RUNNING' ? undefined : job
  })
}
