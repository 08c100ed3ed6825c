// The rules of a copy, one by one, through the official SDK: what AWS publishes of who may copy
// what where, with its texts and categories. Those of the request are refused, those of the
// destination's side and of rights at run time end the job FAILED.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { devIdentities, type Identities, parsePolicyDocument } from '../../src/access/index.ts'
import type { PointRow } from '../../src/catalog/index.ts'
import { points } from '../../src/catalog/index.ts'
import { DeletionPermit, type ResourceType } from '../../src/model/index.ts'
import { type Api, allowCrossAccount, refused, startApi, User } from './harness.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

/** A point of one account and a vault of another, with whatever the rules need switched on. */
async function twoAccounts() {
  await allowCrossAccount(api)
  const source = new User(api)
  const target = new User(api, { region: 'us-east-1' })
  const { point } = await source.backedUp('daily')
  const destination = await target.createVault('offsite')
  return { source, target, point, destination }
}

type Allowance = { readonly Principal?: unknown; readonly Condition?: unknown }

/** Lets copies into the vault, from everybody of the organization unless told otherwise. */
async function letIn(owner: User, vault: string, { Principal = '*', Condition }: Allowance = {}) {
  const inOrganization = { StringEquals: { 'aws:PrincipalOrgID': 'o-copyhold00' } }
  const statement = {
    Effect: 'Allow',
    Principal,
    Action: 'backup:CopyIntoBackupVault',
    Resource: '*',
    Condition: Condition ?? inOrganization,
  }
  await owner.aws.putBackupVaultAccessPolicy({
    BackupVaultName: vault,
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  })
}

/** How a copy from `daily` ends. */
async function copied(user: User, point: string, to: string) {
  const id = await user.startCopy({ vault: 'daily', point }, to)
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId: id })
  const { State, StatusMessage, MessageCategory, DestinationRecoveryPointArn } = CopyJob ?? {}
  return { State, StatusMessage, MessageCategory, DestinationRecoveryPointArn }
}

const failed = (StatusMessage: string, MessageCategory: string) => ({
  State: 'FAILED',
  StatusMessage,
  MessageCategory,
  DestinationRecoveryPointArn: undefined,
})

const DENIED = failed('Access Denied trying to call AWS Backup service', 'ACCESS_DENIED')

/** Lets the identities of `dev` be others. */
function replaceIdentities(change: Partial<Identities>): void {
  Object.assign(api.context, { identities: { ...devIdentities, ...change } })
}

/** Everybody's roles, allowed only what the statements say. */
function rolesWith(...Statement: object[]): void {
  const document = { Version: '2012-10-17', Statement }
  const { policy } = parsePolicyDocument(document, { kind: 'identity', name: 'of the role' })
  assert.ok(policy)
  replaceIdentities({
    role: (arn) => {
      const role = devIdentities.role(arn)
      return role && { ...role, policies: [policy] }
    },
  })
}

const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
const deny = (...Action: string[]) => ({ Effect: 'Deny', Action, Resource: '*' })

/** Makes a recovery point one of another type, as none of the drivers here makes. */
async function retype(arn: string, change: Partial<PointRow> & { resourceType: ResourceType }) {
  await api.context.catalog.transaction(async (tx) => {
    const point = await points.findByArn(tx, { arn, account: accountOf(arn) })
    assert.ok(point)
    await points.remove(tx, DeletionPermit.ofMarked({ id: point.id, status: 'DELETING' }))
    await points.insert(tx, { ...point, ...change })
  })
}

const accountOf = (arn: string) => arn.split(':')[4] as PointRow['account']

test('accounts of different organizations, or of none, cannot copy to each other', async () => {
  const { source, target, point, destination } = await twoAccounts()
  await letIn(target, 'offsite')
  const text =
    'Copy job failed. Both source and destination account must be a member of the same ' +
    'organization.'
  const membership = devIdentities.organization(source.account)
  const other = membership && { ...membership, id: 'o-another000' }
  replaceIdentities({
    organization: (account) => (account === target.account ? other : membership),
  })
  assert.deepEqual(await copied(source, point, destination), failed(text, 'ACCESS_DENIED'))
  replaceIdentities({ organization: () => undefined })
  assert.deepEqual(await copied(source, point, destination), failed(text, 'ACCESS_DENIED'))
})

test('copies between accounts fail until the organization has switched them on', async () => {
  const source = new User(api)
  const target = new User(api)
  const { point } = await source.backedUp('daily')
  const destination = await target.createVault('offsite')
  await letIn(target, 'offsite')
  const text =
    'Copy job failed. Cross-account copy feature is not enabled for the current organization.'
  assert.deepEqual(await copied(source, point, destination), failed(text, 'FEATURE_NOT_ENABLED'))
  await allowCrossAccount(api)
  assert.equal((await copied(source, point, destination)).State, 'COMPLETED')
})

