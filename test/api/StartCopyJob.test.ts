// StartCopyJob through the official SDK: its shape, its refusals in AWS's order, its work.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Lifecycle } from '@aws-sdk/client-backup'
import { points } from '../../src/catalog/index.ts'
import { DeletionPermit, parsePointId } from '../../src/model/index.ts'
import { type Api, allowCrossAccount, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

/** Someone with a recovery point and a second vault, and a request to copy the one to the other. */
async function scene(lifecycle?: Lifecycle) {
  const user = new User(api)
  const { vault, resource, point } = await user.backedUp('source')
  const destination = await user.createVault('target')
  const request = {
    RecoveryPointArn: point,
    SourceBackupVaultName: vault,
    DestinationBackupVaultArn: destination,
    IamRoleArn: user.role,
    ...(lifecycle ? { Lifecycle: lifecycle } : {}),
  }
  return { user, vault, resource, point, destination, request }
}

async function copyOf(user: User, id: string | undefined) {
  await api.work()
  const { CopyJob: job } = await user.aws.describeCopyJob({ CopyJobId: id })
  return job ?? {}
}

test('it answers a job in upper case at once, that is no parent', async () => {
  const { user, request } = await scene()
  const { $metadata, ...answer } = await user.aws.startCopyJob(request)
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(Object.keys(answer), ['CopyJobId', 'CreationDate', 'IsParent'])
  assert.match(answer.CopyJobId ?? '', /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
  assert.equal(answer.IsParent, false)
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId: answer.CopyJobId })
  assert.deepEqual(CopyJob?.CreationDate, answer.CreationDate)
  assert.equal(CopyJob?.State, 'CREATED')
})

test('each required member is missed by name', async () => {
  const { user, request } = await scene()
  for (const member of Object.keys(request)) {
    await refused(user.aws.startCopyJob({ ...request, [member]: undefined }), {
      name: 'MissingParameterValueException',
      message: new RegExp(member),
    })
  }
})

test('a bad name of the source vault is refused in AWS words', async () => {
  const { user, request } = await scene()
  await refused(user.aws.startCopyJob({ ...request, SourceBackupVaultName: 'Random Backups' }), {
    name: 'InvalidParameterValueException',
    message: 'Backup vault name Random Backups is not valid',
  })
})

test('a source vault that is not there is one the caller may not see', async () => {
  const { user, request } = await scene()
  await refused(user.aws.startCopyJob({ ...request, SourceBackupVaultName: 'nowhere' }), NO_VAULT)
  const stranger = new User(api)
  await refused(stranger.aws.startCopyJob({ ...request, IamRoleArn: stranger.role }), NO_VAULT)
})

test('an ARN that is none, or of something else, is refused by its text', async () => {
  const { user, request } = await scene()
  const wrong = ['rubbish', 'arn:aws:sqs:eu-west-1:123456789012:queue', request.RecoveryPointArn]
  for (const arn of wrong) {
    await refused(user.aws.startCopyJob({ ...request, DestinationBackupVaultArn: arn }), {
      name: 'InvalidParameterValueException',
      message: `Unsupported resource type: ${arn}`,
    })
  }
  for (const arn of ['rubbish', request.DestinationBackupVaultArn]) {
    await refused(user.aws.startCopyJob({ ...request, RecoveryPointArn: arn }), {
      name: 'InvalidParameterValueException',
      message: `Unsupported resource type: ${arn}`,
    })
  }
  const oldForm = request.DestinationBackupVaultArn.replace(':backup-vault:', ':vault:')
  await refused(user.aws.startCopyJob({ ...request, DestinationBackupVaultArn: oldForm }), {
    name: 'InvalidParameterValueException',
  })
})

test('a role that cannot be one is refused in AWS words', async () => {
  const { user, request } = await scene()
  await refused(user.aws.startCopyJob({ ...request, IamRoleArn: 'backup' }), {
    name: 'InvalidParameterValueException',
    message: 'IAM Role backup cannot be assumed by AWS Backup',
  })
})

