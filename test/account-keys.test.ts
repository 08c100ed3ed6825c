// Goal: a key is its own account's, whoever's vault it seals. Nobody puts a vault under another
// account's key without its policy, or makes a key file in another's name; a declared policy is
// asked for making a vault, changing its key, backups and restores.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { ServiceError } from '../src/wire/index.ts'
import { A, B, REGION, roleOf, twoAccounts } from './two-accounts.ts'

const key = (account: string, id: string) => `arn:aws:kms:${REGION}:${account}:key/${id}`
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const account = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` })
const allow = (Principal: object, Action = 'kms:*') => ({
  ...{ Effect: 'Allow', Resource: '*' },
  ...{ Principal, Action },
})
const deny = (Principal: object, Action = 'kms:*') => ({
  ...allow(Principal, Action),
  Effect: 'Deny',
})

/** Keys with declared policies, by what they let B do. */
const POLICIES = {
  [key(A, 'shared')]: policy(allow(account(A)), allow(account(B))),
  [key(A, 'denied')]: policy(allow(account(A)), deny(account(B))),
  [key(B, 'no-restores')]: policy(allow(account(B)), deny({ AWS: roleOf(B) }, 'kms:Decrypt')),
  [key(B, 'no-backups')]: policy(
    allow(account(B)),
    deny({ AWS: roleOf(B) }, 'kms:GenerateDataKey'),
  ),
}

let world: Awaited<ReturnType<typeof twoAccounts>>
before(async () => {
  const policies = Object.entries(POLICIES).map(([key, policy]) => ({ key, policy }))
  world = await twoAccounts({ file: { keys: { keyring: 'keys', policies } } })
  for (const [name, id] of [['shared', 'shared'] as const, ['daily', 'mine'] as const]) {
    const under = { BackupVaultName: name, EncryptionKeyArn: key(A, id) }
    await world.a.call('CreateBackupVault', under)
  }
})
after(() => world[Symbol.asyncDispose]())

async function refusal(of: Promise<unknown>): Promise<string> {
  const error = await of.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ServiceError, String(error))
  return `${error.spelled.code}: ${error.spelled.message}`
}

const create = (BackupVaultName: string, EncryptionKeyArn: string) =>
  world.b.call('CreateBackupVault', { BackupVaultName, EncryptionKeyArn })

const NO = 'AccessDeniedException: Insufficient privileges to perform this action.'

test('nobody makes a vault under a key of another account, be it there or not', async () => {
  const foreign = [key(A, 'mine'), key(A, 'new'), key(A, 'denied'), key('999999999999', 'nobody')]
  for (const arn of foreign) assert.equal(await refusal(create('mine', arn)), NO)
  for (const id of [`${A}/${REGION}/new`, `${A}/${REGION}/denied`, '999999999999']) {
    assert.ok(!existsSync(path.join(world.folder, 'keys', id)), id)
    assert.ok(!existsSync(path.join(world.folder, 'keys', `${id}.json`)), id)
  }
  const { BackupVaultList } = await world.b.call('ListBackupVaults', {})
  assert.deepEqual(BackupVaultList, [])
})

test('what is no ARN of a key of the Region is refused by name and leaves nothing', async () => {
  const wrong = [
    ...['nonsense', key(B, '../../x'), key(B, 'UPPER'), key(B, 'x').replace(REGION, 'eu-west-2')],
    ...[key(B, 'x').replace('aws', 'aws-cn'), 'arn:aws:kms:eu-west-1:222222222222:alias/x'],
  ]
  for (const arn of wrong) {
    assert.match(await refusal(create('mine', arn)), /Invalid value for EncryptionKeyArn/, arn)
  }
  const { BackupVaultList } = await world.b.call('ListBackupVaults', {})
  assert.deepEqual(BackupVaultList, [])
})

test('a vault is not put under another account’s key later either', async () => {
  await create('rotated', key(B, 'first'))
  for (const arn of [key(A, 'mine'), key(A, 'new'), key(A, 'denied')]) {
    const answer = await world.b.own('POST', '/vaults/rotated/rotate-key', { keyArn: arn })
    assert.equal(answer.status, 403, answer.text)
    assert.match(answer.text, /is not authorized to perform: kms:CreateGrant/)
  }
  const { EncryptionKeyArn } = await world.b.call('DescribeBackupVault', {
    BackupVaultName: 'rotated',
  })
  assert.equal(EncryptionKeyArn, key(B, 'first'))
  const own = await world.b.own('POST', '/vaults/rotated/rotate-key', { keyArn: key(B, 'next') })
  assert.equal(own.status, 200, own.text)
})

test('a key whose policy lets another account use it seals that account’s vaults', async () => {
  await create('shared', key(A, 'shared'))
  const backup = await world.b.backUp('shared')
  assert.equal(backup.State, 'COMPLETED', backup.StatusMessage)
  const target = path.join(world.folder, 'restores', 'shared')
  const restored = await world.b.restore(backup.RecoveryPointArn, target)
  assert.equal(restored.State, 'COMPLETED', restored.StatusMessage)
})

test('a declared Deny stops backups, and restores, in AWS’s words', async () => {
  const words = 'Given key ID is not accessible'
  await create('no-backups', key(B, 'no-backups'))
  const backup = await world.b.backUp('no-backups')
  assert.deepEqual([backup.State, backup.StatusMessage], ['FAILED', words])
  await create('no-restores', key(B, 'no-restores'))
  const { RecoveryPointArn, State } = await world.b.backUp('no-restores')
  assert.equal(State, 'COMPLETED')
  const target = path.join(world.folder, 'restores', 'denied')
  const restored = await world.b.restore(RecoveryPointArn, target)
  assert.deepEqual([restored.State, restored.StatusMessage], ['FAILED', words])
  assert.ok(!existsSync(target))
})