test('a vault of another account is closed until its policy lets the copy role in', async () => {
  const { source, target, point, destination } = await twoAccounts()
  assert.deepEqual(await copied(source, point, destination), DENIED)
  await letIn(target, 'offsite', { Principal: { AWS: `arn:aws:iam::${source.account}:root` } })
  const { State, DestinationRecoveryPointArn: arn } = await copied(source, point, destination)
  assert.equal(State, 'COMPLETED')
  const seen = await target.aws.describeRecoveryPoint({
    BackupVaultName: 'offsite',
    RecoveryPointArn: arn,
  })
  assert.equal(seen.IamRoleArn, source.role)
  await target.aws.deleteBackupVaultAccessPolicy({ BackupVaultName: 'offsite' })
  assert.deepEqual(await copied(source, point, destination), DENIED)
})

test('the principal that a destination judges is the copy role, not who asked', async () => {
  const { source, target, point, destination } = await twoAccounts()
  const role = 'arn:aws:iam::*:role/backup'
  const Condition = {
    ArnLike: { 'aws:PrincipalArn': role },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language.
    StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' },
  }
  await letIn(target, 'offsite', { Condition })
  assert.equal((await copied(source, point, destination)).State, 'COMPLETED')
  const caller = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } }
  await letIn(target, 'offsite', { Condition: caller })
  assert.deepEqual(await copied(source, point, destination), DENIED)
})

test('a policy can let in by the tags that the copy will carry', async () => {
  const { source, target, destination } = await twoAccounts()
  const resource = await source.directory('/tagged')
  const point = await source.backUp('daily', resource, { stage: 'gold' })
  const plain = await source.backUp('daily', resource, { stage: 'lead' })
  const Condition = { StringEquals: { 'aws:RequestTag/stage': 'gold' } }
  await letIn(target, 'offsite', { Condition })
  assert.equal((await copied(source, point, destination)).State, 'COMPLETED')
  assert.deepEqual(await copied(source, plain, destination), DENIED)
})

test('a vault of the same account takes copies unless its policy denies them', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  assert.equal((await copied(user, point, destination)).State, 'COMPLETED')
  await user.aws.putBackupVaultAccessPolicy({
    BackupVaultName: 'offsite',
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...deny('backup:CopyIntoBackupVault'), Principal: '*' },
    }),
  })
  assert.deepEqual(await copied(user, point, destination), DENIED)
})

test('a policy of the source vault can say where its points may be copied', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const allowed = await user.createVault('allowed')
  const other = await user.createVault('other')
  await user.aws.putBackupVaultAccessPolicy({
    BackupVaultName: 'daily',
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        ...deny('backup:CopyFromBackupVault'),
        Principal: '*',
        Condition: { 'ForAllValues:ArnNotLike': { 'backup:CopyTargets': [allowed] } },
      },
    }),
  })
  assert.equal((await copied(user, point, allowed)).State, 'COMPLETED')
  const { State, StatusMessage, MessageCategory } = await copied(user, point, other)
  assert.deepEqual([State, MessageCategory], ['FAILED', 'ACCESS_DENIED'])
  assert.match(
    StatusMessage ?? '',
    new RegExp(
      '^User: arn:aws:sts::\\d+:assumed-role/backup/\\S+ is not authorized to perform: ' +
        'backup:CopyFromBackupVault on resource: \\S+ with an explicit deny in a resource-based ' +
        'policy$',
    ),
  )
})

test('the role needs the rights of both ends itself', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  rolesWith(allow('backup:ListTags', 'backup:CopyIntoBackupVault'))
  assert.match(
    (await copied(user, point, destination)).StatusMessage ?? '',
    /not authorized to perform: backup:CopyFromBackupVault on .* because no identity-based policy/,
  )
  rolesWith(allow('backup:ListTags', 'backup:CopyFromBackupVault'))
  assert.deepEqual(await copied(user, point, destination), DENIED)
  rolesWith(allow('backup:ListTags', 'backup:CopyFromBackupVault', 'backup:CopyIntoBackupVault'))
  assert.equal((await copied(user, point, destination)).State, 'COMPLETED')
})

test('a role that may not list tags fails the copy', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  rolesWith(allow('backup:*'), deny('backup:ListTags'))
  const text = 'Access denied exception while trying to list tags'
  assert.deepEqual(await copied(user, point, destination), failed(text, 'ACCESS_DENIED'))
})