test('a recovery point that is not in the source vault is not found', async () => {
  const { user, request } = await scene()
  await refused(user.aws.startCopyJob({ ...request, SourceBackupVaultName: 'target' }), {
    name: 'ResourceNotFoundException',
    message: /^Cannot find recovery point/,
  })
})

test('a continuous recovery point is refused', async () => {
  const { user, request } = await scene()
  const arn = `arn:aws:backup:${user.region}:${user.account}:recovery-point:continuous:db-1`
  await refused(user.aws.startCopyJob({ ...request, RecoveryPointArn: arn }), {
    name: 'InvalidRequestException',
    message: /does not support on-demand copies/,
  })
})

test('a recovery point that is being deleted is refused', async () => {
  const { user, request } = await scene()
  await user.aws.deleteRecoveryPoint({
    BackupVaultName: request.SourceBackupVaultName,
    RecoveryPointArn: request.RecoveryPointArn,
  })
  await refused(user.aws.startCopyJob(request), {
    name: 'InvalidRequestException',
    message: /DELETING/,
  })
})

test('a recovery point in cold storage is refused', async () => {
  const { user, request, point } = await scene()
  await api.context.catalog.transaction(async (tx) => {
    const row = await points.findByArn(tx, { account: user.account, arn: point })
    assert.ok(row)
    await points.remove(tx, DeletionPermit.ofMarked({ id: row.id, status: 'DELETING' }))
    await points.insert(tx, { ...row, storageClass: 'COLD' })
  })
  await refused(user.aws.startCopyJob(request), {
    name: 'InvalidRequestException',
    message: /cold storage/,
  })
})

test('a lifecycle against the rules is refused in AWS words', async () => {
  const { user, request } = await scene()
  const range = 'Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days'
  const apart =
    'Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from ' +
    'MoveToColdStorageAfterDays'
  const cases: [Lifecycle, string | RegExp][] = [
    [{ DeleteAfterDays: 0 }, range],
    [{ DeleteAfterDays: 36_501 }, range],
    [{ MoveToColdStorageAfterDays: 30, DeleteAfterDays: 119 }, apart],
    [{ MoveToColdStorageAfterDays: 0 }, /MoveToColdStorageAfterDays/],
    [{ DeleteAfterDays: 9, DeleteAfterEvent: 'DELETE_AFTER_COPY' }, /DeleteAfterEvent/],
  ]
  for (const [lifecycle, message] of cases) {
    await refused(user.aws.startCopyJob({ ...request, Lifecycle: lifecycle }), {
      name: 'InvalidParameterValueException',
      message,
    })
  }
})

test('a vault that should be here and is not is refused by its name', async () => {
  const { user, request } = await scene()
  const arn = user.vaultArn('nowhere')
  await refused(user.aws.startCopyJob({ ...request, DestinationBackupVaultArn: arn }), {
    name: 'ResourceNotFoundException',
    message: 'Backup vault nowhere does not exist',
  })
})

test('a vault that is not there in another Region fails the job', async () => {
  const { user, request } = await scene()
  const there = new User(api, { account: user.account, region: 'us-east-1' })
  const arn = there.vaultArn('nowhere')
  const { CopyJobId } = await user.aws.startCopyJob({ ...request, DestinationBackupVaultArn: arn })
  const job = await copyOf(user, CopyJobId)
  assert.equal(job.State, 'FAILED')
  assert.equal(job.StatusMessage, `Copy job failed because backup vault ${arn} does not exist.`)
  assert.equal(job.DestinationRecoveryPointArn, undefined)
})

test('a vault of another account fails the job without saying whether it exists', async () => {
  const { user, request } = await scene()
  await allowCrossAccount(api)
  const other = new User(api)
  await other.createVault('target')
  for (const name of ['target', 'nowhere']) {
    const arn = other.vaultArn(name)
    const { CopyJobId } = await user.aws.startCopyJob({
      ...request,
      DestinationBackupVaultArn: arn,
    })
    const job = await copyOf(user, CopyJobId)
    assert.equal(job.State, 'FAILED')
    assert.equal(job.StatusMessage, 'Access Denied trying to call AWS Backup service')
    assert.equal(job.MessageCategory, 'ACCESS_DENIED')
  }
})

