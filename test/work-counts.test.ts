// How much work a job does, where time cannot be asserted: what was read, stored, taken over and
// put, as the job itself reports it and as the store counted. Goal: what did not change costs no
// byte and is counted once; what changed costs little more than itself.

import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartBackupJobCommand } from '@aws-sdk/client-backup'
import { realServer, temporaryFolder, User } from './real-server.ts'

const FOLDERS = 20
const FILES_IN_FOLDER = 50
/** Bundled: some of a small file's neighbours are in the chunk that is cut anew around it. */
const BUNDLE_BYTES_MAX = 4 * 1024 * 1024
/** A file is taken over unread when it had settled for two seconds before it was read. */
const SETTLED_MS = 2_100

interface Progress {
  readonly bytesRead: number
  readonly bytesStored: number
  readonly bytesReused: number
  readonly packsStored: number
  readonly packsReused: number
  readonly entries: number
}

test('what did not change is neither read nor put, and is counted once', async () => {
  using folder = temporaryFolder()
  const root = path.join(folder.path, 'files')
  const { bytes, entries } = makeTree(root)
  await using server = await realServer(folder.path)
  const user = new User(server.url, 'eu-west-1')
  const far = new User(server.url, 'us-east-1')
  await user.createVault('source')
  await far.createVault('copies')
  const resource = await user.addDirectory(root)
  await sleep(SETTLED_MS)
  const packsPut = () =>
    readFileSync(path.join(folder.path, 'puts.log'), 'utf8').match(/ packs\//g)?.length ?? 0

  const first = await backUp(user, resource)
  assert.equal(first.progress.bytesRead, bytes)
  assert.equal(first.progress.entries, entries)
  assert.equal(first.progress.packsStored, 2, 'one of contents, one of entries')
  const putFirst = packsPut()

  const again = await backUp(user, resource)
  assert.deepEqual(countsOf(again.progress), { bytesRead: 0, bytesStored: 0, bytesReused: bytes })
  assert.equal(again.progress.entries, entries)
  assert.equal(packsPut(), putFirst)

  const copied = await copy(user, again.point)
  assert.equal(copied.packsStored, 2)
  assert.equal(copied.bytesStored, first.progress.bytesStored)
  const copiedAgain = await copy(user, first.point)
  assert.deepEqual(countsOf(copiedAgain), {
    ...{ bytesRead: 0, bytesStored: 0 },
    bytesReused: first.progress.bytesStored,
  })

  appendFileSync(path.join(root, '3', '7.txt'), 'edited')
  await sleep(SETTLED_MS)
  const changed = await backUp(user, resource)
  assert.equal(changed.progress.entries, entries)
  assert.ok(changed.progress.bytesRead > 0 && changed.progress.bytesRead < BUNDLE_BYTES_MAX)
  assert.equal(changed.progress.bytesRead + changed.progress.bytesReused, bytes + 'edited'.length)
})

function countsOf({ bytesRead, bytesStored, bytesReused }: Progress) {
  return { bytesRead, bytesStored, bytesReused }
}

async function backUp(user: User, ResourceArn: string) {
  const start = { BackupVaultName: 'source', ResourceArn, IamRoleArn: user.role }
  const { BackupJobId = '' } = await user.client.send(new StartBackupJobCommand(start))
  const job = await user.backupEnd(BackupJobId)
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  return { point: job.RecoveryPointArn ?? '', progress: await progressOf(user, BackupJobId) }
}

async function copy(user: User, point: string): Promise<Progress> {
  const to = user.vaultArn('copies').replace('eu-west-1', 'us-east-1')
  const id = await user.startCopy({ vault: 'source', point }, to)
  const job = await user.copyEnd(id)
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  return progressOf(user, id)
}

async function progressOf(user: User, jobId: string): Promise<Progress> {
  return ((await user.extension('GET', `/jobs/${jobId}`)) as { Progress: Progress }).Progress
}

function makeTree(root: string): { bytes: number; entries: number } {
  let bytes = 0
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(path.join(root, String(folder)), { recursive: true })
    for (let file = 0; file < FILES_IN_FOLDER; file++) {
      const text = `${folder} ${file} `.repeat(200)
      writeFileSync(path.join(root, String(folder), `${file}.txt`), text)
      bytes += text.length
    }
  }
  return { bytes, entries: 1 + FOLDERS * (1 + FILES_IN_FOLDER) }
}
