// Goal: what a restore's metadata asks for and is not done is refused by name, and what an
// unmodified script for EFS sends beside it is taken, and named as without effect.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { A, roleOf, twoAccounts } from './two-accounts.ts'

let world: Awaited<ReturnType<typeof twoAccounts>>
let point: string | undefined
before(async () => {
  world = await twoAccounts()
  await world.a.call('CreateBackupVault', { BackupVaultName: 'daily' })
  point = (await world.a.backUp('daily')).RecoveryPointArn
})
after(() => world[Symbol.asyncDispose]())

const at = (name: string) => path.join(world.folder, 'restores', name)

for (const [key, value, said] of [
  ['itemsToRestore', '["/a.txt"]', /itemsToRestore: parts of a recovery point cannot/],
  ['ItemsToRestore', '["/a.txt"]', /ItemsToRestore: parts of a recovery point cannot/],
  ['newFileSystem', 'true', /newFileSystem: no file system is made here/],
  ['newFileSystem', 'perhaps', /newFileSystem: it must be true or false/],
  ['file-system-id', 'fs-0123456789abcdef0', /file-system-id: the recovery point is of fs-/],
  ['RestoreTime', '2026-11-30T00:00:00Z', /RestoreTime: there is no such key/],
  ['copyhold:overwrite', 'yes', /copyhold:overwrite: it must be true or false/],
  ['copyhold:overwritten', 'true', /copyhold:overwritten: there is no such key/],
  ['Copyhold:path', '/elsewhere', /Copyhold:path: there is no such key/],
  ['constructor', 'x', /constructor: there is no such key/],
] as const) {
  test(`a restore with ${key} = ${value} fails, names the key and writes nothing`, async () => {
    mkdirSync(at('held'), { recursive: true })
    writeFileSync(path.join(at('held'), 'a.txt'), 'newer')
    const overwrite = { 'copyhold:overwrite': 'true' }
    const job = await world.a.restore(point, at('held'), { ...overwrite, [key]: value })
    assert.equal(job.State, 'FAILED')
    assert.match(job.StatusMessage ?? '', /^Invalid restore metadata /)
    assert.match(job.StatusMessage ?? '', said)
    assert.equal(readFileSync(path.join(at('held'), 'a.txt'), 'utf8'), 'newer')
  })
}

test('all that is wrong with the metadata is told at once, up to a bound', async () => {
  const { RestoreJobId } = await world.a.call('StartRestoreJob', {
    RecoveryPointArn: point,
    IamRoleArn: roleOf(A),
    Metadata: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, 'x'])),
  })
  const { State, StatusMessage = '' } = await world.a.jobEnd(RestoreJobId)
  assert.equal(State, 'FAILED')
  assert.match(StatusMessage, /key0: there is no such key; key1: .*; and 16 more$/)
})

test('what an unmodified EFS script sends is taken, and named as without effect', async () => {
  const job = await world.a.restore(point, at('efs'), {
    Encrypted: 'true',
    KmsKeyId: 'arn:aws:kms:eu-west-1:111111111111:key/1',
    PerformanceMode: 'generalPurpose',
    CreationToken: 'token',
    newFileSystem: 'false',
  })
  assert.equal(job.State, 'COMPLETED')
  assert.equal(
    job.StatusMessage,
    'Metadata without effect here: Encrypted, KmsKeyId, PerformanceMode, CreationToken, newFileSystem.',
  )
  assert.equal(job.MessageCategory, 'SUCCESS')
  assert.ok(existsSync(path.join(at('efs'), 'a.txt')))
})

test('what GetRecoveryPointRestoreMetadata answers can be handed on with a folder', async () => {
  const { RestoreMetadata } = await world.a.call('GetRecoveryPointRestoreMetadata', {
    BackupVaultName: 'daily',
    RecoveryPointArn: point,
  })
  const job = await world.a.restore(point, at('handed-on'), RestoreMetadata as object)
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  assert.match(job.StatusMessage ?? '', /without effect here: .*file-system-id/)
})
