// Vault locks, through the official SDK and a real server whose clock is moved: every rule of
// setting one, of what it keeps, of what it lets in, and that it outlives its catalog.

import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  DescribeCopyJobCommand,
  ListBackupVaultsCommand,
  PutBackupVaultLockConfigurationCommand,
  StartCopyJobCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup'
import { rebuildCatalog } from '../src/assembly/index.ts'
import { oneResource, ROLE, realServer, temporaryFolder, User } from './real-server.ts'

const DAY_S = 24 * 60 * 60

test('a governance lock shows, protects, and can be taken away at any time', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path)
  const point = await user.backUp('daily', resource)
  await lock(user, { MinRetentionDays: 7, MaxRetentionDays: 90 })
  const vault = await described(user)
  assert.deepEqual(
    [vault.Locked, vault.MinRetentionDays, vault.MaxRetentionDays, vault.LockDate],
    [true, 7, 90, undefined],
  )
  const { BackupVaultList } = await user.client.send(new ListBackupVaultsCommand({}))
  assert.equal(BackupVaultList?.[0]?.Locked, true)
  await refused(
    user.client.send(deletion(point)),
    'InvalidRequestException',
    /is locked and keeps it for ever/,
  )
  await user.advanceClock(400 * DAY_S)
  await unlock(user)
  assert.equal((await described(user)).Locked, false)
  await user.client.send(deletion(point))
  await user.pointGone('daily', point)
})

test('a compliance lock can be changed until its date, and never after', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user } = await oneResource(server.url, folder.path)
  await lock(user, { MinRetentionDays: 7, ChangeableForDays: 3 })
  const { LockDate } = await described(user)
  assert.ok(Math.abs(Number(LockDate) - Date.now() - 3 * DAY_S * 1000) < 60_000)
  await user.advanceClock(2 * DAY_S)
  await lock(user, { MinRetentionDays: 5, MaxRetentionDays: 50, ChangeableForDays: 10 })
  const later = await described(user)
  assert.deepEqual([later.MinRetentionDays, later.MaxRetentionDays], [5, 50])
  assert.ok(Number(later.LockDate) > Number(LockDate))
  await user.advanceClock(10 * DAY_S + 1)
  const put = new PutBackupVaultLockConfigurationCommand({
    BackupVaultName: 'daily',
    MinRetentionDays: 9,
  })
  const name = 'InvalidRequestException'
  await refused(user.client.send(put), name, /cannot be changed or removed since/)
  const removal = new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: 'daily' })
  await refused(user.client.send(removal), name, /cannot be changed or removed since/)
  assert.equal((await described(user)).Locked, true)
})

test('what a lock may say is checked', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user } = await oneResource(server.url, folder.path)
  const wrong: [object, RegExp][] = [
    [{ MinRetentionDays: 0 }, /MinRetentionDays.*between 1 and 36500/],
    [{ MaxRetentionDays: 36_501 }, /MaxRetentionDays.*between 1 and 36500/],
    [{ MinRetentionDays: 8, MaxRetentionDays: 7 }, /MinRetentionDays.*MaxRetentionDays/],
    [{ ChangeableForDays: 2 }, /ChangeableForDays.*between 3 and 36500/],
    [{ ChangeableForDays: 36_501 }, /ChangeableForDays/],
  ]
  for (const [members, text] of wrong) {
    const put = new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'daily', ...members })
    await refused(user.client.send(put), 'InvalidParameterValueException', text)
  }
  const missing = new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'no-such' })
  await refused(user.client.send(missing), 'AccessDeniedException', /Insufficient privileges/)
  assert.equal((await described(user)).Locked, false)
})

test('a locked vault takes only copies whose retention fits, and says so in AWS’s words', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path)
  const point = await user.backUp('daily', resource)
  await user.createVault('locked')
  await lock(user, { MinRetentionDays: 7, MaxRetentionDays: 90 }, 'locked')
  const text =
    'Copy job failed. The retention specified in the job is not within the range specified for ' +
    'the target Backup Vault.'
  for (const days of [6, 91, undefined]) {
    const job = await user.copyEnd(await startCopy(user, point, days))
    assert.deepEqual(
      [job.State, job.StatusMessage, job.MessageCategory],
      ['FAILED', text, 'LIFECYCLE_MISMATCH'],
    )
    assert.equal(job.DestinationVaultLockState, 'LOCKED')
  }
  for (const days of [7, 90]) {
    const job = await user.copyEnd(await startCopy(user, point, days))
    assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  }
})