test('a refused copy leaves no job and no trace of its token', async () => {
  const { user, request } = await scene()
  const token = { IdempotencyToken: 'again' }
  const refusal = { ...request, ...token, SourceBackupVaultName: 'nowhere' }
  await refused(user.aws.startCopyJob(refusal), NO_VAULT)
  assert.deepEqual((await user.aws.listCopyJobs({})).CopyJobs, [])
  await user.aws.startCopyJob({ ...request, ...token })
})

test('a repeated token is answered as the first time, whatever became of the job', async () => {
  const { user, request, vault, point } = await scene()
  const again = { ...request, IdempotencyToken: `${point}-${request.DestinationBackupVaultArn}` }
  const first = await user.aws.startCopyJob(again)
  await api.work()
  await user.aws.deleteRecoveryPoint({ BackupVaultName: vault, RecoveryPointArn: point })
  await api.work()
  const second = await user.aws.startCopyJob(again)
  assert.deepEqual({ ...second, $metadata: 0 }, { ...first, $metadata: 0 })
  assert.equal((await user.aws.listCopyJobs({})).CopyJobs?.length, 1)
})

test('a token with other parameters is refused, and is free elsewhere', async () => {
  const { user, request } = await scene()
  const again = { ...request, IdempotencyToken: 'mine' }
  await user.aws.startCopyJob(again)
  await refused(user.aws.startCopyJob({ ...again, Lifecycle: { DeleteAfterDays: 9 } }), {
    name: 'InvalidParameterValueException',
    message: /IdempotencyToken mine/,
  })
  const { request: other, user: stranger } = await scene()
  await stranger.aws.startCopyJob({ ...other, IdempotencyToken: 'mine' })
})

test('an empty token is none', async () => {
  const { user, request } = await scene()
  const again = { ...request, IdempotencyToken: '' }
  const ids = [await user.aws.startCopyJob(again), await user.aws.startCopyJob(again)]
  assert.notEqual(ids[0]?.CopyJobId, ids[1]?.CopyJobId)
})

test('ten copies with one token at once are one job', async () => {
  const { user, request } = await scene()
  const again = { ...request, IdempotencyToken: 'race' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => user.aws.startCopyJob(again)))
  assert.equal(new Set(answers.map((answer) => answer.CopyJobId)).size, 1)
})

test('the same point is copied twice, and into its own vault', async () => {
  const { user, request, vault } = await scene()
  await user.aws.startCopyJob(request)
  await user.aws.startCopyJob(request)
  await user.aws.startCopyJob({ ...request, DestinationBackupVaultArn: user.vaultArn(vault) })
  await api.work()
  const count = async (name: string) =>
    (await user.aws.describeBackupVault({ BackupVaultName: name })).NumberOfRecoveryPoints
  assert.equal(await count('target'), 2)
  assert.equal(await count(vault), 2)
})

test('a finished copy shows every field of a copy job', async () => {
  const { user, request, resource, destination } = await scene({ DeleteAfterDays: 30 })
  const { CopyJobId, CreationDate } = await user.aws.startCopyJob(request)
  const { CompletionDate, DestinationRecoveryPointArn, ...job } = await copyOf(user, CopyJobId)
  assert.ok(CompletionDate instanceof Date)
  const prefix = `arn:aws:backup:${user.region}:${user.account}:recovery-point:`
  assert.ok(DestinationRecoveryPointArn !== undefined)
  assert.ok(DestinationRecoveryPointArn.startsWith(prefix))
  parsePointId(DestinationRecoveryPointArn.slice(prefix.length))
  const vault = await user.aws.describeBackupVault({ BackupVaultName: 'target' })
  assert.deepEqual(job, {
    AccountId: user.account,
    CopyJobId,
    SourceBackupVaultArn: user.vaultArn('source'),
    SourceRecoveryPointArn: request.RecoveryPointArn,
    DestinationBackupVaultArn: destination,
    DestinationVaultType: 'BACKUP_VAULT',
    DestinationVaultLockState: 'UNLOCKED',
    DestinationEncryptionKeyArn: vault.EncryptionKeyArn,
    DestinationRecoveryPointLifecycle: { DeleteAfterDays: 30 },
    ResourceArn: resource,
    CreationDate,
    State: 'COMPLETED',
    BackupSizeInBytes: 1234,
    IamRoleArn: user.role,
    ResourceType: 'EFS',
    IsParent: false,
    ResourceName: 'data',
    MessageCategory: 'SUCCESS',
  })
})

