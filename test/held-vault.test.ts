// A vault whose lock is in force on a real disk: its files are immutable, and everything that a
// server does with them works as ever. Goal: nobody but Copyhold removes them, and Copyhold removes
// them when their time has come. Method: one vault through its whole life, with the clock moved.

import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  DeleteBackupVaultCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup'
import { rebuildCatalog } from '../src/assembly/index.ts'
import { systemImmutability } from '../src/world/index.ts'
import { oneResource, realServer, temporaryFolder, User, until } from './real-server.ts'

const DAY_S = 24 * 60 * 60

interface Settings {
  readonly ImmutableFiles?: string
  readonly ImmutableFilesReason?: string
}

test('the files of a vault whose lock is in force are immutable all its life', async (t) => {
  using folder = temporaryFolder()
  await using _flags = clearedAtTheEnd(folder.path)
  const tree = path.join(folder.path, 'tree')
  let kept = ''
  let expiring = ''
  {
    await using server = await realServer(folder.path, { holdsFiles: true })
    const { user, resource } = await oneResource(server.url, folder.path)
    const away = new User(server.url, 'us-east-2')
    await away.createVault('offsite')
    expiring = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 10 } })
    await user.copy({ vault: 'daily', point: expiring }, away.vaultArn('offsite'))
    await lock(user)
    assert.equal((await settings(user)).ImmutableFiles, undefined, 'it can still be taken away')
    await user.advanceClock(4 * DAY_S)
    if (!(await isHeld(t, user))) return
    assert.deepEqual(looseFiles(folder.path), [])
    const [some = ''] = vaultFiles(folder.path)
    assert.throws(() => rmSync(some), { code: 'EPERM' })

    writeFileSync(path.join(tree, 'file'), 'another content\n')
    kept = await user.backUp('daily', resource, { lifecycle: { DeleteAfterDays: 100 } })
    await user.advanceClock(1)
    await until(async () => (looseFiles(folder.path).length === 0 ? true : undefined))

    await repaired(user, folder.path)
    assert.deepEqual(looseFiles(folder.path), [])
  }
  for (const name of readdirSync(path.join(folder.path, 'data'))) {
    if (name.startsWith('catalog')) rmSync(path.join(folder.path, 'data', name))
  }
  await rebuildCatalog({ dataDir: path.join(folder.path, 'data') })

  await using server = await realServer(folder.path, { holdsFiles: true })
  const user = new User(server.url, 'eu-west-1')
  assert.ok(await isHeld(t, user))
  const before = vaultFiles(folder.path).length
  await user.advanceClock(7 * DAY_S)
  await user.pointGone('daily', expiring)
  assert.ok((await user.sweep('daily')).packsFreed > 0)
  assert.ok(vaultFiles(folder.path).length < before)
  const target = path.join(folder.path, 'restored')
  await user.restore(kept, target)
  assert.equal(readFileSync(path.join(target, 'file'), 'utf8'), 'another content\n')
  await user.advanceClock(100 * DAY_S)
  await user.pointGone('daily', kept)
  await user.client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'daily' }))
  await until(async () => (vaultFiles(folder.path).length === 0 ? true : undefined))
})

test('a lock that can be taken away makes no file immutable', async () => {
  using folder = temporaryFolder()
  await using _flags = clearedAtTheEnd(folder.path)
  await using server = await realServer(folder.path, { holdsFiles: true })
  const { user, resource } = await oneResource(server.url, folder.path)
  await user.backUp('daily', resource)
  const put = { BackupVaultName: 'daily', MinRetentionDays: 7 }
  await user.client.send(new PutBackupVaultLockConfigurationCommand(put))
  await user.advanceClock(400 * DAY_S)
  await user.sweep('daily')
  assert.equal((await settings(user)).ImmutableFiles, undefined)
  for (const file of vaultFiles(folder.path)) rmSync(file)
})

/** A damaged pack is made whole from the other vault. */
async function repaired(user: User, folder: string): Promise<void> {
  const others = filesBelow(path.join(folder, 'data', 'stores', 'us-east-2'))
  const isCopied = (file: string) => others.some((other) => other.endsWith(path.basename(file)))
  const packs = vaultFiles(folder).filter((file) => file.includes('/packs/'))
  const pack = packs.find(isCopied) ?? ''
  await systemImmutability.clear([pack])
  const whole = readFileSync(pack)
  const damaged = Buffer.from(whole)
  damaged[100] = (damaged[100] ?? 0) ^ 1
  rmSync(pack)
  writeFileSync(pack, damaged, { mode: 0o400 })
  await systemImmutability.set([pack])
  const { JobId } = (await user.extension('POST', '/vaults/daily/verify', '{}')) as {
    JobId: string
  }
  await until(async () => {
    const { State } = (await user.extension('GET', `/jobs/${JobId}`)) as { State: string }
    return State === 'COMPLETED' || State === 'PARTIAL' || undefined
  })
  assert.deepEqual(readFileSync(pack), whole)
}

/** False when this machine cannot make files immutable, and then says why. */
async function isHeld(t: TestContext, user: User): Promise<boolean> {
  const { ImmutableFiles: state, ImmutableFilesReason: reason } = await until(async () => {
    const now = await settings(user)
    return now.ImmutableFiles === 'SET' || now.ImmutableFiles === 'UNSUPPORTED' ? now : undefined
  })
  if (state === 'UNSUPPORTED') t.skip(reason)
  return state === 'SET'
}

async function settings(user: User): Promise<Settings> {
  return (await user.extension('GET', '/vaults/daily/settings')) as Settings
}

function lock(user: User) {
  const retention = { MinRetentionDays: 7, ChangeableForDays: 3 }
  const put = { BackupVaultName: 'daily', ...retention }
  return user.client.send(new PutBackupVaultLockConfigurationCommand(put))
}

/** Everything in the one vault of the Region; the store's own records are of no vault. */
function vaultFiles(folder: string): string[] {
  return filesBelow(path.join(folder, 'data', 'stores', 'eu-west-1')).filter(
    (file) => !/\/(\.tmp|copyhold-store)\//.test(file),
  )
}

/** Files of the vault that are not immutable: those whose mode may be set, to what it is. */
function looseFiles(folder: string): string[] {
  return vaultFiles(folder).filter((file) => {
    try {
      chmodSync(file, 0o400)
      return true
    } catch {
      return false
    }
  })
}

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  return found.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name))
}

/** So that the folder can be removed, also by a test that failed. */
function clearedAtTheEnd(folder: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      await systemImmutability.clear(filesBelow(folder))
    },
  }
}
