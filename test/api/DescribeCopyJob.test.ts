// DescribeCopyJob through the official SDK. What a finished copy shows is in StartCopyJob.test.ts.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it wraps the job in CopyJob, and a waiting one shows nothing of its copy', async () => {
  const user = new User(api)
  const { vault, point, resource } = await user.backedUp()
  const arn = user.vaultArn(vault)
  const CopyJobId = await user.startCopy({ vault, point }, arn)
  const { $metadata: _, ...answer } = await user.aws.describeCopyJob({ CopyJobId })
  assert.deepEqual(answer, {
    CopyJob: {
      AccountId: user.account,
      CopyJobId,
      SourceBackupVaultArn: arn,
      SourceRecoveryPointArn: point,
      DestinationBackupVaultArn: arn,
      DestinationVaultType: 'BACKUP_VAULT',
      DestinationVaultLockState: 'UNLOCKED',
      ResourceArn: resource,
      CreationDate: answer.CopyJob?.CreationDate,
      State: 'CREATED',
      BackupSizeInBytes: 1234,
      IamRoleArn: user.role,
      ResourceType: 'EFS',
      IsParent: false,
      ResourceName: 'data',
    },
  })
})

test('ids are found in any case, and only by the account and Region of the source', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  const there = new User(api, { account: user.account, region: 'us-east-1' })
  const CopyJobId = await user.startCopy({ vault, point }, await there.createVault('target'))
  const { CopyJob } = await user.aws.describeCopyJob({ CopyJobId: CopyJobId.toLowerCase() })
  assert.equal(CopyJob?.CopyJobId, CopyJobId)
  const as = { name: 'ResourceNotFoundException' }
  await refused(there.aws.describeCopyJob({ CopyJobId }), as)
  await refused(new User(api).aws.describeCopyJob({ CopyJobId }), as)
  await refused(user.aws.describeCopyJob({ CopyJobId: 'nobody' }), as)
  const [backup] = (await user.aws.listBackupJobs({})).BackupJobs ?? []
  await refused(user.aws.describeCopyJob({ CopyJobId: backup?.BackupJobId }), as)
})
