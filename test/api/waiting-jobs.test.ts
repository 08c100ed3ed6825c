// A job between two attempts says for what it waits, which attempt ended, and when the next one is
// made: by AWS's operations, by their lists, and by our own route.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { type Claim, jobs } from '../../src/catalog/index.ts'
import type { JobKind, JobProgress } from '../../src/model/index.ts'
import { type Api, startApi, User } from './harness.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const WHY = 'the disk of the store of eu-west-1 is full'
const COUNTS = { bytesReused: 0, packsStored: 0, packsReused: 0, entries: 0, attempt: 1 }

function claim(kind: JobKind): Promise<Claim> {
  const { catalog, clock } = api.context
  return catalog.transaction(async (tx) => {
    const by = { owner: 'test', now: clock.now(), leaseMs: 60_000, kinds: [kind] }
    const claimed = await jobs.claim(tx, by)
    assert.ok(claimed)
    await jobs.start(tx, claimed, clock.now())
    return claimed
  })
}

/** An attempt that moved bytes and then met a trouble; answers when the next one is due. */
async function troubled(kind: JobKind): Promise<{ readonly dueAt: number; readonly text: string }> {
  const held = await claim(kind)
  api.progress.set(held.job.id, { ...COUNTS, bytesRead: 700, bytesStored: 500, bytesTotal: 1000 })
  const dueAt = Date.parse('2031-05-06T07:08:09Z')
  const until = { dueAt, waitingFor: WHY, troubles: 1 }
  await api.context.catalog.transaction((tx) => jobs.pause(tx, held, until))
  const end = 'Attempt 1 was made; the next one is due at 2031-05-06T07:08:09Z.'
  return { dueAt, text: `Waiting: ${WHY}. ${end}` }
}

interface Shown {
  readonly StatusMessage?: string
  readonly Progress?: JobProgress
}

test('backups, copies and restores that wait say so wherever they are described', async () => {
  const user = new User(api)
  const { point, resource } = await user.backedUp()
  const own = async (id: string) => (await user.extension('GET', `/jobs/${id}`)).body as Shown

  const BackupJobId = await user.startBackup('source', resource)
  const backup = await troubled('backup')
  const shown = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(shown.StatusMessage, backup.text)
  assert.equal(shown.State, 'RUNNING')
  assert.equal(shown.BytesTransferred, 500, 'what the attempt had done is still told')
  const { BackupJobs } = await user.aws.listBackupJobs({ ByState: 'RUNNING' })
  assert.equal(BackupJobs?.[0]?.StatusMessage, backup.text)
  const mine = await own(BackupJobId)
  assert.equal(mine.StatusMessage, backup.text)
  assert.equal(mine.Progress?.waitingFor, WHY)
  assert.equal(mine.Progress?.attempt, 1)
  assert.equal(mine.Progress?.nextAttemptAt, backup.dueAt)

  const CopyJobId = await user.startCopy({ vault: 'source', point }, user.vaultArn('source'))
  const copy = await troubled('copy')
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  assert.equal(CopyJob?.StatusMessage, copy.text)
  assert.equal((await own(CopyJobId)).Progress?.waitingFor, WHY)

  const { RestoreJobId = '' } = await user.aws.startRestoreJob({
    RecoveryPointArn: point,
    Metadata: { 'copyhold:path': '/restored' },
    IamRoleArn: user.role,
  })
  const restore = await troubled('restore')
  assert.equal((await user.aws.describeRestoreJob({ RestoreJobId })).StatusMessage, restore.text)
  assert.equal((await own(RestoreJobId)).Progress?.nextAttemptAt, restore.dueAt)
})

test('the next attempt waits for nothing of it, nor does a job that was let go', async () => {
  const user = new User(api)
  const { resource } = await user.backedUp()
  const BackupJobId = await user.startBackup('source', resource)
  const { catalog, clock } = api.context
  await troubled('backup')
  await catalog.transaction((tx) => jobs.forgetWaits(tx, clock.now()))
  const again = await claim('backup')
  assert.equal(again.job.attempt, 2)
  const now = await user.aws.describeBackupJob({ BackupJobId })
  assert.equal(now.StatusMessage, undefined)
  // As a server that is told to end does.
  await catalog.transaction((tx) => jobs.release(tx, again, clock.now()))
  assert.equal((await user.aws.describeBackupJob({ BackupJobId })).StatusMessage, undefined)
})

test('a job that waits for its turn says so to AWS’s clients too', async () => {
  const user = new User(api)
  const { point } = await user.backedUp()
  api.context.limits.set({ ...api.context.limits.now(), copies: 1 })
  const from = { vault: 'source', point }
  await user.startCopy(from, user.vaultArn('source'))
  await claim('copy')
  const CopyJobId = await user.startCopy(from, user.vaultArn('source'))
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId })
  assert.equal(CopyJob?.State, 'CREATED')
  assert.equal(CopyJob?.StatusMessage, 'Waiting: its turn: one copy may run at once.')
})
