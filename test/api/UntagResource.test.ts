// UntagResource through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('tags go by key, and keys that are not there are no error', async () => {
  const user = new User(api)
  const { point: ResourceArn } = await user.backedUp()
  await user.aws.tagResource({ ResourceArn, Tags: { a: '1', b: '2' } })
  const { $metadata, ...answer } = await user.aws.untagResource({
    ResourceArn,
    TagKeyList: ['a', 'nothing'],
  })
  assert.equal($metadata.httpStatusCode, 200)
  assert.deepEqual(answer, {})
  const { Tags } = await user.aws.listTags({ ResourceArn })
  assert.deepEqual(Tags, { b: '2' })
})

test('what is not there or of another service is refused, and keys are needed', async () => {
  const user = new User(api)
  const arn = await user.createVault('daily')
  const untag = (ResourceArn: string, TagKeyList?: string[]) =>
    user.aws.untagResource({ ResourceArn, TagKeyList })
  await refused(untag(user.vaultArn('nowhere'), ['a']), { name: 'ResourceNotFoundException' })
  await refused(untag('arn:aws:rds:eu-west-1:123456789012:snapshot:x', ['a']), {
    name: 'InvalidParameterValueException',
    message: /^Unsupported resource type/,
  })
  await refused(untag(arn), { name: 'MissingParameterValueException' })
})
