// The move to cold storage, through the official SDK and a real server whose clock is moved: what
// moves and when, what a cold recovery point is good for, and how it ends.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  ListBackupVaultsCommand,
  PutBackupVaultLockConfigurationCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup'
import { rebuildCatalog } from '../src/assembly/index.ts'
import { ROLE, realServer, temporaryFolder, User, until } from './real-server.ts'

const DAY_S = 24 * 60 * 60
const REGION = 'eu-west-1'
const COOL_THEN_END = { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 200 }

test('a point moves to cold storage when its time has come, and is restored from there', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource, content } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, COOL_THEN_END)
  await user.advanceClock(10 * DAY_S - 60)
  assert.equal((await user.point('daily', point))?.StorageClass, 'WARM')
  assert.deepEqual(filesOf(folder.path, 'cold'), [])
  await user.advanceClock(120)
  await isCold(user, point)
  assert.equal((await endOf(user, point)).StorageClass, 'COLD')
  await until(async () => filesOf(folder.path, 'stores').length === 0 || undefined)
  assert.ok(filesOf(folder.path, 'cold').length >= 2, 'a manifest and packs')
  await user.extension('POST', '/vaults/daily/rotate-key', '{}')
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
  await user.advanceClock(11 * DAY_S)
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
  await user.advanceClock(11 * DAY_S)
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
  await user.advanceClock(11 * DAY_S)
  await isCold(user, mortal)
  await isCold(user, other)
  await user.advanceClock(190 * DAY_S)
  await until(async () => ((await user.point('daily', mortal)) ? undefined : true))
  await user.client.send(
    new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: other }),
  )
  await until(async () => ((await user.point('daily', other)) ? undefined : true))
  await until(async () => filesOf(folder.path, 'cold').length === 0 || undefined)
  const { BackupVaultList = [] } = await user.client.send(new ListBackupVaultsCommand({}))
  assert.deepEqual(
    BackupVaultList.map(({ BackupVaultName }) => BackupVaultName),
    ['daily'],
  )
  await user.client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'daily' }))
  const cold = path.join(folder.path, 'data', 'cold', REGION)
  await until(
    async () => readdirSync(cold).every((name) => /^(\.|copyhold-store)/.test(name)) || undefined,
  )
})

test('a locked vault keeps a point that became cold, which it may', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, COOL_THEN_END)
  await user.client.send(
    new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'daily', MinRetentionDays: 1 }),
  )
  await user.advanceClock(11 * DAY_S)
  await isCold(user, point)
  const deletion = new DeleteRecoveryPointCommand({
    BackupVaultName: 'daily',
    RecoveryPointArn: point,
  })
  await assert.rejects(user.client.send(deletion))
  assert.equal((await user.point('daily', point))?.Status, 'COMPLETED')
})

test('a copy that reads a point while its time comes is done before the point is cold', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  await user.createVault('copies')
  const point = await backUp(user, resource, COOL_THEN_END)
  const limited = { vaults: { [user.vaultArn('copies')]: 10_000 } }
  await user.extension('PUT', '/limits', JSON.stringify(limited))
  const job = await user.startCopy({ vault: 'daily', point }, user.vaultArn('copies'))
  await user.advanceClock(11 * DAY_S)
  await until(async () => filesOf(folder.path, 'cold').some(isManifest) || undefined)
  assert.equal((await user.point('daily', point))?.StorageClass, 'WARM')
  const unlimited = { vaults: { [user.vaultArn('copies')]: null } }
  await user.extension('PUT', '/limits', JSON.stringify(unlimited))
  const copied = await user.copyEnd(job)
  assert.equal(copied.State, 'COMPLETED', copied.StatusMessage)
  await isCold(user, point)
})

