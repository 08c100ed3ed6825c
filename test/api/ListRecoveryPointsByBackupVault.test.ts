// ListRecoveryPointsByBackupVault through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, NO_VAULT, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

const DAY_MS = 86_400_000

/** Three points a day apart, the second of another resource. */
async function scene() {
  const user = new User(api)
  const { vault, resource: files, point: first } = await user.backedUp('source', '/files')
  api.clock.advance(DAY_MS)
  const photos = await user.directory('/photos')
  const second = await user.backUp(vault, photos)
  api.clock.advance(DAY_MS)
  const third = await user.backUp(vault, files)
  const list = async (filter: object) => {
    const request = { BackupVaultName: vault, ...filter }
    const { RecoveryPoints } = await user.aws.listRecoveryPointsByBackupVault(request)
    return RecoveryPoints?.map((point) => point.RecoveryPointArn)
  }
  return { user, vault, files, photos, first, second, third, list }
}

test('newest come first, each as DescribeRecoveryPoint shows it but for StorageClass', async () => {
  const { user, vault, first, second, third, list } = await scene()
  assert.deepEqual(await list({}), [third, second, first])
  const BackupVaultName = vault
  const { RecoveryPoints } = await user.aws.listRecoveryPointsByBackupVault({ BackupVaultName })
  for (const point of RecoveryPoints ?? []) {
    const { RecoveryPointArn } = point
    const {
      $metadata: _,
      StorageClass,
      ...described
    } = await user.aws.describeRecoveryPoint({
      BackupVaultName,
      RecoveryPointArn,
    })
    assert.equal(StorageClass, 'WARM')
    assert.deepEqual(point, described)
  }
})

test('each filter picks its points, and filters are joined by and', async () => {
  const { user, vault, files, photos, first, second, third, list } = await scene()
  const { CreationDate } = await user.aws.describeRecoveryPoint({
    BackupVaultName: vault,
    RecoveryPointArn: second,
  })
  assert.deepEqual(await list({ ByResourceArn: files }), [third, first])
  assert.deepEqual(await list({ ByResourceArn: photos }), [second])
  assert.deepEqual(await list({ ByResourceType: 'EFS' }), [third, second, first])
  assert.deepEqual(await list({ ByResourceType: 'RDS' }), [])
  assert.deepEqual(await list({ ByResourceType: 'Nonsense' }), [])
  assert.deepEqual(await list({ ByBackupPlanId: 'plan' }), [])
  assert.deepEqual(await list({ ByParentRecoveryPointArn: first }), [])
  assert.deepEqual(await list({ ByCreatedBefore: CreationDate }), [first])
  assert.deepEqual(await list({ ByCreatedAfter: CreationDate }), [third])
  assert.deepEqual(await list({ ByCreatedAfter: CreationDate, ByResourceArn: photos }), [])
})

test('a copy is listed where the date of its source puts it', async () => {
  const { user, vault, first, second, third, list } = await scene()
  await user.startCopy({ vault, point: first }, user.vaultArn(vault))
  await api.work()
  const all = (await list({})) ?? []
  assert.deepEqual(all.slice(0, 2), [third, second])
  assert.equal(all.length, 4)
})

test('pages go on where they stopped', async () => {
  const { user, vault, first, second, third } = await scene()
  const request = { BackupVaultName: vault, MaxResults: 2 }
  const one = await user.aws.listRecoveryPointsByBackupVault(request)
  const two = await user.aws.listRecoveryPointsByBackupVault({
    ...request,
    NextToken: one.NextToken,
  })
  const points = [...(one.RecoveryPoints ?? []), ...(two.RecoveryPoints ?? [])]
  assert.deepEqual(
    points.map((point) => point.RecoveryPointArn),
    [third, second, first],
  )
  assert.equal(two.NextToken, undefined)
  const other = { BackupVaultName: vault, ByResourceType: 'EFS', NextToken: one.NextToken }
  await refused(user.aws.listRecoveryPointsByBackupVault(other), {
    name: 'InvalidParameterValueException',
    message: /NextToken/,
  })
})

test('a vault that is not there, and an ARN that is no resource, are refused', async () => {
  const { user, vault } = await scene()
  const BackupVaultName = vault
  const nowhere = { BackupVaultName: 'nowhere' }
  await refused(user.aws.listRecoveryPointsByBackupVault(nowhere), NO_VAULT)
  const foreign = { BackupVaultName, BackupVaultAccountId: new User(api).account }
  await refused(user.aws.listRecoveryPointsByBackupVault(foreign), NO_VAULT)
  const snapshot = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0'
  const wrong = { BackupVaultName, ByResourceArn: snapshot }
  await refused(user.aws.listRecoveryPointsByBackupVault(wrong), {
    name: 'InvalidParameterValueException',
    message: `Unsupported resource type: ${snapshot}`,
  })
})
