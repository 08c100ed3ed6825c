// The move to cold storage, through the official SDK and a real server whose clock is moved: what
// moves and when, what a cold recovery point is good for, and how it ends.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeRecoveryPointCommand,
  ListBackupVaultsCommand,
  PutBackupVaultLockConfigurationCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup'
import { ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'

const DAY_S = 24 * 60 * 60
const REGION = 'eu-west-1'
const COOL_THEN_END = { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 200 }

test('a point moves to cold storage when its time has come, and is restored from there', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource, content } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, COOL_THEN_END)
  await advance(user, 10 * DAY_S - 60)
  assert.equal((await describe(user, point))?.StorageClass, 'WARM')
  assert.deepEqual(filesOf(folder.path, 'cold'), [])
  await advance(user, 120)
  await isCold(user, point)
  assert.equal((await endOf(user, point)).StorageClass, 'COLD')
  await until(async () => filesOf(folder.path, 'stores').length === 0 || undefined)
  assert.ok(filesOf(folder.path, 'cold').length >= 2, 'a manifest and packs')
  const target = path.join(folder.path, 'restored')
  mkdirSync(target)
  await user.restore(point, target)
  assert.deepEqual(readFileSync(path.join(target, 'file')), content)
})

test('a cold point is not copied, and keeps the day on which it became cold', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  await user.createVault('copies')
  const point = await backUp(user, resource, COOL_THEN_END)
  await advance(user, 11 * DAY_S)
  await isCold(user, point)
  const copy = new StartCopyJobCommand({
    RecoveryPointArn: point,
    SourceBackupVaultName: 'daily',
    DestinationBackupVaultArn: user.vaultArn('copies'),
    IamRoleArn: ROLE,
  })
  await assert.rejects(user.client.send(copy), /is in cold storage and cannot be copied/)
  const change = (MoveToColdStorageAfterDays: number) =>
    user.client.send(
      new UpdateRecoveryPointLifecycleCommand({
        BackupVaultName: 'daily',
        RecoveryPointArn: point,
        Lifecycle: { MoveToColdStorageAfterDays, DeleteAfterDays: 400 },
      }),
    )
  await assert.rejects(change(20), /cannot be changed from 10 days/)
  assert.equal((await change(10)).Lifecycle?.DeleteAfterDays, 400)
})

test('what warm points share with a cold one stays warm, and backups go on', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource, content } = await scene(server.url, folder.path)
  const cold = await backUp(user, resource, COOL_THEN_END)
  const warm = await backUp(user, resource)
  await advance(user, 11 * DAY_S)
  await isCold(user, cold)
  await user.extension('POST', '/vaults/daily/sweep', '{}')
  const later = await backUp(user, resource)
  for (const [name, point] of Object.entries({ cold, warm, later })) {
    const target = path.join(folder.path, `restored-${name}`)
    mkdirSync(target)
    await user.restore(point, target)
    assert.deepEqual(readFileSync(path.join(target, 'file')), content, name)
  }
})

test('a cold point ends in its time, or when it is deleted, and its files with it', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const mortal = await backUp(user, resource, COOL_THEN_END)
  const other = await backUp(user, resource, { MoveToColdStorageAfterDays: 10 }, true)
  await advance(user, 11 * DAY_S)
  await isCold(user, mortal)
  await isCold(user, other)
  await advance(user, 190 * DAY_S)
  await until(async () => ((await describe(user, mortal)) ? undefined : true))
  await user.client.send(
    new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: other }),
  )
  await until(async () => ((await describe(user, other)) ? undefined : true))
  await until(async () => filesOf(folder.path, 'cold').length === 0 || undefined)
  const { BackupVaultList = [] } = await user.client.send(new ListBackupVaultsCommand({}))
  assert.deepEqual(
    BackupVaultList.map(({ BackupVaultName }) => BackupVaultName),
    ['daily'],
  )
  await user.client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'daily' }))
  const cold = path.join(folder.path, 'data', 'cold', REGION)
  await until(async () => readdirSync(cold).every((name) => name.startsWith('.')) || undefined)
})

test('a locked vault keeps a point that became cold, which it may', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, COOL_THEN_END)
  await user.client.send(
    new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'daily', MinRetentionDays: 1 }),
  )
  await advance(user, 11 * DAY_S)
  await isCold(user, point)
  const deletion = new DeleteRecoveryPointCommand({
    BackupVaultName: 'daily',
    RecoveryPointArn: point,
  })
  await assert.rejects(user.client.send(deletion))
  assert.equal((await describe(user, point))?.Status, 'COMPLETED')
})

async function scene(url: string, folder: string) {
  const tree = path.join(folder, 'tree')
  mkdirSync(tree)
  const content = randomBytes(400_000)
  writeFileSync(path.join(tree, 'file'), content)
  const user = new User(url, REGION)
  await user.createVault('daily')
  return { user, resource: await user.addDirectory(tree), content }
}

async function backUp(
  user: User,
  resource: string,
  lifecycle?: { DeleteAfterDays?: number; MoveToColdStorageAfterDays?: number },
  full = false,
): Promise<string> {
  const { BackupJobId } = await user.client.send(
    new StartBackupJobCommand({
      BackupVaultName: 'daily',
      ResourceArn: resource,
      IamRoleArn: ROLE,
      Lifecycle: lifecycle,
      ...(full ? { BackupOptions: { 'copyhold.full': 'true' } } : {}),
    }),
  )
  const job = await user.backupEnd(BackupJobId ?? '')
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  return job.RecoveryPointArn ?? ''
}

async function describe(user: User, point: string) {
  try {
    return await user.client.send(
      new DescribeRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point }),
    )
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

function isCold(user: User, point: string): Promise<true> {
  return until(async () => {
    return (await describe(user, point))?.StorageClass === 'COLD' || undefined
  })
}

function advance(user: User, seconds: number): Promise<unknown> {
  return user.extension('POST', '/clock', JSON.stringify({ advanceSeconds: seconds }))
}

async function endOf(user: User, point: string) {
  const route = `/vaults/daily/points/${encodeURIComponent(point)}`
  return (await user.extension('GET', route)) as { StorageClass: string }
}

/** Manifests and packs in the warm or cold store. */
function filesOf(folder: string, stores: 'stores' | 'cold'): string[] {
  const root = path.join(folder, 'data', stores, REGION)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => /\/(points|packs\/..)\/[^/]+$/.test(name))
}
