// TagResource through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('tags are added to a point and a vault; a key that is there gets the new value', async () => {
  const user = new User(api)
  const { vault, point } = await user.backedUp()
  for (const ResourceArn of [point, user.vaultArn(vault)]) {
    const { $metadata, ...answer } = await user.aws.tagResource({
      ResourceArn,
      Tags: { a: '1', b: '2' },
    })
    assert.equal($metadata.httpStatusCode, 200)
    assert.deepEqual(answer, {})
    await user.aws.tagResource({ ResourceArn, Tags: { b: '3', 'c/d:e': '' } })
    const { Tags } = await user.aws.listTags({ ResourceArn })
    assert.deepEqual(Tags, { a: '1', b: '3', 'c/d:e': '' })
  }
})

test('more than fifty, the prefix of AWS and keys too long are refused', async () => {
  const user = new User(api)
  await user.createVault('daily')
  const ResourceArn = user.vaultArn('daily')
  const many = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${from + i}`, 'x']))
  const name = 'InvalidParameterValueException'
  await user.aws.tagResource({ ResourceArn, Tags: many(0, 50) })
  await user.aws.tagResource({ ResourceArn, Tags: many(0, 50) })
  await refused(user.aws.tagResource({ ResourceArn, Tags: many(50, 1) }), {
    name,
    message: /must not have more than 50 user tags/,
  })
  await refused(user.aws.tagResource({ ResourceArn, Tags: { 'aws:x': '' } }), { name })
  await refused(user.aws.tagResource({ ResourceArn, Tags: { ['k'.repeat(129)]: '' } }), { name })
  await refused(user.aws.tagResource({ ResourceArn, Tags: undefined }), {
    name: 'MissingParameterValueException',
  })
})

test('what is not there, of others, or of another service is refused', async () => {
  const user = new User(api)
  const { vault, resource } = await user.backedUp()
  const tag = (who: User, ResourceArn: string) =>
    who.aws.tagResource({ ResourceArn, Tags: { a: 'b' } })
  const missing = { name: 'ResourceNotFoundException' }
  await refused(tag(user, user.vaultArn('nowhere')), missing)
  await refused(tag(new User(api), user.vaultArn(vault)), missing)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  await refused(tag(elsewhere, user.vaultArn(vault)), missing)
  await refused(tag(user, `arn:aws:backup:eu-west-1:${user.account}:recovery-point:X`), missing)
  const snapshot = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0'
  for (const arn of [snapshot, resource, 'rubbish']) {
    await refused(tag(user, arn), {
      name: 'InvalidParameterValueException',
      message: `Unsupported resource type: ${arn}`,
    })
  }
})
