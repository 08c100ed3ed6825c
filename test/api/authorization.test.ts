// Who may do what, through the official SDK: the root of an account, whom only vault policies can
// stop, and users with policies of their own. The test's server takes a key id for a user's name.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Backup } from '@aws-sdk/client-backup'
import type { AccountPrincipal, Caller } from '../../src/access/index.ts'
import { parsePolicyDocument, rootPrincipal } from '../../src/access/index.ts'
import { authorization, operations } from '../../src/api/index.ts'
import { Answer, parseAccountId, parseRegionName } from '../../src/model/index.ts'
import { type Api, refused, startApi, User } from './harness.ts'

const ACCOUNT = parseAccountId('111122223333')
const REGION = parseRegionName('eu-west-1')
const VAULT = { BackupVaultName: 'daily' }
const VAULT_ARN = `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:daily`
const POINT_ID = '1EB3B5E7-9EB0-435A-A80B-108B488B0D45'
const POINT_ARN = `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:${POINT_ID}`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/backup`

let api: Api
/** By key id. */
const users = new Map<string, AccountPrincipal>()

before(async () => {
  api = await startApi({
    authentication: {
      mode: 'serve',
      verify: async ({ accessKeyId, region }) => {
        const principal = users.get(accessKeyId) ?? rootPrincipal(parseAccountId(accessKeyId))
        return { account: principal.account, region: parseRegionName(region), principal }
      },
    },
  })
})
after(() => api.close())

function as(accessKeyId: string): Backup {
  const credentials = { accessKeyId, secretAccessKey: 'any' }
  return new Backup({ endpoint: api.url, region: REGION, credentials, maxAttempts: 1 })
}

/** A user of the account with a policy of these statements. */
function user(name: string, ...statements: object[]): Backup {
  const document = { Version: '2012-10-17', Statement: statements }
  const { policy, problems } = parsePolicyDocument(document, { kind: 'identity', name })
  assert.ok(policy, JSON.stringify(problems))
  users.set(name, {
    kind: 'user',
    arn: arnOf(name),
    account: ACCOUNT,
    userId: `AIDA${name}`,
    name,
    policies: [policy],
    tags: {},
  })
  return as(name)
}

const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`

const allow = (action: string | string[], rest: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...rest,
})

function denied(who: string, what: { action: string; on: string; why: string }) {
  const user = `User: ${who} is not authorized to perform: ${what.action}`
  const message = `${user} on resource: ${what.on} ${what.why}`
  return { name: 'AccessDeniedException', status: 403, message }
}

const unallowed = (action: string) => `because no identity-based policy allows the ${action} action`

test('a vault policy denies even the root, in the words of AWS', async (t) => {
  const dev = await startApi()
  t.after(() => dev.close())
  const owner = new User(dev)
  const from = await owner.backedUp('source')
  const root = `arn:aws:iam::${owner.account}:root`
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['backup:StartCopyJob', 'backup:DeleteRecoveryPoint', 'backup:DeleteBackupVault'],
      Resource: '*',
    },
  })
  const source = { BackupVaultName: 'source' }
  await owner.aws.putBackupVaultAccessPolicy({ ...source, Policy })
  const why = 'with an explicit deny in a resource-based policy'
  const copy = owner.startCopy(from, owner.vaultArn('source'))
  await refused(copy, denied(root, { action: 'backup:StartCopyJob', on: from.point, why }))
  const point = { ...source, RecoveryPointArn: from.point }
  const deletion = owner.aws.deleteRecoveryPoint(point)
  await refused(
    deletion,
    denied(root, { action: 'backup:DeleteRecoveryPoint', on: from.point, why }),
  )
  const vault = denied(root, {
    action: 'backup:DeleteBackupVault',
    on: owner.vaultArn('source'),
    why,
  })
  await refused(owner.aws.deleteBackupVault(source), vault)
  await owner.aws.describeRecoveryPoint(point)
  await owner.aws.deleteBackupVaultAccessPolicy(source)
  await owner.startCopy(from, owner.vaultArn('source'))
})

