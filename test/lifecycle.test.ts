// Lifecycles lived, through the official SDK and a real server whose clock is moved: expiry, what
// holds it, and every rule of changing a lifecycle.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { UpdateRecoveryPointLifecycleCommand } from '@aws-sdk/client-backup'
import { oneResource, realServer, temporaryFolder, type User, until } from './real-server.ts'

const DAY_S = 24 * 60 * 60

test('a recovery point is gone soon after its DeleteAt, and its packs with it', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  const kept = await user.backUp('daily', resource)
  const point = await user.backUp('daily', resource, {
    lifecycle: { DeleteAfterDays: 7 },
    options: { 'copyhold.full': 'true' },
  })
  await user.advanceClock(7 * DAY_S - 60)
  assert.equal((await user.point('daily', point))?.Status, 'COMPLETED')
  const end = await pointEnd(user, point)
  assert.equal(end.DeletionReason, 'LIFECYCLE')
  const { CalculatedLifecycle } = (await user.point('daily', point)) ?? {}
  assert.equal(end.DeletionDate, Number(CalculatedLifecycle?.DeleteAt) / 1000)
  await user.advanceClock(120)
  await user.pointGone('daily', point)
  assert.equal((await user.point('daily', kept))?.Status, 'COMPLETED')
  const manifests = readdirSync(path.join(folder.path, 'data', 'stores', 'eu-west-1'), {
    recursive: true,
  }).filter((name) => String(name).includes('/points/'))
  assert.equal(manifests.length, 1)
})

test('a copy lives from the creation of its source, so that a late copy lives shorter', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  await user.createVault('copies')
  const point = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 30 } })
  await user.advanceClock(20 * DAY_S)
  const copy = await user.copy({ vault: 'daily', point }, user.vaultArn('copies'))
  await user.advanceClock(9 * DAY_S)
  assert.equal((await user.point('copies', copy))?.Status, 'COMPLETED')
  await user.advanceClock(2 * DAY_S)
  await user.pointGone('copies', copy)
  await user.pointGone('daily', point)
})

test('expiry waits for a copy that reads the point, and goes on when it has ended', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  await user.createVault('copies')
  const point = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 7 } })
  await user.extension('PUT', '/limits', JSON.stringify({ job: 10_000 }))
  const job = await user.startCopy({ vault: 'daily', point }, user.vaultArn('copies'))
  await user.advanceClock(8 * DAY_S)
  const held = await until(async () => {
    const end = await pointEnd(user, point)
    return end.DeletionReason === 'HELD_BY_JOB' ? end : undefined
  })
  assert.ok(held.DeletionExplained.includes(job))
  assert.equal((await user.point('daily', point))?.Status, 'COMPLETED')
  await user.extension('PUT', '/limits', JSON.stringify({ job: null }))
  assert.equal((await user.copyEnd(job)).State, 'COMPLETED')
  await user.pointGone('daily', point)
})

test('UpdateRecoveryPointLifecycle replaces the lifecycle whole', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  const point = await user.backUp('daily', resource, {
    lifecycle: {
      MoveToColdStorageAfterDays: 10,
      DeleteAfterDays: 365,
    },
  })
  const longer = await update(user, point, { DeleteAfterDays: 400 })
  assert.deepEqual(longer.Lifecycle, { DeleteAfterDays: 400 }, 'the move to cold storage is null')
  const created = Number((await user.point('daily', point))?.CreationDate)
  assert.equal(Number(longer.CalculatedLifecycle?.DeleteAt), created + 400 * DAY_S * 1000)
  const endless = await update(user, point, { DeleteAfterDays: -1, MoveToColdStorageAfterDays: -1 })
  assert.deepEqual([endless.Lifecycle, endless.CalculatedLifecycle], [undefined, undefined])
  assert.equal((await pointEnd(user, point)).DeletionReason, 'ENDLESS')
  assert.equal((await update(user, point, undefined)).Lifecycle, undefined)
})

test('a lifecycle that cannot be is refused in the words of a direct call', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  const point = await user.backUp('daily', resource)
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
  await user.advanceClock(10.5 * DAY_S)
  await refused({ MoveToColdStorageAfterDays: 10 }, /cannot be less than 11 days/)
  const moved = await update(user, point, { MoveToColdStorageAfterDays: 11 })
  assert.deepEqual(moved.Lifecycle, { MoveToColdStorageAfterDays: 11 })
  await refused({ DeleteAfterEvent: 'DELETE_AFTER_COPY' }, /DeleteAfterEvent is not valid/)
})

test('a shorter life that is over already ends at once, a longer one saves the point', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await oneResource(server.url, folder.path, 400_000)
  const saved = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 7 } })
  const ended = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 365 } })
  await update(user, saved, { DeleteAfterDays: 30 })
  await user.advanceClock(10 * DAY_S)
  await update(user, ended, { DeleteAfterDays: 5 })
  await user.pointGone('daily', ended)
  assert.equal((await user.point('daily', saved))?.Status, 'COMPLETED')
})

function update(user: User, point: string, lifecycle: object | undefined) {
  return user.client.send(
    new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: 'daily',
      RecoveryPointArn: point,
      Lifecycle: lifecycle,
    }),
  )
}

async function pointEnd(user: User, point: string) {
  const route = `/vaults/daily/points/${encodeURIComponent(point)}`
  return (await user.extension('GET', route)) as {
    DeletionDate?: number
    DeletionReason: string
    DeletionExplained: string
  }
}
