// GetSupportedResourceTypes through the official SDK.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApi, User } from './harness.ts'

test('a type is supported when a resource of it can be registered and backed up', async () => {
  const api = await startApi()
  try {
    const user = new User(api)
    const { point } = await user.backedUp()
    const described = await user.aws.describeRecoveryPoint({
      BackupVaultName: 'source',
      RecoveryPointArn: point,
    })
    const { ResourceTypes } = await user.aws.getSupportedResourceTypes({})
    assert.deepEqual(ResourceTypes, [described.ResourceType])
  } finally {
    await api.close()
  }
})