test('a vault policy of one caller stops no other, and gives who has nothing of his own', async () => {
  const owner = as(ACCOUNT)
  const shared = { BackupVaultName: 'shared' }
  await owner.createBackupVault(shared)
  const bob = user('bob', allow('backup:List*'))
  const ann = user('ann', allow('backup:*'))
  const action = 'backup:DescribeBackupVault'
  const on = VAULT_ARN.replace('daily', 'shared')
  const none = denied(arnOf('bob'), { action, on, why: unallowed(action) })
  await refused(bob.describeBackupVault(shared), none)
  const statement = { Effect: 'Allow', Principal: { AWS: arnOf('bob') }, Action: action }
  const but = { ...statement, Effect: 'Deny', Principal: { AWS: arnOf('ann') } }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [statement, but].map((each) => ({ ...each, Resource: '*' })),
  })
  await owner.putBackupVaultAccessPolicy({ ...shared, Policy })
  await bob.describeBackupVault(shared)
  const why = 'with an explicit deny in a resource-based policy'
  await refused(ann.describeBackupVault(shared), denied(arnOf('ann'), { action, on, why }))
  await owner.describeBackupVault(shared)
})

test('what a policy does not name is refused, and nothing is done', async () => {
  const reader = user('reader', allow('backup:ListBackupVaults'))
  const action = 'backup:CreateBackupVault'
  const refusal = denied(arnOf('reader'), { action, on: VAULT_ARN, why: unallowed(action) })
  await refused(reader.createBackupVault(VAULT), refusal)
  const { BackupVaultList = [] } = await reader.listBackupVaults({})
  assert.ok(BackupVaultList.every(({ BackupVaultName }) => BackupVaultName !== 'daily'))
})

test('a vault that is made with tags takes the right to tag as well', async () => {
  const maker = user('maker', allow('backup:CreateBackupVault'))
  const tags = { BackupVaultTags: { team: 'a' } }
  const action = 'backup:TagResource'
  const refusal = denied(arnOf('maker'), { action, on: VAULT_ARN, why: unallowed(action) })
  await refused(maker.createBackupVault({ ...VAULT, ...tags }), refusal)
  await maker.createBackupVault({ BackupVaultName: 'plain', BackupVaultTags: {} })
})

test('tags that are set, and those that are there, are conditions', async () => {
  const tagger = user(
    'tagger',
    allow(['backup:CreateBackupVault', 'backup:TagResource'], {
      Condition: {
        StringEquals: { 'aws:RequestTag/team': 'blue' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] },
      },
    }),
    allow('backup:DeleteBackupVault', {
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    }),
  )
  const blue = { BackupVaultName: 'blue', BackupVaultTags: { team: 'blue' } }
  const name = 'AccessDeniedException'
  await refused(tagger.createBackupVault({ BackupVaultName: 'blue' }), { name, status: 403 })
  const more = { ...blue, BackupVaultTags: { team: 'blue', secret: 'x' } }
  await refused(tagger.createBackupVault(more), { name, status: 403 })
  const { BackupVaultArn = '' } = await tagger.createBackupVault(blue)
  const tags = (Tags: Record<string, string>) =>
    tagger.tagResource({ ResourceArn: BackupVaultArn, Tags })
  await refused(tags({ cost: '1' }), { name, status: 403 })
  await tags({ team: 'blue', cost: '1' })
  await as(ACCOUNT).createBackupVault({ BackupVaultName: 'grey' })
  await refused(tagger.deleteBackupVault({ BackupVaultName: 'grey' }), { name, status: 403 })
  await tagger.deleteBackupVault({ BackupVaultName: 'blue' })
})