test('a locked vault takes only backups whose retention fits', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path)
  await lock(user, { MinRetentionDays: 7 })
  const short = await backUp(user, resource, 6)
  assert.equal(short.State, 'FAILED')
  assert.equal(
    short.StatusMessage,
    'Backup job failed because the lifecycle is outside the valid range for backup vault.',
  )
  assert.equal(short.VaultLockState, 'LOCKED')
  assert.equal((await backUp(user, resource, 7)).State, 'COMPLETED')
  assert.equal((await backUp(user, resource, undefined)).State, 'COMPLETED')
})

test('nothing deletes or changes a locked point but the service, when its time has come', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path)
  await lock(user, { MinRetentionDays: 7, ChangeableForDays: 3 })
  const point = (await backUp(user, resource, 10)).RecoveryPointArn ?? ''
  await user.advanceClock(4 * DAY_S)
  const invalid = 'InvalidRequestException'
  await refused(user.client.send(deletion(point)), invalid, /is locked and keeps it until/)
  for (const DeleteAfterDays of [8, 10, 400]) {
    const change = new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: 'daily',
      RecoveryPointArn: point,
      Lifecycle: { DeleteAfterDays },
    })
    await refused(user.client.send(change), invalid, /cannot be deleted or changed/)
  }
  const vault = new DeleteBackupVaultCommand({ BackupVaultName: 'daily' })
  await refused(user.client.send(vault), invalid, /contains recovery points/)
  await assert.rejects(user.extension('POST', '/reset', '{}'), /400.*daily/)
  await user.sweep('daily')
  await user.restore(point, path.join(folder.path, 'restored'))
  await user.advanceClock(7 * DAY_S)
  await user.pointGone('daily', point)
  await user.client.send(vault)
  await user.extension('POST', '/reset', '{}')
})

test('a lock outlives its catalog: made anew, the vault is locked and keeps its points', async () => {
  using folder = temporaryFolder()
  let point = ''
  {
    await using server = await realServer(folder.path)
    const { user, resource } = await oneResource(server.url, folder.path)
    point = (await backUp(user, resource, 30)).RecoveryPointArn ?? ''
    await lock(user, { MinRetentionDays: 7, MaxRetentionDays: 365, ChangeableForDays: 3 })
    await user.advanceClock(4 * DAY_S)
  }
  const data = path.join(folder.path, 'data')
  for (const name of readdirSync(data)) {
    if (name.startsWith('catalog')) rmSync(path.join(data, name))
  }
  const report = await rebuildCatalog({ dataDir: data })
  assert.deepEqual(report.unconfirmed, [])
  await using again = await realServer(folder.path)
  const user = new User(again.url, 'eu-west-1')
  const vault = await described(user)
  assert.deepEqual([vault.Locked, vault.MinRetentionDays, vault.MaxRetentionDays], [true, 7, 365])
  const invalid = 'InvalidRequestException'
  await refused(user.client.send(deletion(point)), invalid, /is locked/)
  const removal = new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: 'daily' })
  await refused(user.client.send(removal), invalid, /cannot be changed or removed since/)
  await user.advanceClock(30 * DAY_S)
  await user.pointGone('daily', point)
})

function lock(user: User, members: object, BackupVaultName = 'daily') {
  const put = new PutBackupVaultLockConfigurationCommand({ BackupVaultName, ...members })
  return user.client.send(put)
}

function unlock(user: User) {
  const BackupVaultName = 'daily'
  return user.client.send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName }))
}

function described(user: User) {
  return user.client.send(new DescribeBackupVaultCommand({ BackupVaultName: 'daily' }))
}

function deletion(point: string) {
  return new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point })
}

async function refused(call: Promise<unknown>, name: string, text: RegExp): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message)
    assert.match(error.message, text)
    return true
  })
}

async function backUp(user: User, resource: string, days: number | undefined) {
  const lifecycle = days === undefined ? undefined : { DeleteAfterDays: days }
  return user.backupEnd(await user.startBackup('daily', resource, { lifecycle }))
}

async function startCopy(user: User, point: string, days: number | undefined): Promise<string> {
  const { CopyJobId = '' } = await user.client.send(
    new StartCopyJobCommand({
      SourceBackupVaultName: 'daily',
      RecoveryPointArn: point,
      DestinationBackupVaultArn: user.vaultArn('locked'),
      IamRoleArn: ROLE,
      Lifecycle: days === undefined ? undefined : { DeleteAfterDays: days },
    }),
  )
  const { CopyJob } = await user.client.send(new DescribeCopyJobCommand({ CopyJobId }))
  assert.equal(CopyJob?.DestinationVaultLockState, 'LOCKED')
  return CopyJobId
}
