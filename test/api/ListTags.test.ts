// ListTags through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('it answers a map, empty where there are no tags', async () => {
  const user = new User(api)
  const ResourceArn = await user.createVault('daily')
  const { $metadata, ...none } = await user.aws.listTags({ ResourceArn })
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(none, { Tags: {} })
})

test('pages go on after the last key', async () => {
  const user = new User(api)
  const Tags = { a: '1', b: '2', c: '3' }
  const made = await user.aws.createBackupVault({ BackupVaultName: 'x1', BackupVaultTags: Tags })
  const ResourceArn = made.BackupVaultArn
  const one = await user.aws.listTags({ ResourceArn, MaxResults: 2 })
  assert.deepEqual(one.Tags, { a: '1', b: '2' })
  const two = await user.aws.listTags({ ResourceArn, MaxResults: 2, NextToken: one.NextToken })
  assert.deepEqual(two.Tags, { c: '3' })
  assert.equal(two.NextToken, undefined)
  const other = { ResourceArn: await user.createVault('x2'), NextToken: one.NextToken }
  await refused(user.aws.listTags(other), { name: 'InvalidParameterValueException' })
})

test('what is not there or of another service is refused', async () => {
  const user = new User(api)
  const ask = (ResourceArn: string) => user.aws.listTags({ ResourceArn })
  await refused(ask(user.vaultArn('nowhere')), { name: 'ResourceNotFoundException' })
  await refused(ask('rubbish'), { name: 'InvalidParameterValueException' })
})
