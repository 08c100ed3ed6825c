// UpdateRegionSettings and DescribeRegionSettings through the official SDK.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, refused, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

test('every resource type is opted in until somebody opts out', async () => {
  const { aws } = new User(api)
  const before = await aws.describeRegionSettings({})
  assert.equal(before.ResourceTypeOptInPreference?.['Storage Gateway'], true)
  assert.deepEqual(before.ResourceTypeManagementPreference, { DynamoDB: true, EFS: true })
  assert.ok(Object.values(before.ResourceTypeOptInPreference ?? {}).every((is) => is))
})

test('what is changed holds for its account and Region only, and keeps the rest', async () => {
  const user = new User(api)
  await user.aws.updateRegionSettings({ ResourceTypeOptInPreference: { EFS: false } })
  await user.aws.updateRegionSettings({ ResourceTypeOptInPreference: { RDS: false, EFS: true } })
  const optIns = async (who: User) =>
    (await who.aws.describeRegionSettings({})).ResourceTypeOptInPreference
  const mine = await optIns(user)
  assert.deepEqual([mine?.EFS, mine?.RDS, mine?.EBS], [true, false, true])
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  assert.equal((await optIns(elsewhere))?.RDS, true)
  assert.equal((await optIns(new User(api)))?.RDS, true)
})

test('a backup of a type that is opted out is refused, until it is opted in again', async () => {
  const user = new User(api)
  const { vault, resource } = await user.backedUp()
  await user.aws.updateRegionSettings({ ResourceTypeOptInPreference: { EFS: false } })
  await refused(user.startBackup(vault, resource), {
    name: 'InvalidParameterValueException',
    message: /^EFS is not opted in to be backed up in eu-west-1/,
  })
  await user.aws.updateRegionSettings({ ResourceTypeOptInPreference: { EFS: true } })
  assert.match(await user.startBackup(vault, resource), /^[0-9A-F-]{36}$/)
})

test('unknown types and managements that Copyhold does not have are refused whole', async () => {
  const { aws } = new User(api)
  const name = 'InvalidParameterValueException'
  const unknown = { RDS: false, Floppy: true }
  await refused(aws.updateRegionSettings({ ResourceTypeOptInPreference: unknown }), {
    name,
    message: /ResourceTypeOptInPreference\.Floppy: there is no such resource type; there are Aur/,
  })
  const { ResourceTypeOptInPreference } = await aws.describeRegionSettings({})
  assert.equal(ResourceTypeOptInPreference?.RDS, true)
  for (const preference of [{ EFS: false }, { RDS: true }]) {
    await refused(aws.updateRegionSettings({ ResourceTypeManagementPreference: preference }), {
      name,
      message: /ResourceTypeManagementPreference\./,
    })
  }
})