test('what is in cold storage is verified, compared, and survives the loss of the catalog', async () => {
  using folder = temporaryFolder()
  const data = path.join(folder.path, 'data')
  let point = ''
  let warm = ''
  let content = Buffer.alloc(0)
  {
    await using server = await realServer(folder.path)
    const made = await scene(server.url, folder.path)
    const { user, resource } = made
    content = made.content
    await user.createVault('other')
    point = await backUp(user, resource, COOL_THEN_END)
    warm = await backUp(user, resource, undefined, true)
    await user.advanceClock(11 * DAY_S)
    await isCold(user, point)
    const compared = await compare(user)
    assert.deepEqual([compared.RecoveryPoints, compared.RecoveryPointsMissing], [2, 2])
    assert.ok(Number(compared.PacksMissing) >= 2, 'of the cold and of the warm point')
    assert.equal((await verify(user)).State, 'COMPLETED')
    const pack = filesOf(folder.path, 'cold').find((name) => name.includes('/packs/'))
    const file = path.join(data, 'cold', REGION, pack ?? '')
    chmodSync(file, 0o600)
    const whole = readFileSync(file)
    writeFileSync(file, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100)]))
    assert.equal((await verify(user)).State, 'PARTIAL')
    writeFileSync(file, whole)
    assert.equal((await verify(user)).State, 'COMPLETED')
  }
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(path.join(data, `catalog.db${suffix}`), { force: true })
  const report = await rebuildCatalog({ dataDir: data })
  assert.deepEqual(
    [report.lost, report.unconfirmed, report.damaged, report.unreadable],
    [[], [], [], []],
  )
  await using server = await realServer(folder.path)
  const user = new User(server.url, REGION)
  assert.equal((await user.point('daily', point))?.StorageClass, 'COLD')
  assert.equal((await user.point('daily', warm))?.StorageClass, 'WARM')
  await user.sweep('daily')
  for (const [name, restored] of Object.entries({ point, warm })) {
    const target = path.join(folder.path, `restored-${name}`)
    mkdirSync(target)
    await user.restore(restored, target)
    assert.deepEqual(readFileSync(path.join(target, 'file')), content)
  }
})

test('a point whose role may not move it stays warm, and the move is tried again', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await scene(server.url, folder.path)
  const point = await backUp(user, resource, COOL_THEN_END)
  const fault = { name: 'role-rights', match: { kind: 'cool' }, times: 1 }
  await user.extension('PUT', '/faults', JSON.stringify(fault))
  await user.advanceClock(11 * DAY_S)
  await until(async () => {
    const { faults } = (await user.extension('GET', '/faults')) as { faults: { raised: number }[] }
    return faults.every(({ raised }) => raised === 1) || undefined
  })
  assert.equal((await user.point('daily', point))?.StorageClass, 'WARM')
  await user.advanceClock(2 * 60 * 60)
  await isCold(user, point)
})

async function compare(user: User): Promise<Record<string, number>> {
  const query = `account=${user.account}&region=${user.region}&with=other`
  const answer = await fetch(`${user.url}/_copyhold/vaults/daily/compare?${query}`)
  return (await answer.json()) as Record<string, number>
}

async function verify(user: User): Promise<{ State: string }> {
  const { JobId } = (await user.extension('POST', '/vaults/daily/verify', '{}')) as {
    JobId: string
  }
  return until(async () => {
    const job = (await user.extension('GET', `/jobs/${JobId}`)) as { State: string }
    return job.State === 'COMPLETED' || job.State === 'PARTIAL' ? job : undefined
  })
}

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

function isCold(user: User, point: string): Promise<true> {
  return until(async () => {
    return (await user.point('daily', point))?.StorageClass === 'COLD' || undefined
  })
}

async function endOf(user: User, point: string) {
  const route = `/vaults/daily/points/${encodeURIComponent(point)}`
  return (await user.extension('GET', route)) as { StorageClass: string }
}

function isManifest(name: string): boolean {
  return name.includes('/points/')
}

/** Manifests and packs in the warm or cold store. */
function filesOf(folder: string, stores: 'stores' | 'cold'): string[] {
  const root = path.join(folder, 'data', stores, REGION)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => /\/(points|packs\/..)\/[^/]+$/.test(name))
}