test('who starts a job must be allowed to pass its role to AWS Backup', async () => {
  const starting = {
    ...VAULT,
    ResourceArn: `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-0123456789abcdef0`,
    IamRoleArn: ROLE,
  }
  const starter = user('starter', allow('backup:StartBackupJob'))
  const action = 'iam:PassRole'
  const refusal = denied(arnOf('starter'), { action, on: ROLE, why: unallowed(action) })
  await refused(starter.startBackupJob(starting), refusal)
  const toOthers = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }
  user('starter', allow('backup:StartBackupJob'), allow(action, { Condition: toOthers }))
  await refused(starter.startBackupJob(starting), refusal)
  const toBackup = { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } }
  user('starter', allow('backup:StartBackupJob'), allow(action, { Condition: toBackup }))
  // Now it is the vault that is not there.
  const message = 'Insufficient privileges to perform this action.'
  const name = 'AccessDeniedException'
  await refused(starter.startBackupJob(starting), { name, status: 403, message })
  const foreign = { ...starting, IamRoleArn: ROLE.replace(ACCOUNT, '444455556666') }
  const across = 'Cross-account pass role is not allowed.'
  await refused(starter.startBackupJob(foreign), { name, status: 403, message: across })
})

test('our own routes ask for actions of their own', async () => {
  const asking = (method: string, path: string, params: Record<string, string> = {}) =>
    refusalOf(authorization.extension({ method, path, params, caller: nobody }, api.context))
  assert.deepEqual(await asking('POST', '/vaults/:name/sweep', { name: 'daily' }), {
    action: 'copyhold:PostVaultsSweep',
    resource: VAULT_ARN,
  })
  assert.deepEqual(await asking('GET', '/jobs/:id/progress', { id: 'x' }), {
    action: 'copyhold:GetJobsProgress',
    resource: '*',
  })
})

/** What each operation is done to, by AWS's service authorization reference. */
const VAULT_OPERATIONS = [
  ...['CreateBackupVault', 'DescribeBackupVault', 'DeleteBackupVault', 'StartBackupJob'],
  ...['PutBackupVaultAccessPolicy', 'GetBackupVaultAccessPolicy', 'DeleteBackupVaultAccessPolicy'],
  ...['PutBackupVaultLockConfiguration', 'DeleteBackupVaultLockConfiguration'],
  ...['ListRecoveryPointsByBackupVault', 'ListProtectedResourcesByBackupVault'],
]
const POINT_OPERATIONS = [
  ...['DescribeRecoveryPoint', 'DeleteRecoveryPoint', 'UpdateRecoveryPointLifecycle'],
  ...['GetRecoveryPointRestoreMetadata', 'StartCopyJob', 'StartRestoreJob'],
]
const TAG_OPERATIONS = ['TagResource', 'UntagResource', 'ListTags']

test('every operation asks for its own action, on its own resource', async () => {
  for (const operation of Object.keys(operations)) {
    const input = inputOf(operation)
    const asked = authorization.operation({ operation, input, caller: nobody }, api.context)
    const on = VAULT_OPERATIONS.includes(operation)
      ? VAULT_ARN
      : POINT_OPERATIONS.includes(operation) || TAG_OPERATIONS.includes(operation)
        ? POINT_ARN
        : '*'
    const expected = { action: `backup:${operation}`, resource: on }
    assert.deepEqual(await refusalOf(asked), expected, operation)
  }
})

/** Every member that could say what is meant, as far as the operation's input has it. */
function inputOf(operation: string): object {
  if (VAULT_OPERATIONS.includes(operation)) return VAULT
  if (operation === 'StartCopyJob') {
    return { SourceBackupVaultName: 'daily', RecoveryPointArn: POINT_ARN }
  }
  if (operation === 'StartRestoreJob') return { RecoveryPointArn: POINT_ARN }
  if (POINT_OPERATIONS.includes(operation)) return { ...VAULT, RecoveryPointArn: POINT_ARN }
  // Elsewhere it names something that is no resource of AWS Backup.
  return { ResourceArn: POINT_ARN, ByResourceArn: POINT_ARN, ByBackupVaultName: 'daily' }
}

const nobody: Caller = {
  account: ACCOUNT,
  region: REGION,
  principal: {
    kind: 'user',
    arn: arnOf('nobody'),
    account: ACCOUNT,
    userId: 'AIDANOBODY',
    name: 'nobody',
    policies: [],
    tags: {},
  },
}

async function refusalOf(asked: Promise<void>): Promise<unknown> {
  const error = await asked.then(
    () => assert.fail('was allowed'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Answer && error.failure.code === 'NotAuthorized', String(error))
  const { action, resource } = error.failure
  return { action, resource }
}
