// PutBackupVaultAccessPolicy, GetBackupVaultAccessPolicy and DeleteBackupVaultAccessPolicy through
// the official SDK. What policies come to is src/access/iam's and test/api/authorization.test.ts's.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

const SHARING =
  'The specified policy cannot be added to the vault due to cross-account sharing ' +
  "restrictions. Amend the policy or the vault's settings, then retry request"

const VAULT = { BackupVaultName: 'daily' }

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Resource: '*', ...statement }] })
}

function copyIntoFor(principal: unknown): string {
  return policy({
    Effect: 'Allow',
    Principal: principal,
    Action: 'backup:CopyIntoBackupVault',
  })
}

async function owner(): Promise<User> {
  const user = new User(api)
  await user.createVault('daily')
  return user
}

test('a policy is given back letter for letter, replaced, and taken away', async () => {
  const user = await owner()
  const { aws } = user
  const none = { name: 'ResourceNotFoundException', status: 400 }
  await refused(aws.getBackupVaultAccessPolicy(VAULT), none)
  const first = ` ${copyIntoFor({ AWS: '111122223333' })}\n`
  const put = await aws.putBackupVaultAccessPolicy({ ...VAULT, Policy: first })
  assert.equal(put.$metadata.httpStatusCode, 200)
  const { $metadata, ...got } = await aws.getBackupVaultAccessPolicy(VAULT)
  const { BackupVaultArn } = await aws.describeBackupVault(VAULT)
  assert.deepEqual(got, { ...VAULT, BackupVaultArn, Policy: first })
  const second = copyIntoFor('*')
  await aws.putBackupVaultAccessPolicy({ ...VAULT, Policy: second })
  assert.equal((await aws.getBackupVaultAccessPolicy(VAULT)).Policy, second)
  await aws.deleteBackupVaultAccessPolicy(VAULT)
  await refused(aws.getBackupVaultAccessPolicy(VAULT), none)
  await aws.deleteBackupVaultAccessPolicy(VAULT)
})

test('the policies of a vault that is not there cannot be seen or set', async () => {
  const { aws } = new User(api)
  await refused(aws.getBackupVaultAccessPolicy(VAULT), NO_VAULT)
  await refused(aws.putBackupVaultAccessPolicy({ ...VAULT, Policy: '{}' }), NO_VAULT)
  await refused(aws.deleteBackupVaultAccessPolicy(VAULT), NO_VAULT)
})

test('other accounts can be allowed to copy into the vault, and nothing else', async () => {
  const user = await owner()
  const put = (text: string) => user.aws.putBackupVaultAccessPolicy({ ...VAULT, Policy: text })
  const role = 'arn:aws:iam::111122223333:role/copier'
  for (const principal of ['*', { AWS: '*' }, { AWS: ['111122223333', role] }]) {
    await put(copyIntoFor(principal))
    const sharing = { name: 'InvalidParameterValueException', message: SHARING }
    const actions = ['backup:CopyIntoBackupVault', 'backup:StartRestoreJob']
    await refused(put(policy({ Effect: 'Allow', Principal: principal, Action: actions })), sharing)
  }
  const own = { AWS: [user.account, `arn:aws:iam::${user.account}:role/operator`] }
  await put(policy({ Effect: 'Allow', Principal: own, Action: 'backup:StartRestoreJob' }))
  await put(policy({ Effect: 'Deny', Principal: '*', Action: 'backup:StartRestoreJob' }))
})

test('a policy that cannot be read is refused and says where', async () => {
  const user = await owner()
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /Policy/],
    ['{', /Policy: this is not JSON/],
    [policy({ Effect: 'Permit', Principal: '*', Action: 'backup:StartCopyJob' }), /\[0\]\.Effect/],
    [policy({ Effect: 'Deny', Principal: '*', Action: 'backup:*' }), /without wildcards/],
    [policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject' }), /actions of AWS Backup/],
    [policy({ Effect: 'Deny', Action: 'backup:StartCopyJob' }), /\[0\]\.Principal/],
    [' '.repeat(40_000), /at most 32768 characters/],
  ]
  for (const [text, message] of cases) {
    const answer = user.aws.putBackupVaultAccessPolicy({ ...VAULT, Policy: text })
    await refused(answer, { name: 'InvalidParameterValueException', message })
  }
  const none = user.aws.putBackupVaultAccessPolicy(VAULT)
  await refused(none, { name: 'MissingParameterValueException' })
  await refused(user.aws.getBackupVaultAccessPolicy(VAULT), { name: 'ResourceNotFoundException' })
})