test('a role that may not use the key of the source fails the copy', async () => {
  const user = new User(api)
  const key = `arn:aws:kms:eu-west-1:${user.account}:key/mine`
  await user.aws.createBackupVault({ BackupVaultName: 'daily', EncryptionKeyArn: key })
  const point = await user.backUp('daily', await user.directory())
  const destination = await user.createVault('offsite')
  rolesWith(allow('backup:*'))
  const text = 'Given key ID is not accessible'
  assert.deepEqual(await copied(user, point, destination), failed(text, 'KMS_KEY_ERROR'))
  rolesWith(allow('backup:*', 'kms:Decrypt'))
  assert.equal((await copied(user, point, destination)).State, 'COMPLETED')
})

test('a retention outside of the lock of the destination fails the copy', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  const lock = { BackupVaultName: 'offsite', MinRetentionDays: 7, MaxRetentionDays: 30 }
  await user.aws.putBackupVaultLockConfiguration(lock)
  const text =
    'Copy job failed. The retention specified in the job is not within the range specified for ' +
    'the target Backup Vault.'
  assert.deepEqual(await copied(user, point, destination), failed(text, 'LIFECYCLE_MISMATCH'))
})

test('an image goes to another account only between keys of one’s own', async () => {
  const { source, target, point, destination } = await twoAccounts()
  await letIn(target, 'offsite')
  const ebs = 'Encrypted snapshots with Amazon EBS default key cannot be shared'
  const managed =
    "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot."
  const byDefault =
    'Copy job failed because the destination Backup vault is encrypted with the default Backup ' +
    'service managed key. The contents of this vault cannot be copied. Only the contents of a ' +
    'Backup vault encrypted by an AWS KMS key may be copied.'
  await retype(point, { resourceType: 'EBS' })
  assert.deepEqual(await copied(source, point, destination), failed(ebs, 'ACCESS_DENIED'))
  await retype(point, { resourceType: 'RDS' })
  assert.deepEqual(await copied(source, point, destination), failed(managed, 'ACCESS_DENIED'))
  const keyArn = `arn:aws:kms:${source.region}:${source.account}:key/mine`
  await retype(point, { resourceType: 'RDS', keyArn })
  assert.deepEqual(await copied(source, point, destination), failed(byDefault, 'ACCESS_DENIED'))
  const EncryptionKeyArn = `arn:aws:kms:${target.region}:${target.account}:key/mine`
  await target.aws.createBackupVault({ BackupVaultName: 'own-key', EncryptionKeyArn })
  await letIn(target, 'own-key')
  const ownKey = target.vaultArn('own-key')
  assert.equal((await copied(source, point, ownKey)).State, 'COMPLETED')
})

test('a gateway’s volume goes only into a vault with a key of one’s own', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  await retype(point, { resourceType: 'Storage Gateway' })
  const text =
    'UnsupportedOperation : Storage Gateway backup copies require a user-created backup vault ' +
    'and key at destination.'
  assert.deepEqual(await copied(user, point, destination), failed(text, 'NOT_SUPPORTED'))
})

test('a type that is never copied makes a job that has failed already', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const target = new User(api, { account: user.account, region: 'us-east-1' })
  const destination = await target.createVault('offsite')
  await retype(point, { resourceType: 'Redshift' })
  const text =
    'Copy job from eu-west-1 to us-east-1 cannot be initiated for Redshift resources. Feature is ' +
    'not supported for provided resource type.'
  assert.deepEqual(await copied(user, point, destination), failed(text, 'NOT_SUPPORTED'))
})

test('a role that AWS Backup cannot assume refuses the request', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  replaceIdentities({ role: () => undefined })
  await refused(user.startCopy({ vault: 'daily', point }, destination), {
    name: 'InvalidParameterValueException',
    message: `IAM Role ${user.role} cannot be assumed by AWS Backup`,
  })
})

test('a role that went before the job began fails it', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  const id = await user.startCopy({ vault: 'daily', point }, destination)
  replaceIdentities({ role: () => undefined })
  await api.work()
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId: id })
  assert.equal(CopyJob?.State, 'FAILED')
  assert.match(CopyJob?.StatusMessage ?? '', /cannot be assumed by AWS Backup$/)
  assert.equal(CopyJob?.MessageCategory, 'ACCESS_DENIED')
})

test('a role of another account cannot be passed', async () => {
  const user = new User(api)
  const { point } = await user.backedUp('daily')
  const destination = await user.createVault('offsite')
  const foreign = user.aws.startCopyJob({
    SourceBackupVaultName: 'daily',
    RecoveryPointArn: point,
    DestinationBackupVaultArn: destination,
    IamRoleArn: 'arn:aws:iam::999999999999:role/backup',
  })
  await refused(foreign, { name: 'AccessDeniedException', status: 403, message: /pass/i })
})
