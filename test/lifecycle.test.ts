// Lifecycles lived, through the official SDK and a real server whose clock is moved: expiry, what
// holds it, and every rule of changing a lifecycle.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DescribeRecoveryPointCommand,
  StartBackupJobCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup'
import { ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'

const DAY_S = 24 * 60 * 60

test('a recovery point is gone soon after its DeleteAt, and its packs with it', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const kept = await backUp(user, resource)
  const point = await backUp(user, resource, { DeleteAfterDays: 7 }, { 'copyhold.full': 'true' })
  await advance(user, 7 * DAY_S - 60)
  assert.equal((await describe(user, point))?.Status, 'COMPLETED')
  const end = await pointEnd(user, point)
  assert.equal(end.DeletionReason, 'LIFECYCLE')
  const { CalculatedLifecycle } = (await describe(user, point)) ?? {}
  assert.equal(end.DeletionDate, Number(CalculatedLifecycle?.DeleteAt) / 1000)
  await advance(user, 120)
  await gone(user, point)
  assert.equal((await describe(user, kept))?.Status, 'COMPLETED')
  const manifests = readdirSync(path.join(folder.path, 'data', 'stores', 'eu-west-1'), {
    recursive: true,
  }).filter((name) => String(name).includes('/points/'))
  assert.equal(manifests.length, 1)
})

test('a copy lives from the creation of its source, so that a late copy lives shorter', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  await user.createVault('copies')
  const point = await backUp(user, resource, { DeleteAfterDays: 30 })
  await advance(user, 20 * DAY_S)
  const copy = await user.copy({ vault: 'daily', point }, user.vaultArn('copies'))
  await advance(user, 9 * DAY_S)
  assert.equal((await describe(user, copy, 'copies'))?.Status, 'COMPLETED')
  await advance(user, 2 * DAY_S)
  await gone(user, copy, 'copies')
  await gone(user, point)
})

test('expiry waits for a copy that reads the point, and goes on when it has ended', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  await user.createVault('copies')
  const point = await backUp(user, resource, { DeleteAfterDays: 7 })
  await user.extension('PUT', '/limits', JSON.stringify({ job: 10_000 }))
  const job = await user.startCopy({ vault: 'daily', point }, user.vaultArn('copies'))
  await advance(user, 8 * DAY_S)
  const held = await until(async () => {
    const end = await pointEnd(user, point)
    return end.DeletionReason === 'HELD_BY_JOB' ? end : undefined
  })
  assert.ok(held.DeletionExplained.includes(job))
  assert.equal((await describe(user, point))?.Status, 'COMPLETED')
  await user.extension('PUT', '/limits', JSON.stringify({ job: null }))
  assert.equal((await user.copyEnd(job)).State, 'COMPLETED')
  await gone(user, point)
})

test('UpdateRecoveryPointLifecycle replaces the lifecycle whole', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, {
    MoveToColdStorageAfterDays: 10,
    DeleteAfterDays: 365,
  })
  const longer = await update(user, point, { DeleteAfterDays: 400 })
  assert.deepEqual(longer.Lifecycle, { DeleteAfterDays: 400 }, 'the move to cold storage is null')
  const created = Number((await describe(user, point))?.CreationDate)
  assert.equal(Number(longer.CalculatedLifecycle?.DeleteAt), created + 400 * DAY_S * 1000)
  const endless = await update(user, point, { DeleteAfterDays: -1, MoveToColdStorageAfterDays: -1 })
  assert.deepEqual([endless.Lifecycle, endless.CalculatedLifecycle], [undefined, undefined])
  assert.equal((await pointEnd(user, point)).DeletionReason, 'ENDLESS')
  assert.equal((await update(user, point, undefined)).Lifecycle, undefined)
})

test('a lifecycle that cannot be is refused in the words of a direct call', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const point = await backUp(user, resource)
  const refused = async (
    lifecycle: object,
    text: RegExp,
    name = 'InvalidParameterValueException',
  ) =>
    assert.rejects(update(user, point, lifecycle), (error: Error) => {
      assert.equal(error.name, name)
      assert.match(error.message, text)
      return true
    })
  await refused({ DeleteAfterDays: 0 }, /DeleteAfterDays cannot be less than 1 or more than 36500/)
  await refused(
    { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 119 },
    /DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays/,
  )
  await advance(user, 10.5 * DAY_S)
  await refused({ MoveToColdStorageAfterDays: 10 }, /cannot be less than 11 days/)
  const moved = await update(user, point, { MoveToColdStorageAfterDays: 11 })
  assert.deepEqual(moved.Lifecycle, { MoveToColdStorageAfterDays: 11 })
  await refused({ DeleteAfterEvent: 'DELETE_AFTER_COPY' }, /DeleteAfterEvent is not valid/)
})

test('a shorter life that is over already ends at once, a longer one saves the point', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const saved = await backUp(user, resource, { DeleteAfterDays: 7 })
  const ended = await backUp(user, resource, { DeleteAfterDays: 365 })
  await update(user, saved, { DeleteAfterDays: 30 })
  await advance(user, 10 * DAY_S)
  await update(user, ended, { DeleteAfterDays: 5 })
  await gone(user, ended)
  assert.equal((await describe(user, saved))?.Status, 'COMPLETED')
})

async function scene(url: string, folder: string) {
  const tree = path.join(folder, 'tree')
  mkdirSync(tree)
  writeFileSync(path.join(tree, 'file'), randomBytes(400_000))
  const user = new User(url, 'eu-west-1')
  await user.createVault('daily')
  return { user, resource: await user.addDirectory(tree) }
}

async function backUp(
  user: User,
  resource: string,
  lifecycle?: { DeleteAfterDays?: number; MoveToColdStorageAfterDays?: number },
  options?: Record<string, string>,
): Promise<string> {
  const { BackupJobId } = await user.client.send(
    new StartBackupJobCommand({
      BackupVaultName: 'daily',
      ResourceArn: resource,
      IamRoleArn: ROLE,
      Lifecycle: lifecycle,
      BackupOptions: options,
    }),
  )
  const job = await user.backupEnd(BackupJobId ?? '')
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  return job.RecoveryPointArn ?? ''
}

function update(user: User, point: string, lifecycle: object | undefined) {
  return user.client.send(
    new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: 'daily',
      RecoveryPointArn: point,
      Lifecycle: lifecycle,
    }),
  )
}

async function describe(user: User, point: string, vault = 'daily') {
  try {
    return await user.client.send(
      new DescribeRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: point }),
    )
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

function gone(user: User, point: string, vault = 'daily'): Promise<true> {
  return until(async () => ((await describe(user, point, vault)) ? undefined : true))
}

function advance(user: User, seconds: number): Promise<unknown> {
  return user.extension('POST', '/clock', JSON.stringify({ advanceSeconds: seconds }))
}

async function pointEnd(user: User, point: string) {
  const route = `/vaults/daily/points/${encodeURIComponent(point)}`
  return (await user.extension('GET', route)) as {
    DeletionDate?: number
    DeletionReason: string
    DeletionExplained: string
  }
}
