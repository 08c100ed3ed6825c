// StartRestoreJob through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

async function scene() {
  const user = new User(api)
  const { point } = await user.backedUp()
  const Metadata = { 'copyhold:path': '/restored' }
  const request = { RecoveryPointArn: point, Metadata, IamRoleArn: user.role }
  return { user, request }
}

test('it answers a job, and nothing else', async () => {
  const { user, request } = await scene()
  const { $metadata, ...answer } = await user.aws.startRestoreJob(request)
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(Object.keys(answer), ['RestoreJobId'])
  assert.match(answer.RestoreJobId ?? '', /^[0-9A-F-]{36}$/)
  await api.work()
  const { Status } = await user.aws.describeRestoreJob({ RestoreJobId: answer.RestoreJobId })
  assert.equal(Status, 'COMPLETED')
})

test('a role is optional, a point and metadata are not', async () => {
  const { user, request } = await scene()
  await user.aws.startRestoreJob({ ...request, IamRoleArn: undefined })
  for (const member of ['RecoveryPointArn', 'Metadata']) {
    await refused(user.aws.startRestoreJob({ ...request, [member]: undefined }), {
      name: 'MissingParameterValueException',
    })
  }
})

test('a point that is nowhere, malformed, of others or of another Region is refused', async () => {
  const { user, request } = await scene()
  const start = (RecoveryPointArn: string) =>
    user.aws.startRestoreJob({ ...request, RecoveryPointArn })
  await refused(start('rubbish'), {
    name: 'InvalidParameterValueException',
    message: 'Unsupported resource type: rubbish',
  })
  const as = { name: 'ResourceNotFoundException', message: /Cannot find recovery point/ }
  await refused(start(`${request.RecoveryPointArn}0`), as)
  const stranger = new User(api)
  await refused(stranger.aws.startRestoreJob({ ...request, IamRoleArn: stranger.role }), as)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  await refused(elsewhere.aws.startRestoreJob(request), as)
})

test('a point being deleted, another type and a bad role are refused', async () => {
  const { user, request } = await scene()
  const invalid = 'InvalidParameterValueException'
  const type = { ...request, ResourceType: 'EBS' }
  await refused(user.aws.startRestoreJob(type), { name: invalid, message: /EFS/ })
  await user.aws.startRestoreJob({ ...request, ResourceType: 'EFS' })
  await api.work()
  const role = { ...request, IamRoleArn: 'rubbish' }
  await refused(user.aws.startRestoreJob(role), { name: invalid, message: /cannot be assumed/ })
  await user.aws.deleteRecoveryPoint({
    BackupVaultName: 'source',
    RecoveryPointArn: request.RecoveryPointArn,
  })
  await refused(user.aws.startRestoreJob(request), { name: 'InvalidRequestException' })
})

test('bad metadata fail the job, not the request', async () => {
  const { user, request } = await scene()
  const { RestoreJobId } = await user.aws.startRestoreJob({ ...request, Metadata: {} })
  await api.work()
  const job = await user.aws.describeRestoreJob({ RestoreJobId })
  assert.equal(job.Status, 'FAILED')
  assert.match(job.StatusMessage ?? '', /copyhold:path/)
})

test('a repeated token is answered with the first job, with other parameters refused', async () => {
  const { user, request } = await scene()
  const again = { ...request, IdempotencyToken: 'once' }
  const first = await user.aws.startRestoreJob(again)
  await api.work()
  const second = await user.aws.startRestoreJob(again)
  assert.equal(second.RestoreJobId, first.RestoreJobId)
  await refused(user.aws.startRestoreJob({ ...again, Metadata: {} }), {
    name: 'InvalidParameterValueException',
    message: /IdempotencyToken once/,
  })
})

test('tags for what is restored are refused: a folder cannot have them', async () => {
  const { user, request } = await scene()
  await refused(user.aws.startRestoreJob({ ...request, CopySourceTagsToRestoredResource: true }), {
    name: 'InvalidParameterValueException',
    message: /CopySourceTagsToRestoredResource: what is restored is a folder/,
  })
})