test('a copy follows the lifecycle of its source, and counts from its creation', async () => {
  const user = new User(api)
  await user.createVault('source')
  const destination = await user.createVault('target')
  const { RecoveryPointArn } = await user.aws.startBackupJob({
    BackupVaultName: 'source',
    ResourceArn: await user.directory(),
    IamRoleArn: user.role,
    Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 100 },
  })
  await api.work()
  const DAY_MS = 86_400_000
  api.clock.advance(20 * DAY_MS)
  const cases: [Lifecycle | undefined, Lifecycle | undefined][] = [
    [undefined, { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 100 }],
    [{}, { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 100 }],
    [{ DeleteAfterDays: -1 }, { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 100 }],
    [{ DeleteAfterDays: 30 }, { DeleteAfterDays: 30 }],
    [{ MoveToColdStorageAfterDays: 5 }, { MoveToColdStorageAfterDays: 5, DeleteAfterDays: 100 }],
    [{ MoveToColdStorageAfterDays: -1, DeleteAfterDays: -1 }, { DeleteAfterDays: 100 }],
  ]
  for (const [Lifecycle, expected] of cases) {
    const { CopyJobId } = await user.aws.startCopyJob({
      RecoveryPointArn,
      SourceBackupVaultName: 'source',
      DestinationBackupVaultArn: destination,
      IamRoleArn: user.role,
      Lifecycle,
    })
    const { DestinationRecoveryPointArn } = await copyOf(user, CopyJobId)
    const copy = await user.aws.describeRecoveryPoint({
      BackupVaultName: 'target',
      RecoveryPointArn: DestinationRecoveryPointArn,
    })
    assert.deepEqual(copy.Lifecycle, expected)
    const born = copy.CreationDate?.getTime() ?? 0
    const end = new Date(born + (expected?.DeleteAfterDays ?? 0) * DAY_MS)
    assert.deepEqual(copy.CalculatedLifecycle?.DeleteAt, end)
  }
})

test('the 90-day rule also runs on what is merged with the source', async () => {
  const user = new User(api)
  await user.createVault('source')
  const { RecoveryPointArn } = await user.aws.startBackupJob({
    BackupVaultName: 'source',
    ResourceArn: await user.directory(),
    IamRoleArn: user.role,
    Lifecycle: { DeleteAfterDays: 50 },
  })
  await api.work()
  const request = {
    RecoveryPointArn,
    SourceBackupVaultName: 'source',
    DestinationBackupVaultArn: user.vaultArn('source'),
    IamRoleArn: user.role,
  }
  await refused(
    user.aws.startCopyJob({ ...request, Lifecycle: { MoveToColdStorageAfterDays: 5 } }),
    { name: 'InvalidParameterValueException', message: /90 days apart/ },
  )
})

test('the tags of the source are copied', async () => {
  const user = new User(api)
  await user.createVault('source')
  const resource = await user.directory()
  const point = await user.backUp('source', resource, { team: 'storage' })
  const id = await user.startCopy({ vault: 'source', point }, user.vaultArn('source'))
  const { DestinationRecoveryPointArn } = await copyOf(user, id)
  const { Tags } = await user.aws.listTags({ ResourceArn: DestinationRecoveryPointArn })
  assert.deepEqual(Tags, { team: 'storage' })
})
