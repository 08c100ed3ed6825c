// Goal: a restore that cannot bring everything back brings back the rest and says what is missing,
// in a way a program sees: COMPLETED with a category of its own where the target was in the way,
// FAILED where the recovery point is damaged.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { A, twoAccounts } from './two-accounts.ts'

let world: Awaited<ReturnType<typeof twoAccounts>>
let point: string | undefined
const SIZE = 20_000_000
before(async () => {
  world = await twoAccounts()
  const source = path.join(world.folder, `tree-${A}`)
  mkdirSync(path.join(source, 'taken'))
  writeFileSync(path.join(source, 'taken/in'), 'in')
  writeFileSync(path.join(source, 'large'), randomBytes(SIZE))
  writeFileSync(path.join(source, 'z'), 'z')
  await world.a.call('CreateBackupVault', { BackupVaultName: 'daily' })
  point = (await world.a.backUp('daily')).RecoveryPointArn
})
after(() => world[Symbol.asyncDispose]())

test('what is in the way costs itself: COMPLETED, and told by message and category', async () => {
  const target = path.join(world.folder, 'restores/shared')
  mkdirSync(path.join(target, 'a.txt'), { recursive: true })
  writeFileSync(path.join(target, 'taken'), 'mine')
  const job = await world.a.restore(point, target, { 'copyhold:overwrite': 'true' })
  assert.equal(job.State, 'COMPLETED', job.StatusMessage)
  const [, told = ''] = /^Could not be written: (.*)\.$/.exec(job.StatusMessage ?? '') ?? []
  assert.deepEqual(told.split('; ').sort(), [
    '1 entry (a.txt): a folder has its name',
    '1 entry (taken): something that is not a folder has its name',
    '1 entry (taken/in): the folder it lies in could not be written',
  ])
  assert.equal(job.MessageCategory, 'ENTRIES_NOT_RESTORED')
  assert.equal(readFileSync(path.join(target, 'taken'), 'utf8'), 'mine')
  assert.equal(readFileSync(path.join(target, 'z'), 'utf8'), 'z')
  assert.equal(readFileSync(path.join(target, 'large')).length, SIZE)
})

test('a damaged pack costs what needs it: the rest is restored, FAILED names both', async () => {
  const packs = globSync(path.join(world.folder, '**/packs/*/*'))
  const sizes = packs.map((file) => readFileSync(file).length)
  const largest = packs[sizes.indexOf(Math.max(...sizes))] as string
  const bytes = readFileSync(largest)
  // Whatever else is in the pack, its middle is of the large file.
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] as number) ^ 1
  writeFileSync(largest, bytes)
  const target = path.join(world.folder, 'restores/damaged')
  const job = await world.a.restore(point, target)
  assert.equal(job.State, 'FAILED')
  const [pack, missing] = (job.StatusMessage ?? '').split('. ')
  assert.match(pack ?? '', /^Pack [0-9a-f]+ of backup vault \S+ is damaged$/)
  assert.equal(
    missing,
    'Could not be written: 1 entry (large): its content is damaged in the backup vault.',
  )
  assert.ok(!existsSync(path.join(target, 'large')))
  assert.equal(readFileSync(path.join(target, 'z'), 'utf8'), 'z')
})
