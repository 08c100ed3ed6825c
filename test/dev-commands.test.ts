// Goal: the commands for tests do what they say against a real server, and only there: `dev-clock`,
// `dev-fault`, and `vault point`, which shows what they bring about.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { PutBackupVaultLockConfigurationCommand } from '@aws-sdk/client-backup'
import { realServer, temporaryFolder, User } from './real-server.ts'
import { environmentOf, runCommand } from './run-command.ts'

let folder: ReturnType<typeof temporaryFolder>
let server: Awaited<ReturnType<typeof realServer>>
let user: User
let point: string

before(async () => {
  folder = temporaryFolder()
  server = await realServer(folder.path)
  user = new User(server.url, 'eu-west-1')
  await user.createVault('home')
  await user.createVault('offsite')
  const source = path.join(folder.path, 'source')
  mkdirSync(source)
  writeFileSync(path.join(source, 'file'), 'x'.repeat(100_000))
  point = await user.backUp('home', await user.addDirectory(source))
})

after(async () => {
  await server[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const cli = (...argv: string[]) =>
  runCommand(argv, { environment: environmentOf(user, folder.path) })

test('dev-clock moves the clock on, to a time, and back', async () => {
  const moved = JSON.parse((await cli('dev-clock', 'advance', '1d12h')).out)
  assert.equal(moved.advancedSeconds, 129_600)
  const set = JSON.parse((await cli('dev-clock', 'set', '2040-01-31T12:00:00Z')).out)
  assert.match(set.now, /^2040-01-31T12:00:0/)
  assert.match(JSON.parse((await cli('dev-clock')).out).now, /^2040-01-31T12:00:/)
  assert.equal(JSON.parse((await cli('dev-clock', 'reset')).out).advancedSeconds, 0)
  const nonsense = await cli('dev-clock', 'advance', 'soon')
  assert.deepEqual([nonsense.code, /one such as 90d/.test(nonsense.err)], [252, true])
  const never = await cli('dev-clock', 'set', 'tomorrow')
  assert.match(never.err, /2027-01-31T12:00:00Z/)
  assert.notEqual(never.code, 0)
})

test('dev-fault raises, lists and clears', async () => {
  const match = ['--match', 'kind=copy', '--match', 'vault=offsite']
  const raised = await cli('dev-fault', 'raise', 'too-many-jobs', ...match, '--times', '1')
  assert.deepEqual(JSON.parse(raised.out).faults, [
    { name: 'too-many-jobs', match: { kind: 'copy', vault: 'offsite' }, raised: 0, times: 1 },
  ])
  const from = { vault: 'home', point }
  const job = await user.copyEnd(await user.startCopy(from, user.vaultArn('offsite')))
  assert.equal(job.StatusMessage, 'There are too many copy jobs running for resource.')
  assert.deepEqual(JSON.parse((await cli('dev-fault', 'list')).out).faults, [])
  await cli('dev-fault', 'raise', 'slow', '--seconds', '1')
  assert.deepEqual(JSON.parse((await cli('dev-fault', 'clear')).out).faults, [])
  const names = (await cli('dev-fault', 'list', '--names')).out.trimEnd().split('\n')
  assert.ok(names.includes('retention-out-of-range') && names.includes('trouble'))
  const unknown = await cli('dev-fault', 'raise', 'bad-luck')
  assert.match(unknown.err, /one of retention-out-of-range/)
  assert.match((await cli('dev-fault', 'raise', 'internal', '--match', 'copy')).err, /kind=copy/)
})

test('vault point says when a recovery point ends, why then, and what the lock does', async () => {
  const endless = (await cli('vault', 'point', 'home', point)).out
  assert.match(endless, /COMPLETED, WARM\nDeleted never by itself\. Its lifecycle names no end\./)
  await user.client.send(new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'home' }))
  assert.match((await cli('vault', 'point', 'home', point)).out, /The lock of its vault keeps/)
  const json = JSON.parse((await cli('vault', 'point', 'home', point, '--output', 'json')).out)
  assert.deepEqual([json.DeletionReason, json.Locked], ['ENDLESS', true])
})
